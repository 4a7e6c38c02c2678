"""How strong are contestants in one category or class? The slice's board, shrunk to the rest. Read shrinkage.py."""

from dataclasses import replace
from typing import Any

import numpy as np

from ratings.board import LeaderboardFit
from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.estimates import Estimate
from ratings.pipeline import Fitted, assemble_board, fit_field
from ratings.scale import width_in_points
from ratings.shrinkage import ShrunkStrengths, shrink_strengths
from ratings.spec import RatingSpec

NOTHING_OUTSIDE = "The votes outside this slice rank too few of its contestants: it stands alone and is not shrunk."


def fit_slice(inside: Comparisons, outside: Comparisons, spec: RatingSpec) -> LeaderboardFit:
    """The leaderboard of the votes inside a slice, shrunk to the votes outside as far as the two agree.

    inside, outside : disjoint votes; ids inside, which get rows, are among those outside.
    spec : of both; shrinkage "none" fits the slice alone.
    Ranked are contestants that the votes outside rank and the votes inside connect, however few; without enough votes
    outside it is the plain fit of the slice, and says so. spec.partial is taken as true.
    meta["shrinkage"] : mode "auto" or "none", amount (0 the slice alone, near 1 the rest alone), tau in points,
    n_votes_outside.
    Raises: InvalidVotes if outside lacks an id; else as fit_leaderboard. Cost: twice that of fit_leaderboard.
    """
    if missing := sorted(set(inside.ids) - set(outside.ids)):
        raise InvalidVotes(f"the votes outside a slice must know the ids inside: {missing[0]!r} is missing")
    spec = replace(spec, partial=True)
    if spec.shrinkage == "none":
        return _described(assemble_board(fit_field(inside, spec), spec), "none", None, outside.n_votes, ())
    whole = fit_field(outside, spec)
    own = None
    if whole.estimate is not None:
        place = {name: k for k, name in enumerate(outside.ids)}
        among = np.flatnonzero(np.isin([place[name] for name in inside.ids], whole.field.ranked))
        own = fit_field(inside, replace(spec, min_votes=0), among)
    if own is None or own.estimate is None or whole.estimate is None:
        return _described(
            assemble_board(fit_field(inside, spec), spec), "none", None, outside.n_votes, (NOTHING_OUTSIDE,)
        )
    return _shrunk_board(own, own.estimate, whole, whole.estimate, outside.n_votes, spec)


def _shrunk_board(
    own: Fitted, inside: Estimate, whole: Fitted, outside: Estimate, n_votes_outside: int, spec: RatingSpec
) -> LeaderboardFit:
    ranked_outside = {whole.votes.ids[i]: k for k, i in enumerate(whole.field.ranked)}
    place = np.array([ranked_outside[own.votes.ids[i]] for i in own.field.ranked])
    inner, outer = inside.uncertainty, outside.uncertainty
    covariance = outer.covariance[np.ix_(place, place)]
    shrunk = shrink_strengths(inside.theta, inner.covariance, outside.theta[place], covariance)
    uncertainty = replace(
        inner,
        covariance=shrunk.covariance,
        quantile=max(inner.quantile, outer.quantile),
        notes=tuple(note for note in inner.notes if inner.has_residuals),
        has_residuals=True,
    )
    estimate = replace(inside, theta=shrunk.theta, uncertainty=uncertainty)
    board = assemble_board(replace(own, estimate=estimate), spec)
    share = f"{shrunk.shrinkage:.0%}"
    return _described(board, "auto", shrunk, n_votes_outside, (f"Shrunk by {share} to the votes outside this slice.",))


def _described(
    board: LeaderboardFit, mode: str, shrunk: ShrunkStrengths | None, n_votes_outside: int, notes: tuple[str, ...]
) -> LeaderboardFit:
    shrinkage: dict[str, Any] = {
        "mode": mode,
        "amount": 0.0 if shrunk is None else shrunk.shrinkage,
        "tau": None if shrunk is None else width_in_points(shrunk.tau),
        "n_votes_outside": n_votes_outside,
    }
    return replace(board, meta=board.meta | {"shrinkage": shrinkage, "notes": [*board.meta["notes"], *notes]})
