"""How uncertain are ratings? Robust covariance, votes of one voter allowed to agree. Read ranks.py next."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from ratings.clusters import ClusterScores

MIN_EFFECTIVE_CLUSTERS = 10.0
"""Below, a clustered interval covers too little (measured .81 at 3 clusters, .91 at 10; ratings/README.md)."""
NO_RESIDUAL = "All votes are ties: every rating is 1000 and every place is possible."
FEWER_VOTERS = "There are no more voters than contestants: intervals of single votes, widened to the voters' spread."


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Covariance of ranked strengths and how to make intervals of it.

    covariance : (m, m) float64, nats^2, rows sum to zero.   other : (k, k) float64, of the other parameters.
    clusters : "voter" or "none".   n_clusters : clusters counted, K.   g_eff : their effective number; 0 if none.
    quantile : factor of the standard error.   dispersion : tr(H^+ G)/(m + k - 1) of single votes, 1 for coin flips.
    notes : plain sentences for the board.   has_residuals : False where every vote is a tie of equals.
    """

    covariance: NDArray[np.float64]
    other: NDArray[np.float64]
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


def normal_quantile(confidence: float) -> float:
    """Factor of the standard error for a two-sided interval: 1.96 at 0.95."""
    return float(ndtri(0.5 + 0.5 * confidence))


def student_quantile(confidence: float, degrees: float) -> float:
    """The same of Student's t: 2.26 at 0.95 and 9 degrees of freedom."""
    return float(stdtrit(degrees, 0.5 + 0.5 * confidence))


def sandwich(inverse: NDArray[np.float64], meat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Robust covariance V = H^+ G H^+, made exactly symmetric. Cost: O(m^3). Source: White (1982), theorem 3.2."""
    covariance = inverse @ meat @ inverse
    return 0.5 * (covariance + covariance.T)


def estimate_uncertainty(
    inverse: NDArray[np.float64],
    meat: NDArray[np.float64],
    scores: ClusterScores | None,
    n_strengths: int,
    confidence: float,
) -> Uncertainty:
    """Covariance of fitted parameters, with the rules of ratings/README.md for few voters.

    inverse, meat : (m + k, m + k) float64, H^+ and the meat of single votes; the first m parameters are strengths.
    scores : of the same votes by voter, None for no clusters.
    Voters are clusters from an effective number of 10 on; if there are at most m, where their covariance is singular,
    that of single votes is widened to the same trace. Without any residual (all ties) the covariance is H^+.
    Cost: O((m + k)^3 + V m^2).
    """
    m = n_strengths
    spread = float(np.sum(inverse * meat))
    voters = scores if scores is not None and scores.n_voters > 0 else None
    single = Uncertainty(
        covariance=inverse[:m, :m],
        other=inverse[m:, m:],
        clusters="none",
        n_clusters=0 if voters is None else voters.n_clusters,
        g_eff=0.0 if voters is None else voters.g_eff,
        quantile=normal_quantile(confidence),
        dispersion=spread / (len(inverse) - 1),
    )
    if not np.any(meat):
        return replace(single, dispersion=1.0, notes=(NO_RESIDUAL,), has_residuals=False)
    votewise = _with_covariance(single, sandwich(inverse, meat))
    if voters is None:
        return votewise
    if voters.g_eff < MIN_EFFECTIVE_CLUSTERS:
        note = f"The intervals describe only these {voters.n_voters} voters: too few to speak for others."
        return replace(votewise, notes=(note,))
    by_voter = replace(votewise, clusters="voter", quantile=student_quantile(confidence, voters.g_eff - 1.0))
    clustered = voters.meat()
    if voters.n_clusters > m:
        return _with_covariance(by_voter, sandwich(inverse, clustered))
    widening = max(1.0, float(np.sum(inverse * clustered)) / spread)
    widened = _with_covariance(by_voter, widening * sandwich(inverse, meat))
    return replace(widened, notes=(FEWER_VOTERS,))


def _with_covariance(uncertainty: Uncertainty, covariance: NDArray[np.float64]) -> Uncertainty:
    m = len(uncertainty.covariance)
    return replace(uncertainty, covariance=covariance[:m, :m], other=covariance[m:, m:])
