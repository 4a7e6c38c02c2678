"""Which strengths make the votes most likely? Newton's method on pair counts. Read intervals.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from ratings.errors import NotConverged
from ratings.pair_sums import PairSums

TOLERANCE = 1e-9
"""Nats: largest step of the last iteration; Newton's error after it is about its square."""
STALLED = 1e-6
"""Nats: a step below this that shrinks no more is rounding (10 million votes beside a pair with one)."""
LARGEST_STEP = 2.0
"""Nats: a longer step is shortened; far from the maximum the quadratic model says little."""
MAX_ITERATIONS = 100
MAX_HALVINGS = 30


@dataclass(frozen=True, eq=False)
class StrengthFit:
    """theta : (m,) float64, nats, mean zero.   iterations, max_step : how the iteration ended (nats)."""

    theta: NDArray[np.float64]
    iterations: int
    max_step: float


def fit_strengths(sums: PairSums, ridge: float = 0.0) -> StrengthFit:
    """Maximum of sum_{i<j} s_ij (theta_i - theta_j) - n_ij log(1 + e^(theta_i - theta_j)), minus ridge/2 |theta|^2.

    sums : of m >= 2 strongly connected contestants (graph.find_field), or any with ridge > 0.   ridge : >= 0.
    Returns theta with mean zero.
    Raises: NotConverged after 100 iterations (not strongly connected).
    Cost: O(m^3) an iteration, 4 to 6 iterations; no pass over battles.
    Source: Zermelo (1929); Hunter (2004), eq. 2; gauge fixed by c 11' added to the Hessian, which moves no difference.
    """
    games = sums.games
    points = sums.score.sum(axis=1)
    theta = _start(points, games.sum(axis=1))
    gradient, hessian = _derivatives(theta, points, games, ridge)
    previous = np.inf
    for iteration in range(1, MAX_ITERATIONS + 1):
        step = cho_solve(cho_factor(_grounded(hessian)), gradient)
        step *= min(1.0, LARGEST_STEP / max(np.abs(step).max(), LARGEST_STEP))
        slope = float(gradient @ step)
        for _ in range(MAX_HALVINGS):
            gradient, hessian = _derivatives(theta + step, points, games, ridge)
            if float(gradient @ step) >= -slope:
                break
            step, slope = step / 2, slope / 2
        theta = theta + step
        theta -= theta.mean()
        size = float(np.abs(step).max())
        if size < TOLERANCE or previous <= size < STALLED:
            return StrengthFit(theta, iteration, size)
        previous = size
    raise NotConverged(f"no maximum found in {MAX_ITERATIONS} iterations; last step {size:.3g} nats")


def win_probabilities(theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Expected score of i against j: p_ij = 1/(1 + e^(theta_j - theta_i)).

    theta : (m,) float64, nats. Returns (m, m) float64, 1/2 on the diagonal. Cost: O(m^2).
    """
    return expit(theta[:, None] - theta[None, :])


def information(theta: NDArray[np.float64], games: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fisher information H: H_ij = -n_ij p_ij p_ji, rows sum to zero.

    theta : (m,) float64, nats.   games : (m, m) float64, symmetric. Returns (m, m) float64. Cost: O(m^2).
    """
    p = win_probabilities(theta)
    return laplacian(games * p * p.T)


def laplacian(pair_weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Graph Laplacian of symmetric weights: -w_ij off the diagonal, row sums on it; the diagonal of w is ignored."""
    result = -pair_weights
    np.fill_diagonal(result, 0.0)
    np.fill_diagonal(result, -result.sum(axis=1))
    return result


def _start(points: NDArray[np.float64], games: NDArray[np.float64]) -> NDArray[np.float64]:
    share = (points + 0.5) / (games + 1.0)
    theta = np.log(share / (1.0 - share))
    return theta - theta.mean()


def _derivatives(
    theta: NDArray[np.float64], points: NDArray[np.float64], games: NDArray[np.float64], ridge: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    p = win_probabilities(theta)
    expected = games * p
    gradient = points - expected.sum(axis=1) - ridge * theta
    hessian = laplacian(expected * p.T)
    hessian[np.diag_indices_from(hessian)] += ridge
    return gradient, hessian


def _grounded(hessian: NDArray[np.float64]) -> NDArray[np.float64]:
    return hessian + np.trace(hessian) / len(hessian) ** 2
