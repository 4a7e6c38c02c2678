"""Which method fits the ranked contestants, and how sure is it? Read bradley_terry.py and intervals.py next."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import fit_strengths
from ratings.clusters import ClusterScores
from ratings.comparisons import Comparisons
from ratings.intervals import Uncertainty, estimate_uncertainty
from ratings.pair_sums import PairSums
from ratings.spec import RatingSpec


@dataclass(frozen=True, eq=False)
class Estimate:
    """Strengths of the ranked contestants.

    theta : (m,) float64, nats, mean zero.   uncertainty : of theta.   details : JSON values for the board's meta.
    """

    theta: NDArray[np.float64]
    uncertainty: Uncertainty
    details: dict[str, Any] = field(default_factory=dict)


def estimate_strengths(votes: Comparisons, ranked: NDArray[np.intp], sums: PairSums, spec: RatingSpec) -> Estimate:
    """Strengths of the ranked contestants by the method of the spec.

    votes : weighted, over all contestants.   ranked : (m,) of a Field, m >= 2.   sums : of the votes among them.
    Cost: O(m^3), and O(n) where voters or style are used.
    """
    fit = fit_strengths(sums, spec.ridge)
    scores = _voter_scores(votes, ranked, fit.theta, spec)
    uncertainty = estimate_uncertainty(fit.theta, sums, scores, spec.confidence, spec.ridge)
    return Estimate(fit.theta, uncertainty, {"iterations": fit.iterations, "max_step": fit.max_step})


def _voter_scores(
    votes: Comparisons, ranked: NDArray[np.intp], theta: NDArray[np.float64], spec: RatingSpec
) -> ClusterScores | None:
    if spec.clusters == "none" or votes.voter is None:
        return None
    return ClusterScores.of(_counted(votes.between(ranked), spec), theta)


def _counted(votes: Comparisons, spec: RatingSpec) -> Comparisons:
    return votes.take(votes.outcome < 2) if spec.ties == "drop" else votes
