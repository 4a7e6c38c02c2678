"""Which method fits the ranked contestants, and how sure is it? Read intervals.py next."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ratings.bradley_terry import fit_strengths, vote_meat
from ratings.clusters import ClusterScores
from ratings.comparisons import Comparisons
from ratings.davidson import davidson_information, davidson_meat, fit_davidson, outcome_probabilities
from ratings.influence import voter_influence
from ratings.intervals import Uncertainty, estimate_uncertainty
from ratings.newton import grounded_inverse
from ratings.outcomes import SCORES, Outcome
from ratings.pair_sums import PairSums
from ratings.scale import width_in_points
from ratings.spec import RatingSpec
from ratings.style import StyleFit, fit_style

CLIP_ROUNDS = 10
"""Rounds of clipping; each brings the influence of a loud voter several times nearer to the limit."""


@dataclass(frozen=True, eq=False)
class Estimate:
    """Strengths of the ranked contestants.

    theta : (m,) float64, nats, mean zero.   uncertainty : of theta.   nu : of Davidson's model, 0 for Bradley-Terry.
    details : JSON values for the board's meta.
    """

    theta: NDArray[np.float64]
    uncertainty: Uncertainty
    nu: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)


def estimate_strengths(votes: Comparisons, sums: PairSums, spec: RatingSpec) -> Estimate:
    """Strengths by the method of the spec.

    votes : weighted, all among m >= 2 strongly connected contestants.   sums : of these votes.
    Raises: as the method. Cost: O(m^3), and O(n) where voters or style are used.
    """
    if spec.ties == "drop":
        votes = votes.take(votes.outcome <= Outcome.B)
    if spec.style:
        return _style(votes, spec)
    if spec.method == "davidson":
        return _davidson(votes, sums, spec)
    if spec.influence_clip is not None and votes.voter is not None:
        votes = _clip_influence(votes, votes.voter, sums, spec.influence_clip)
        sums = PairSums.of(votes)
    return _bradley_terry(votes, sums, spec)


def _bradley_terry(votes: Comparisons, sums: PairSums, spec: RatingSpec) -> Estimate:
    fit = fit_strengths(sums, spec.ridge)
    inverse = _inverse(fit.information, spec.ridge)
    scores = _voter_scores(votes, fit.theta) if _has_voters(votes, spec) else None
    meat = vote_meat(fit.theta, sums)
    uncertainty = estimate_uncertainty(inverse, meat, scores, len(inverse), spec.confidence)
    details: dict[str, Any] = {"iterations": fit.iterations, "max_step": fit.max_step}
    if scores is not None:
        details["largest_voter_influence"] = width_in_points(voter_influence(scores, inverse).largest)
    return Estimate(fit.theta, uncertainty, 0.0, details)


def _davidson(votes: Comparisons, sums: PairSums, spec: RatingSpec) -> Estimate:
    fit = fit_davidson(sums)
    if fit.nu == 0.0 or np.isinf(fit.nu):
        plain = _bradley_terry(votes, sums, spec)
        return replace(plain, nu=fit.nu)
    inverse = grounded_inverse(davidson_information(fit, sums), len(fit.theta))
    scores = None
    if _has_voters(votes, spec):
        first, tie, _ = outcome_probabilities(fit.theta[votes.a] - fit.theta[votes.b], fit.nu)
        surprise = (votes.outcome > Outcome.B) - tie
        scores = ClusterScores.of(votes, SCORES[votes.outcome] - first - 0.5 * tie, surprise[:, None])
    meat = davidson_meat(fit, sums)
    uncertainty = estimate_uncertainty(inverse, meat, scores, len(fit.theta), spec.confidence)
    error = float(np.sqrt(uncertainty.other[0, 0]))
    details = {"iterations": fit.iterations, "max_step": fit.max_step, "nu": fit.nu, "log_nu_error": error}
    return Estimate(fit.theta, uncertainty, fit.nu, details)


def _style(votes: Comparisons, spec: RatingSpec) -> Estimate:
    fit = fit_style(votes, spec.style)
    m = len(fit.theta)
    scores = None
    if _has_voters(votes, spec) and votes.covariates is not None:
        residual = fit.rows.residual_by_vote()
        scores = ClusterScores.of(votes, residual, residual[:, None] * fit.scaled(votes.covariates))
    inverse = grounded_inverse(fit.information, m)
    uncertainty = estimate_uncertainty(inverse, fit.meat, scores, m, spec.confidence)
    details = {"iterations": fit.iterations, "max_step": fit.max_step, "style": _effects(fit, uncertainty)}
    return Estimate(fit.theta, uncertainty, 0.0, details)


def _effects(fit: StyleFit, uncertainty: Uncertainty) -> list[dict[str, Any]]:
    """Effects in points for one standard deviation of the difference, with intervals; scale and mean to use them."""
    errors = np.sqrt(np.maximum(np.diag(uncertainty.other), 0.0))
    return [
        {
            "name": name,
            "effect": width_in_points(float(effect)),
            "ci_low": width_in_points(float(effect - uncertainty.quantile * error)),
            "ci_high": width_in_points(float(effect + uncertainty.quantile * error)),
            "mean": float(mean),
            "scale": float(scale),
        }
        for name, effect, error, mean, scale in zip(fit.names, fit.effects, errors, fit.means, fit.scales, strict=True)
    ]


def _has_voters(votes: Comparisons, spec: RatingSpec) -> bool:
    return spec.clusters == "voter" and votes.voter is not None


def _voter_scores(votes: Comparisons, theta: NDArray[np.float64]) -> ClusterScores:
    return ClusterScores.of(votes, SCORES[votes.outcome] - expit(theta[votes.a] - theta[votes.b]))


def _clip_influence(votes: Comparisons, voter: NDArray[np.int32], sums: PairSums, limit: float) -> Comparisons:
    """Votes of a voter who moves some rating by more than `limit` points weigh less, until none moves more.

    Each round refits with weights min(1, limit/influence of the voter at weight 1).
    Source: Krasker and Welsch (1982), bounded influence regression.
    """
    clipped = votes
    for _ in range(CLIP_ROUNDS):
        fit = fit_strengths(sums)
        inverse = grounded_inverse(fit.information, len(fit.theta))
        influence = voter_influence(_voter_scores(votes, fit.theta), inverse)
        moved = width_in_points(np.abs(influence.shifts))
        factor = np.ones(votes.n_voters)
        factor[influence.voters] = limit / np.maximum(moved, limit)
        of_vote = np.where(voter >= 0, factor[voter], 1.0)
        clipped = replace(votes, weight=of_vote if votes.weight is None else votes.weight * of_vote)
        sums = PairSums.of(clipped)
    return clipped


def _inverse(hessian: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    if ridge == 0.0:
        return grounded_inverse(hessian, len(hessian))
    inverse = np.linalg.inv(hessian)
    half = inverse - inverse.mean(axis=0)
    return half - half.mean(axis=1, keepdims=True)
