"""How does a leaderboard come from votes? The one path of workers, command line and tests. Read estimates.py next."""

import numpy as np
from numpy.typing import NDArray

from ratings.board import LeaderboardFit, LeaderboardRow
from ratings.comparisons import Comparisons
from ratings.elo import elo_ratings
from ratings.errors import InvalidSpec, InvalidVotes, NotEstimable
from ratings.estimates import Estimate, estimate_strengths
from ratings.graph import Field, find_field
from ratings.intervals import normal_quantile
from ratings.meta import describe_estimate, describe_field, describe_votes
from ratings.pair_sums import PairSums
from ratings.preliminary import place_against_field, place_jointly
from ratings.ranks import Ranks, everywhere, rank_contestants
from ratings.rows import Display, Placement, preliminary_rows, ranked_rows
from ratings.scale import to_points
from ratings.spec import RatingSpec
from ratings.weighting import weigh_votes


def fit_leaderboard(votes: Comparisons, spec: RatingSpec) -> LeaderboardFit:
    """The leaderboard of these votes under this spec; a pure function of both.

    votes : n >= 0 votes over m >= 0 contestants.
    Raises: NotEstimable if spec.partial is false and some contestant cannot be ranked, naming all such; InvalidVotes if
    the spec needs times, probabilities or an order that the votes lack; InvalidSpec for an unknown anchor or feature.
    Cost: O(n + m^3), and O(draws m^2) for the rank intervals.
    """
    if spec.anchor is not None and spec.anchor not in votes.ids:
        raise InvalidSpec(f"the anchor {spec.anchor!r} is no contestant")
    votes = weigh_votes(votes, spec)
    sums = PairSums.of(votes, spec.ties)
    field = find_field(sums.score, _votes_of_pairs(votes, sums, spec), votes.ids, spec.min_votes)
    if not spec.partial:
        _refuse_unranked(votes.ids, field)
    estimate = None
    if len(field.ranked):
        estimate = estimate_strengths(votes, field.ranked, sums.between(field.ranked), spec)
    return assemble_board(votes, sums, field, estimate, spec)


def assemble_board(
    votes: Comparisons, sums: PairSums, field: Field, estimate: Estimate | None, spec: RatingSpec
) -> LeaderboardFit:
    """The leaderboard of an estimate: ranks, preliminary contestants, rows and meta.

    votes, sums : over all contestants.   estimate : of the ranked ones of `field`, None if there are none.
    Cost: O(draws m^2 + m^2).
    """
    notes = describe_field(votes, field)
    rest = np.setdiff1d(np.arange(votes.n_contestants), field.ranked)
    display = Display(votes.ids, _anchor_shift(votes.ids, field, estimate, spec), _elo_reference(votes, spec))
    rows: list[LeaderboardRow] = []
    critical = None
    if estimate is not None:
        ranks = _ranks(estimate, spec)
        critical = ranks.critical
        rows += ranked_rows(display, votes.counts, _ranked_placement(field, estimate), ranks)
        notes += estimate.uncertainty.notes
    rows += preliminary_rows(display, votes.counts, _rest_placement(rest, sums, field, estimate, spec), field.reasons)
    block = np.ix_(field.ranked, field.ranked)
    meta = describe_votes(votes, field, spec)
    meta |= describe_estimate(estimate, sums.between(field.ranked), votes.counts[block])
    meta |= {"max_t_critical": critical, "seed": spec.seed, "anchor_shift": display.shift, "notes": notes}
    return LeaderboardFit(
        rows=tuple(rows),
        ranked_ids=tuple(votes.ids[i] for i in field.ranked),
        theta=np.zeros(0) if estimate is None else estimate.theta,
        covariance=np.zeros((0, 0)) if estimate is None else estimate.uncertainty.covariance,
        meta=meta,
    )


def _votes_of_pairs(votes: Comparisons, sums: PairSums, spec: RatingSpec) -> NDArray[np.float64]:
    return sums.games if votes.weight is None else PairSums.from_counts(votes.counts, ties=spec.ties).games


def _refuse_unranked(ids: tuple[str, ...], field: Field) -> None:
    if len(field.ranked) == 0:
        raise NotEstimable("fewer than two contestants can be compared", tuple(ids))
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


def _ranked_placement(field: Field, estimate: Estimate) -> Placement:
    uncertainty = estimate.uncertainty
    return Placement(field.ranked, estimate.theta, uncertainty.standard_errors, uncertainty.quantile)


def _rest_placement(
    rest: NDArray[np.intp], sums: PairSums, field: Field, estimate: Estimate | None, spec: RatingSpec
) -> Placement:
    quantile = normal_quantile(spec.confidence)
    if len(rest) == 0:
        return Placement(rest, np.zeros(0), np.zeros(0), quantile)
    if estimate is None:
        return Placement(rest, *place_jointly(sums, spec.preliminary_sigma), quantile)
    against = np.ix_(rest, field.ranked)
    dispersion = estimate.uncertainty.dispersion
    placed = place_against_field(
        sums.score[against], sums.games[against], estimate.theta, dispersion, spec.preliminary_sigma
    )
    return Placement(rest, *placed, quantile)


def _anchor_shift(ids: tuple[str, ...], field: Field, estimate: Estimate | None, spec: RatingSpec) -> float:
    if spec.anchor is None or estimate is None:
        return 0.0
    position = np.flatnonzero(field.ranked == ids.index(spec.anchor))
    return 0.0 if len(position) == 0 else spec.anchor_rating - float(to_points(estimate.theta[position[0]]))


def _elo_reference(votes: Comparisons, spec: RatingSpec) -> NDArray[np.float64] | None:
    if not spec.elo_reference:
        return None
    if votes.count is not None:
        raise InvalidVotes("the Elo reference needs single votes in order, not tallies")
    return elo_ratings(votes.a, votes.b, votes.outcome, votes.n_contestants, spec.elo_k)
