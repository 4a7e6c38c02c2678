"""Does the choice of pairs shape the board? Two checks that are published with the headline board of people.

Next file to read: queries/board_checks.py, what they tell an operator; ratings/matchup_noise.py.
"""

import logging
from dataclasses import replace
from typing import Any

import numpy as np

from arena.models import Arena
from arena.queries.board_checks import INVERSE_PROBABILITY, MATCHUP_NOISE
from arena.queries.drawn_votes import DrawnVotes, drawn_votes
from arena.queries.ledger import LedgerHead
from ratings.board import LeaderboardFit
from ratings.comparisons import Comparisons
from ratings.errors import RatingsError
from ratings.matchup_noise import estimate_matchup_noise
from ratings.outcomes import parse_site
from ratings.pipeline import fit_field
from ratings.scale import width_in_points
from ratings.spec import RatingSpec

DECIMALS = 4  # of points, as on the board
log = logging.getLogger(__name__)


def check_board(
    arena: Arena, head: LedgerHead, votes: Comparisons, board: LeaderboardFit, spec: RatingSpec
) -> dict[str, Any]:
    """The fit by inverse probability beside the headline, and the matchup noise; values for the meta of the board."""
    ranked = np.array([votes.ids.index(slug) for slug in board.ranked_ids], dtype=np.intp)
    noise = estimate_matchup_noise(votes.counts[np.ix_(ranked, ranked)], board.theta) if len(ranked) else None
    weighted = _compare(drawn_votes(arena, head.size), board, spec)
    for slug in (weighted or {}).get("alarms", ()):
        log.warning("%s: %s moves by more than half its interval when votes are weighted", arena.slug, slug)
    return {INVERSE_PROBABILITY: weighted, MATCHUP_NOISE: noise.to_values() if noise else None}


def _compare(drawn: list[DrawnVotes], board: LeaderboardFit, spec: RatingSpec) -> dict[str, Any] | None:
    """How far each model ranked by both moves when votes are weighted; None if fewer than two are."""
    if not drawn or not board.ranked_ids:
        return None
    n_votes, weight = sum(row.n_votes for row in drawn), sum(row.weight for row in drawn)
    facts = {"n_votes": n_votes, "effective_votes": weight**2 / sum(row.weight_squared for row in drawn)}
    try:
        fitted = fit_field(_weighable(drawn), replace(spec, weighting="propensity", clusters="none"))
    except RatingsError as error:
        log.error("the fit by inverse probability failed: %s", error)
        return facts | {"problem": str(error), "differences": {}, "alarms": []}
    if fitted.estimate is None:
        return None
    headline = dict(zip(board.ranked_ids, board.theta.tolist(), strict=True))
    ids = [fitted.votes.ids[i] for i in fitted.field.ranked]
    weighted = dict(zip(ids, fitted.estimate.theta.tolist(), strict=True))
    common = sorted(headline.keys() & weighted.keys())
    if len(common) < 2:
        return None
    moved = np.array([weighted[slug] - headline[slug] for slug in common])
    points = width_in_points(moved - moved.mean())  # each fit has its own zero
    half_width = {
        row.name: (row.ci_high - row.ci_low) / 2
        for row in board.rows
        if row.name in headline and row.ci_low is not None and row.ci_high is not None
    }
    return facts | {
        "differences": {slug: round(float(x), DECIMALS) for slug, x in zip(common, points, strict=True)},
        "alarms": [slug for slug, x in zip(common, points, strict=True) if abs(x) > half_width[slug]],
    }


def _weighable(drawn: list[DrawnVotes]) -> Comparisons:
    """One row a pair and outcome, with the harmonic mean of K P, scaled into (0, 1]: the sums of weights stay."""
    ids = sorted({row.slug_a for row in drawn} | {row.slug_b for row in drawn})
    position = {slug: k for k, slug in enumerate(ids)}
    tilt = np.array([row.n_votes / row.weight for row in drawn])
    return Comparisons(
        ids=tuple(ids),
        a=np.array([position[row.slug_a] for row in drawn]),
        b=np.array([position[row.slug_b] for row in drawn]),
        outcome=np.array([parse_site(row.outcome) for row in drawn]),
        count=np.array([row.n_votes for row in drawn]),
        pair_probability=tilt / tilt.max(),
    )
