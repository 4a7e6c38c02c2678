"""Boards of slices: shrunk where the rest helps, plain where it does not, and they say which."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.pipeline import fit_leaderboard
from ratings.slices import NOTHING_OUTSIDE, fit_slice
from ratings.spec import RatingSpec
from tests.ratings.samples import A, draw_votes, strengths

SPEC = RatingSpec(min_votes=30, rank_draws=200)


def empty(ids: tuple[str, ...]) -> Comparisons:
    return Comparisons(ids=ids, a=[], b=[], outcome=[])


def inside_and_outside(n: int, seed: int = 0) -> tuple[Comparisons, Comparisons]:
    rng = np.random.default_rng(seed)
    return draw_votes(strengths(10), n, rng), draw_votes(strengths(10), 8000, rng)


def test_a_small_slice_is_nearer_to_the_truth_than_alone() -> None:
    inside, outside = inside_and_outside(400)

    shrunk = fit_slice(inside, outside, SPEC)
    alone = fit_slice(inside, outside, replace(SPEC, shrinkage="none", min_votes=0))

    assert [len(board.theta) for board in (shrunk, alone)] == [10, 10]
    assert np.abs(shrunk.theta - strengths(10)).mean() < 0.6 * np.abs(alone.theta - strengths(10)).mean()
    told = shrunk.meta["shrinkage"]
    assert (told["mode"], told["n_votes_outside"]) == ("auto", 8000)
    assert 0.5 < told["amount"] <= 1
    assert shrunk.meta["notes"][-1] == f"Shrunk by {told['amount']:.0%} to the votes outside this slice."
    assert alone.meta["shrinkage"] == {"mode": "none", "amount": 0.0, "tau": None, "n_votes_outside": 8000}


def test_a_large_different_slice_is_its_own() -> None:
    rng = np.random.default_rng(1)
    inside = draw_votes(-strengths(6), 20_000, rng)
    outside = draw_votes(strengths(6), 20_000, rng)

    board = fit_slice(inside, outside, SPEC)

    assert board.theta == pytest.approx(fit_leaderboard(inside, SPEC).theta, abs=0.02)
    assert board.meta["shrinkage"]["amount"] < 0.02
    assert board.meta["shrinkage"]["tau"] > 50


@pytest.mark.parametrize("outside_votes", [0, 5])
def test_too_little_outside_leaves_the_plain_fit_and_says_so(outside_votes: int) -> None:
    inside, outside = inside_and_outside(2000)

    board = fit_slice(inside, outside.take(np.arange(outside_votes)), SPEC)

    assert np.array_equal(board.theta, fit_leaderboard(inside, SPEC).theta)
    assert board.meta["shrinkage"]["amount"] == 0.0
    assert board.meta["notes"][-1] == NOTHING_OUTSIDE


def test_contestants_that_the_rest_does_not_rank_are_preliminary() -> None:
    inside, outside = inside_and_outside(2000)
    outside = outside.take((outside.a != 3) & (outside.b != 3))

    board = fit_slice(inside, outside, SPEC)

    row = board.row("m003")
    assert (row.status, row.reason) == ("preliminary", "unranked_outside")
    assert row.rating is not None
    assert len(board.ranked_ids) == 9


def test_a_slice_too_thin_to_connect_ranks_nobody() -> None:
    _, outside = inside_and_outside(10)
    thin = Comparisons(ids=outside.ids, a=[0, 2], b=[1, 3], outcome=[A, A])

    board = fit_slice(thin, outside, SPEC)

    assert board.ranked_ids == ()
    assert board.meta["shrinkage"]["mode"] == "none"


def test_an_empty_slice_has_no_votes() -> None:
    _, outside = inside_and_outside(10)

    board = fit_slice(empty(outside.ids), outside, SPEC)

    assert {row.reason for row in board.rows} == {"no_votes"}


def test_a_slice_of_some_contestants_has_rows_of_these_only() -> None:
    inside, outside = inside_and_outside(2000)
    members = np.array([1, 4, 5, 8])

    within = inside.between(members)
    board = fit_slice(within, outside, SPEC)
    everybody = fit_slice(inside.take(np.isin(inside.a, members) & np.isin(inside.b, members)), outside, SPEC)

    assert {row.name for row in board.rows} == set(within.ids)
    assert (board.ranked_ids, board.meta["n_contestants"]) == (everybody.ranked_ids, 4)
    assert board.theta == pytest.approx(everybody.theta, abs=1e-9)
    assert board.covariance == pytest.approx(everybody.covariance, abs=1e-12)


def test_ids_unknown_outside_are_refused() -> None:
    with pytest.raises(InvalidVotes, match="'a' is missing"):
        fit_slice(empty(("a",)), empty(("b",)), SPEC)
