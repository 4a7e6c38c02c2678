"""Does the model fit the votes? Pair residuals, cycles and the side effect. Read influence.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ratings.bradley_terry import win_probabilities
from ratings.outcomes import N_OUTCOMES, SCORES
from ratings.pair_sums import PairSums


@dataclass(frozen=True)
class PairResidual:
    """Contestant i scored `observed` of `votes` points against j where strengths expect `expected`; z in units of 1."""

    i: int
    j: int
    votes: float
    observed: float
    expected: float
    z: float


def pair_residuals(theta: NDArray[np.float64], sums: PairSums, dispersion: float) -> NDArray[np.float64]:
    """Standardised residual of each pair: z_ij = (s_ij - n_ij p_ij)/sqrt(phi n_ij p_ij p_ji), 0 without votes.

    theta : (m,) float64, nats.   dispersion : phi > 0, share of the variance of a coin flip that votes with ties have.
    Returns (m, m) float64, antisymmetric; of order 1 if strengths explain the votes. Cost: O(m^2).
    """
    p = win_probabilities(theta)
    variance = dispersion * sums.games * p * p.T
    residual = sums.score - sums.games * p
    return np.divide(residual, np.sqrt(variance), out=np.zeros_like(residual), where=variance > 0)


def chi_square_per_df(theta: NDArray[np.float64], sums: PairSums, dispersion: float) -> float | None:
    """Sum over pairs of z_ij^2, divided by pairs with votes minus (m - 1); None if nothing is left to test.

    About 1 if one strength each explains all pairs; more where A beats B beats C beats A. Cost: O(m^2).
    Source: Pearson (1900), with the dispersion of McCullagh and Nelder (1989), section 9.2.
    """
    n_pairs = int(np.count_nonzero(sums.games)) // 2
    degrees = n_pairs - (len(theta) - 1)
    if degrees <= 0 or dispersion <= 0:
        return None
    return float(np.square(pair_residuals(theta, sums, dispersion)).sum()) / 2 / degrees


def largest_residuals(
    theta: NDArray[np.float64], sums: PairSums, dispersion: float, n_pairs: int
) -> list[PairResidual]:
    """The pairs that strengths explain worst, by |z|, each once with the side that did better than expected first.

    n_pairs : how many at most. Cost: O(m^2 log m).
    """
    z = pair_residuals(theta, sums, dispersion)
    first, second = np.nonzero(z > 0)
    order = np.argsort(-z[first, second], kind="stable")[:n_pairs]
    expected = sums.games * win_probabilities(theta)
    return [
        PairResidual(
            int(i), int(j), float(sums.games[i, j]), float(sums.score[i, j]), float(expected[i, j]), float(z[i, j])
        )
        for i, j in zip(first[order], second[order], strict=True)
    ]


def significant_cycles(sums: PairSums, confidence: float, n_cycles: int) -> tuple[int, list[tuple[int, int, int]]]:
    """Triads where i beats j, j beats k and k beats i, each beyond chance at this confidence.

    A pair counts if (W - L)/sqrt(W + L), the sign test of its decisive votes, passes the normal quantile; no strengths
    can explain a cycle. confidence : two-sided, of each pair; with many triads some come by chance.
    Returns their number and the first n_cycles, the smallest index first. Cost: O(m^3).
    """
    beats = _beats_significantly(sums, float(ndtri(0.5 + 0.5 * confidence))).astype(np.float64)
    number = round(float(np.sum((beats @ beats) * beats.T)) / 3)
    cycles: list[tuple[int, int, int]] = []
    for i, j in zip(*np.nonzero(beats), strict=True):
        if i < j:
            cycles += [(int(i), int(j), int(k)) for k in np.flatnonzero(beats[j] * beats[:, i]) if i < k]
        if len(cycles) >= n_cycles:
            break
    return number, cycles[:n_cycles]


def side_z(theta: NDArray[np.float64], counts: NDArray[np.int64]) -> float | None:
    """Does side a win more than strengths explain? z = sum (y - p)/sqrt(sum (y - p)^2) over votes; None without errors.

    theta : (m,) float64, nats.   counts : (m, m, 4) int64, [a, b, outcome]. Beyond 2 sides matter. Cost: O(m^2).
    """
    p = win_probabilities(theta)
    residual = [SCORES[code] - p for code in range(N_OUTCOMES)]
    total = sum(float((counts[:, :, code] * residual[code]).sum()) for code in range(N_OUTCOMES))
    squares = sum(float((counts[:, :, code] * residual[code] ** 2).sum()) for code in range(N_OUTCOMES))
    return total / float(np.sqrt(squares)) if squares > 0 else None


def _beats_significantly(sums: PairSums, quantile: float) -> NDArray[np.bool_]:
    lead, decisive = sums.wins - sums.wins.T, sums.wins + sums.wins.T
    return (lead > 0) & (lead > quantile * np.sqrt(decisive))
