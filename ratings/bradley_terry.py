"""Which strengths make the votes most likely? The Bradley-Terry model on pair counts. Read intervals.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ratings.newton import TOLERANCE, maximise
from ratings.pair_sums import PairSums

LARGEST_EXPONENT = 300.0
"""Nats: below, m exponentials do instead of m^2; beyond, quotients of them could leave the range of float64."""


@dataclass(frozen=True, eq=False)
class StrengthFit:
    """theta : (m,) float64, nats, mean zero.   information : (m, m) float64, Fisher information there, ridge included.

    iterations, max_step : how the iteration ended (nats).
    """

    theta: NDArray[np.float64]
    information: NDArray[np.float64]
    iterations: int
    max_step: float


def fit_strengths(
    sums: PairSums, ridge: float = 0.0, start: NDArray[np.float64] | None = None, tolerance: float = TOLERANCE
) -> StrengthFit:
    """Maximum of sum_{i<j} s_ij (theta_i - theta_j) - n_ij log(1 + e^(theta_i - theta_j)), minus ridge/2 |theta|^2.

    sums : of m >= 1 strongly connected contestants (graph.find_field), or any with ridge > 0.   ridge : >= 0.
    start : (m,) float64, nats, near the maximum (an earlier fit); None for the logit of each share of points.
    tolerance : nats, largest step of the last iteration.
    Raises: NotConverged if there is no unique maximum (not strongly connected). Cost: O(m^3) an iteration, 4 to 6.
    Source: Zermelo (1929); Hunter (2004), eq. 2.
    """
    games = sums.games
    points = sums.score.sum(axis=1)

    def derivatives(theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        p = win_probabilities(theta)
        expected = games * p
        gradient = points - expected.sum(axis=1) - ridge * theta
        expected *= p.T
        hessian = laplacian(expected)
        hessian.flat[:: len(theta) + 1] += ridge
        return gradient, hessian

    first = _start(points, games.sum(axis=1)) if start is None else start
    maximum = maximise(first, derivatives, len(points), tolerance)
    return StrengthFit(maximum.point, maximum.hessian, maximum.iterations, maximum.max_step)


def win_probabilities(theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Expected score of i against j: p_ij = 1/(1 + e^(theta_j - theta_i)).

    theta : (m,) float64, nats. Returns (m, m) float64, 1/2 on the diagonal. Cost: O(m^2).
    """
    if np.abs(theta).max(initial=0.0) > LARGEST_EXPONENT:
        return expit(theta[:, None] - theta[None, :])
    strength = np.exp(theta)
    return strength[:, None] / (strength[:, None] + strength[None, :])


def information(theta: NDArray[np.float64], games: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fisher information H: H_ij = -n_ij p_ij p_ji, rows sum to zero.

    theta : (m,) float64, nats.   games : (m, m) float64, symmetric. Returns (m, m) float64. Cost: O(m^2).
    """
    p = win_probabilities(theta)
    return laplacian(games * p * p.T)


def vote_meat(theta: NDArray[np.float64], sums: PairSums) -> NDArray[np.float64]:
    """Sum over votes of squared residual: G = Laplacian of W_ij (1 - p_ij)^2 + W_ji p_ij^2 + T_ij (1/2 - p_ij)^2.

    theta : (m,) float64, nats. Returns (m, m) float64. Cost: O(m^2). Source: White (1982), eq. 2.2.
    """
    p = win_probabilities(theta)
    won = sums.wins_squared * np.square(p.T)
    return laplacian(won + won.T + sums.ties_squared * np.square(0.5 - p))


def laplacian(pair_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Graph Laplacian of symmetric weights: -w_ij off the diagonal, row sums on it; the diagonal of w is ignored."""
    result = -pair_weights
    step = len(result) + 1
    result.flat[::step] = 0.0
    result.flat[::step] = -result.sum(axis=1)
    return result


def _start(points: NDArray[np.float64], games: NDArray[np.float64]) -> NDArray[np.float64]:
    share = (points + 0.5) / (games + 1.0)
    theta = np.log(share / (1.0 - share))
    return theta - theta.mean()
