"""How does a leaderboard come from votes? The one path of workers, command line and tests. Read estimates.py next."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.board import LeaderboardFit, LeaderboardRow
from ratings.bootstrap import bootstrap_intervals
from ratings.comparisons import Comparisons
from ratings.davidson import fit_davidson, has_maximum
from ratings.elo import elo_ratings
from ratings.errors import InvalidSpec, InvalidVotes, NotEstimable
from ratings.estimates import Estimate, estimate_strengths
from ratings.graph import Field, find_field
from ratings.intervals import normal_quantile
from ratings.meta import (
    describe_bootstrap,
    describe_confirmed,
    describe_davidson,
    describe_estimate,
    describe_field,
    describe_votes,
)
from ratings.pair_sums import PairSums
from ratings.preliminary import place_against_field, place_jointly
from ratings.ranks import Ranks, everywhere, rank_contestants
from ratings.rows import Display, Placement, preliminary_rows, ranked_rows
from ratings.scale import to_points
from ratings.sequences import sequence_factor
from ratings.spec import RatingSpec
from ratings.weighting import weigh_votes


@dataclass(frozen=True, eq=False)
class Fitted:
    """Weighted votes over all contestants, their sums, who is ranked, and the estimate of those; None if nobody is."""

    votes: Comparisons
    sums: PairSums
    field: Field
    estimate: Estimate | None

    @property
    def rest(self) -> NDArray[np.intp]:
        """Contestants that are not ranked."""
        return np.setdiff1d(np.arange(self.votes.n_contestants), self.field.ranked)


def fit_leaderboard(votes: Comparisons, spec: RatingSpec) -> LeaderboardFit:
    """The leaderboard of these votes under this spec; a pure function of both.

    votes : n >= 0 votes over m >= 0 contestants.
    Raises: NotEstimable if spec.partial is false and some contestant cannot be ranked, naming all such; InvalidVotes if
    the spec needs times, probabilities or an order that the votes lack; InvalidSpec for an unknown anchor or feature.
    Cost: O(n + m^3), and O(draws m^2) for the rank intervals.
    """
    return assemble_board(fit_field(votes, spec), spec)


def fit_field(votes: Comparisons, spec: RatingSpec, among: NDArray[np.intp] | None = None) -> Fitted:
    """Who can be ranked, and their strengths; the first half of fit_leaderboard.

    among : (k,) ascending indices of contestants that may be ranked at all, None for all.
    """
    if spec.anchor is not None and spec.anchor not in votes.ids:
        raise InvalidSpec(f"the anchor {spec.anchor!r} is no contestant")
    votes = weigh_votes(votes, spec)
    sums = PairSums.of(votes, spec.ties)
    n_votes = sums.games if votes.weight is None else PairSums.from_counts(votes.counts, ties=spec.ties).games
    field = find_field(sums.score, n_votes, votes.ids, spec.min_votes, among)
    if not spec.partial:
        _refuse_unranked(votes.ids, field)
    estimate = None
    if len(field.ranked):
        estimate = estimate_strengths(votes.between(field.ranked), sums.between(field.ranked), spec)
    return Fitted(votes, sums, field, estimate)


def assemble_board(fitted: Fitted, spec: RatingSpec) -> LeaderboardFit:
    """The leaderboard of an estimate: ranks, preliminary contestants, rows and meta; the second half."""
    votes, field, estimate = fitted.votes, fitted.field, fitted.estimate
    display = Display(votes.ids, _anchor_shift(fitted, spec), _elo_reference(votes, spec))
    rows: list[LeaderboardRow] = []
    meta = _describe(fitted, spec) | {"anchor_shift": display.shift}
    if estimate is not None:
        ranks = _ranks(estimate, spec)
        meta["max_t_critical"] = ranks.critical
        rows += ranked_rows(display, votes.counts, _ranked_placement(fitted, estimate, spec), ranks, estimate.nu)
    rows += preliminary_rows(display, votes.counts, _rest_placement(fitted, spec), field.reasons)
    return LeaderboardFit(
        rows=tuple(rows),
        ranked_ids=tuple(votes.ids[i] for i in field.ranked),
        theta=np.zeros(0) if estimate is None else estimate.theta,
        covariance=np.zeros((0, 0)) if estimate is None else estimate.uncertainty.covariance,
        meta=meta,
    )


def _refuse_unranked(ids: tuple[str, ...], field: Field) -> None:
    if len(field.ranked) == 0:
        raise NotEstimable("fewer than two contestants can be compared", ids)
    outside = [(ids[i], reason) for i, reason in enumerate(field.reasons) if reason]
    if outside:
        listed = "; ".join(f"{name} {reason.sentence}" for name, reason in outside)
        names = tuple(name for name, _ in outside)
        raise NotEstimable(f"no rating exists for {len(names)} of {len(ids)} contestants: {listed}", names)


def _ranks(estimate: Estimate, spec: RatingSpec) -> Ranks:
    if not estimate.uncertainty.has_residuals:
        return everywhere(len(estimate.theta))
    covariance = estimate.uncertainty.covariance
    return rank_contestants(estimate.theta, covariance, spec.confidence, spec.rank_draws, spec.seed)


def _ranked_placement(fitted: Fitted, estimate: Estimate, spec: RatingSpec) -> Placement:
    uncertainty = estimate.uncertainty
    sequence = None
    if spec.sequence_votes is not None:
        n_votes = int(fitted.votes.counts[np.ix_(fitted.field.ranked, fitted.field.ranked)].sum())
        sequence = sequence_factor(n_votes, spec.sequence_votes, 1.0 - spec.confidence)
    errors = uncertainty.standard_errors
    return Placement(fitted.field.ranked, estimate.theta, errors, uncertainty.quantile, sequence)


def _rest_placement(fitted: Fitted, spec: RatingSpec) -> Placement:
    rest, sums, estimate = fitted.rest, fitted.sums, fitted.estimate
    quantile = normal_quantile(spec.confidence)
    if len(rest) == 0:
        return Placement(rest, np.zeros(0), np.zeros(0), quantile)
    if estimate is None:
        return Placement(rest, *place_jointly(sums, spec.preliminary_sigma), quantile)
    against = np.ix_(rest, fitted.field.ranked)
    field = estimate.theta, estimate.uncertainty.dispersion, spec.preliminary_sigma, estimate.nu
    return Placement(rest, *place_against_field(sums.score[against], sums.games[against], *field), quantile)


def _anchor_shift(fitted: Fitted, spec: RatingSpec) -> float:
    """Points added to every rating so that the anchor, if it is ranked, stands where the spec says."""
    if spec.anchor is None or spec.anchor_rating is None or fitted.estimate is None:
        return 0.0
    position = np.flatnonzero(fitted.field.ranked == fitted.votes.ids.index(spec.anchor))
    return spec.anchor_rating - float(to_points(fitted.estimate.theta[position[0]])) if len(position) else 0.0


def _elo_reference(votes: Comparisons, spec: RatingSpec) -> NDArray[np.float64] | None:
    if not spec.elo_reference:
        return None
    if votes.count is not None:
        raise InvalidVotes("the Elo reference needs single votes in order, not tallies")
    return elo_ratings(votes.a, votes.b, votes.outcome, votes.n_contestants, spec.elo_k)


def _describe(fitted: Fitted, spec: RatingSpec) -> dict[str, Any]:
    """The meta of a board, the same keys for every board of one spec."""
    votes, field, estimate = fitted.votes, fitted.field, fitted.estimate
    sums = fitted.sums.between(field.ranked)
    meta = describe_votes(votes, field, spec)
    meta |= describe_estimate(estimate, sums, votes.counts[np.ix_(field.ranked, field.ranked)])
    meta |= {
        "seed": spec.seed,
        "max_t_critical": None,
        "shrinkage": None,
        "davidson": None,
        "notes": describe_field(votes, field),
    }
    if estimate is None:
        return meta
    meta["notes"] += estimate.uncertainty.notes
    if spec.ties == "half" and has_maximum(sums):
        meta["davidson"] = describe_davidson(fit_davidson(sums))
    if spec.sequence_votes is not None:
        looks = meta["n_votes_ranked"], spec.sequence_votes, 1.0 - spec.confidence
        meta["confirmed"] = describe_confirmed(votes.ids, field, estimate, *looks)
    if spec.bootstrap_rounds:
        ranked = votes.between(field.ranked)
        resampled = bootstrap_intervals(
            ranked, estimate.theta, spec.confidence, spec.bootstrap_rounds, spec.seed, spec.ties
        )
        meta["bootstrap"] = describe_bootstrap(ranked.ids, resampled)
    return meta
