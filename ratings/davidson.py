"""How likely is a win, a tie, a loss? Davidson's model gives ties their own parameter. Read predictions.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import NegativeCycleError, bellman_ford

from ratings.bradley_terry import fit_strengths, laplacian
from ratings.errors import NotEstimable
from ratings.newton import maximise
from ratings.pair_sums import PairSums


@dataclass(frozen=True, eq=False)
class DavidsonFit:
    """theta : (m,) float64, nats, mean zero; a difference is the log odds of a decisive vote.

    nu : a tie of equals has odds nu to 2; 0 without ties, infinite without wins.
    iterations, max_step : how the iteration ended (nats).
    """

    theta: NDArray[np.float64]
    nu: float
    iterations: int
    max_step: float


def outcome_probabilities(
    difference: NDArray[np.float64], nu: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """P(i wins), P(tie), P(j wins) in proportion e^(d/2) : nu : e^(-d/2), d = theta_i - theta_j.

    difference : any shape, nats.   nu : >= 0, may be infinite. Returns three arrays of that shape.
    Source: Davidson (1970), On extending the Bradley-Terry model to accommodate ties, eq. 2.3.
    """
    if np.isinf(nu):
        nothing = np.zeros_like(difference)
        return nothing, nothing + 1.0, nothing
    half = 0.5 * np.abs(difference)
    weak, even = np.exp(-2.0 * half), nu * np.exp(-half)
    total = 1.0 + weak + even
    is_first = difference >= 0
    return np.where(is_first, 1.0, weak) / total, even / total, np.where(is_first, weak, 1.0) / total


def expected_scores(difference: NDArray[np.float64], nu: float) -> NDArray[np.float64]:
    """P(win) + P(tie)/2 at a difference in nats; nu = 0 is Bradley-Terry. Any shape."""
    first, tie, _ = outcome_probabilities(difference, nu)
    return first + 0.5 * tie


def score_slopes(difference: NDArray[np.float64], nu: float) -> NDArray[np.float64]:
    """Derivative of expected_scores: ((p_i + p_j) - (p_i - p_j)^2)/4, which is p_i p_j at nu = 0. Any shape."""
    first, _, second = outcome_probabilities(difference, nu)
    return 0.25 * ((first + second) - np.square(first - second))


def fit_davidson(sums: PairSums) -> DavidsonFit:
    """Maximum likelihood of theta and nu; a tie and a both-bad vote are ties.

    sums : of m >= 2 strongly connected contestants (a tie connects both ways).
    Without ties nu is 0 and theta that of Bradley-Terry; with nothing but ties nu is infinite and theta 0.
    Raises: NotEstimable if there are both and no maximum exists. Cost: O(m^3) an iteration, about 8 with the start's.
    Source: Davidson (1970); Newton on (theta, log nu).
    """
    if not has_maximum(sums):
        raise NotEstimable("no finite odds exist: no cycle of battles has more wins than ties")
    n_ties, n_games = 0.5 * sums.ties.sum(), 0.5 * sums.games.sum()
    if n_ties == n_games:
        return DavidsonFit(np.zeros(sums.n_contestants), float("inf"), 0, 0.0)
    start = fit_strengths(sums)
    if n_ties == 0:
        return DavidsonFit(start.theta, 0.0, start.iterations, start.max_step)
    log_nu = np.log(2.0 * n_ties / (n_games - n_ties))
    maximum = maximise(np.append(start.theta, log_nu), lambda point: _derivatives(point, sums), sums.n_contestants)
    nu = float(np.exp(maximum.point[-1]))
    return DavidsonFit(maximum.point[:-1], nu, maximum.iterations, maximum.max_step)


def has_maximum(sums: PairSums) -> bool:
    """Do finite theta and nu exist, or one of the stated limits? Always if two contestants have beaten each other.

    sums : of strongly connected contestants. Otherwise, if there are wins and ties, some cycle along wins and ties must
    have more wins than ties: else theta and log nu could grow together for ever. Cost: O(m^2), seldom O(m^3).
    Source: the directions of recession of the likelihood; Farkas' lemma turns them into cycles.
    """
    wins, ties = sums.wins > 0, sums.ties > 0
    if not wins.any() or not ties.any() or (wins & wins.T).any():
        return True
    lengths = np.where(wins, -1.0, np.where(ties, 1.0, 0.0))
    try:
        bellman_ford(csr_array(lengths))
    except NegativeCycleError:
        return True
    return False


def davidson_information(fit: DavidsonFit, sums: PairSums) -> NDArray[np.float64]:
    """Information of (theta, log nu) at a fit with finite nu > 0. Returns (m + 1, m + 1) float64. Cost: O(m^2)."""
    return _derivatives(np.append(fit.theta, np.log(fit.nu)), sums)[1]


def davidson_meat(fit: DavidsonFit, sums: PairSums) -> NDArray[np.float64]:
    """Sum over votes of u u', u = ((y - E)(1_a - 1_b), 1{tie} - P(tie)), E the expected score.

    Returns (m + 1, m + 1) float64. Cost: O(m^2). Source: White (1982), eq. 2.2.
    """
    first, tie, _ = outcome_probabilities(fit.theta[:, None] - fit.theta[None, :], fit.nu)
    surprise = 1.0 - first - 0.5 * tie
    drawn = sums.ties_squared * (surprise - 0.5)
    won = sums.wins_squared * surprise
    square = won * surprise
    meat = np.empty((len(tie) + 1,) * 2)
    meat[:-1, :-1] = laplacian(square + square.T + drawn * (surprise - 0.5))
    cross = drawn * (1.0 - tie) - (won - won.T) * tie
    meat[:-1, -1] = meat[-1, :-1] = cross.sum(axis=1)
    meat[-1, -1] = (sums.wins_squared * np.square(tie)).sum()
    meat[-1, -1] += 0.5 * (sums.ties_squared * np.square(1.0 - tie)).sum()
    return meat


def _derivatives(point: NDArray[np.float64], sums: PairSums) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    theta, nu = point[:-1], float(np.exp(point[-1]))
    games = sums.games
    first, tie, second = outcome_probabilities(theta[:, None] - theta[None, :], nu)
    lead = first - second
    gradient = np.append((sums.score - 0.5 * games * (1.0 + lead)).sum(axis=1), 0.5 * (sums.ties - games * tie).sum())
    hessian = np.empty((len(point),) * 2)
    hessian[:-1, :-1] = laplacian(0.25 * games * ((first + second) - np.square(lead)))
    hessian[:-1, -1] = hessian[-1, :-1] = -0.5 * (games * lead * tie).sum(axis=1)
    hessian[-1, -1] = 0.5 * (games * tie * (1.0 - tie)).sum()
    return gradient, hessian
