"""Does the model fit the votes? Pair residuals and the side effect. Read influence.py next."""

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import win_probabilities
from ratings.outcomes import N_OUTCOMES, SCORES
from ratings.pair_sums import PairSums


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


def side_z(theta: NDArray[np.float64], counts: NDArray[np.int64]) -> float | None:
    """Does side a win more than strengths explain? z = sum (y - p)/sqrt(sum (y - p)^2) over votes; None without errors.

    theta : (m,) float64, nats.   counts : (m, m, 4) int64, [a, b, outcome]. Beyond 2 sides matter. Cost: O(m^2).
    """
    p = win_probabilities(theta)
    residual = [SCORES[code] - p for code in range(N_OUTCOMES)]
    total = sum(float((counts[:, :, code] * residual[code]).sum()) for code in range(N_OUTCOMES))
    squares = sum(float((counts[:, :, code] * residual[code] ** 2).sum()) for code in range(N_OUTCOMES))
    return total / float(np.sqrt(squares)) if squares > 0 else None
