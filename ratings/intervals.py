"""How uncertain are ratings? Robust covariance, votes of one voter allowed to agree. Read ranks.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtri, stdtrit

from ratings.bradley_terry import information, laplacian, win_probabilities
from ratings.clusters import ClusterScores
from ratings.pair_sums import PairSums

MIN_EFFECTIVE_CLUSTERS = 10.0
"""Below, a clustered interval covers too little (measured .81 at 3, .91 at 10; ratings/README.md)."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Covariance of ranked strengths and how to make intervals of it.

    covariance : (m, m) float64, nats^2, rows sum to zero.
    clusters : "voter" or "none".   n_clusters : clusters counted, K.   g_eff : their effective number, 0 if none.
    quantile : factor of the standard error.   dispersion : tr(H^+ G)/(m - 1) of single votes, 1 for pure coin flips.
    notes : plain sentences for the board.   has_residuals : False where every vote is a tie of equals.
    """

    covariance: NDArray[np.float64]
    clusters: str
    n_clusters: int
    g_eff: float
    quantile: float
    dispersion: float
    notes: tuple[str, ...] = ()

    has_residuals: bool = True

    @property
    def standard_errors(self) -> NDArray[np.float64]:
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))


def inverse_information(hessian: NDArray[np.float64]) -> NDArray[np.float64]:
    """Moore-Penrose inverse of a Laplacian H: (H + c 11')^-1 - 11'/(c m^2).

    hessian : (m, m) float64, of a connected graph. Returns (m, m) float64, rows sum to zero.
    Raises: numpy.linalg.LinAlgError if the graph is not connected. Cost: O(m^3).
    """
    m = len(hessian)
    gauge = np.trace(hessian) / m**2
    inverse = cho_solve(cho_factor(hessian + gauge), np.eye(m))
    return inverse - 1.0 / (gauge * m**2)


def normal_quantile(confidence: float) -> float:
    """Factor of the standard error for a two-sided interval: 1.96 at 0.95."""
    return float(ndtri(0.5 + 0.5 * confidence))


def vote_meat(theta: NDArray[np.float64], sums: PairSums) -> NDArray[np.float64]:
    """Sum over votes of squared residual: G = Laplacian of W_ij (1 - p_ij)^2 + W_ji p_ij^2 + T_ij (1/2 - p_ij)^2.

    theta : (m,) float64, nats. Returns (m, m) float64. Cost: O(m^2). Source: White (1982), eq. 2.2.
    """
    p = win_probabilities(theta)
    lost = sums.wins_squared * np.square(p.T)
    return laplacian(lost + lost.T + sums.ties_squared * np.square(0.5 - p))


def sandwich(inverse: NDArray[np.float64], meat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Robust covariance V = H^+ G H^+, made exactly symmetric. Cost: O(m^3)."""
    covariance = inverse @ meat @ inverse
    return 0.5 * (covariance + covariance.T)


def estimate_uncertainty(
    theta: NDArray[np.float64],
    sums: PairSums,
    scores: ClusterScores | None,
    confidence: float,
    ridge: float = 0.0,
) -> Uncertainty:
    """Covariance of fitted strengths with the rules of ratings/README.md for few voters.

    theta : (m,) float64, nats, of m >= 2 ranked contestants.   scores : of their votes by voter, None for no clusters.
    Clusters are used from an effective number of 10 on; with at most m clusters, where their covariance is singular,
    the covariance of single votes is widened to the same trace instead. No vote with an error (all ties): H^+.
    Cost: O(m^3).
    """
    m = len(theta)
    hessian = information(theta, sums.games)
    inverse = inverse_information(hessian) if ridge == 0 else _ridge_inverse(hessian, ridge)
    meat = vote_meat(theta, sums)
    dispersion = float(np.sum(inverse * meat)) / (m - 1)
    normal = normal_quantile(confidence)
    if not np.any(meat):
        return Uncertainty(inverse, "none", 0, 0.0, normal, 1.0, (NO_RESIDUAL,), has_residuals=False)
    votewise = sandwich(inverse, meat)
    if scores is None or not scores.has_voters:
        return Uncertainty(votewise, "none", 0, 0.0, normal, dispersion)
    if scores.g_eff < MIN_EFFECTIVE_CLUSTERS:
        note = f"The intervals describe only these {scores.n_voters} voters: too few to speak for others."
        return Uncertainty(votewise, "none", scores.n_clusters, scores.g_eff, normal, dispersion, (note,))
    student = float(stdtrit(scores.g_eff - 1.0, 0.5 + 0.5 * confidence))
    clustered = scores.meat()
    if scores.n_clusters > m:
        covariance, notes = sandwich(inverse, clustered), ()
    else:
        widening = max(1.0, float(np.sum(inverse * clustered)) / float(np.sum(inverse * meat)))
        covariance, notes = votewise * widening, (FEWER_VOTERS,)
    return Uncertainty(covariance, "voter", scores.n_clusters, scores.g_eff, student, dispersion, notes)


NO_RESIDUAL = "All votes are ties: every rating is 1000 and every place is possible."
FEWER_VOTERS = "There are no more voters than contestants: intervals of single votes, widened to the voters' spread."


def _ridge_inverse(hessian: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    m = len(hessian)
    inverse = cho_solve(cho_factor(hessian + ridge * np.eye(m)), np.eye(m))
    centred = inverse - inverse.mean(axis=0)
    return centred - centred.mean(axis=1, keepdims=True)
