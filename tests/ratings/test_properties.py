"""What must hold for any votes at all."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ratings.board import LeaderboardFit
from ratings.comparisons import Comparisons
from ratings.incremental import Tally
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec

NAMES = ("a", "b", "c", "d", "e")
SPEC = RatingSpec(rank_draws=50)
SWAPPED = np.array([1, 0, 2, 3])


@st.composite
def any_votes(draw: st.DrawFn) -> Comparisons:
    m = draw(st.integers(2, len(NAMES)))
    row = st.tuples(st.integers(0, m - 1), st.integers(1, m - 1), st.integers(0, 3), st.integers(-1, 15))
    rows = np.array(draw(st.lists(row, max_size=80)), dtype=np.int64).reshape(-1, 4)
    return Comparisons(
        ids=NAMES[:m],
        a=rows[:, 0],
        b=(rows[:, 0] + rows[:, 1]) % m,
        outcome=rows[:, 2],
        voter=rows[:, 3],
        n_voters=16,
    )


def numbers(board: LeaderboardFit) -> dict[str, tuple[object, ...]]:
    return {
        row.name: (row.status, row.reason, row.votes, row.rating, row.se_elo, row.ci_low, row.ci_high)
        for row in board.rows
    }


def assert_same_board(one: LeaderboardFit, other: LeaderboardFit) -> None:
    first, second = numbers(one), numbers(other)
    assert first.keys() == second.keys()
    for name, values in first.items():
        assert [value for value in values if not isinstance(value, float)] == [
            value for value in second[name] if not isinstance(value, float)
        ]
        assert [value for value in values if isinstance(value, float)] == pytest.approx(
            [value for value in second[name] if isinstance(value, float)], rel=1e-6, abs=1e-6
        )


@settings(deadline=None)
@given(any_votes())
def test_every_number_is_finite_and_in_order(votes: Comparisons) -> None:
    board = fit_leaderboard(votes, SPEC)

    m = len(board.ranked_ids)
    assert [row.name for row in board.rows if row.status == "ranked"] == [row.name for row in board.rows[:m]]
    assert np.isfinite(board.covariance).all()
    assert board.covariance.sum(axis=1) == pytest.approx(np.zeros(m), abs=1e-9 * (1 + np.abs(board.covariance).sum()))
    for row in board.rows:
        assert row.wins + row.losses + row.ties + row.both_bad == row.votes
        if row.rating is not None:
            assert -9_000 < row.ci_low <= row.rating <= row.ci_high < 11_000
        if row.status == "ranked":
            assert 1 <= row.rank_low <= row.rank <= row.rank_high <= m
            assert 1 <= row.rank_ub <= m
            assert 0 < row.expected_score < 1


@settings(deadline=None)
@given(any_votes(), st.randoms(use_true_random=False))
def test_order_of_votes_does_not_matter(votes: Comparisons, random) -> None:
    order = list(range(votes.n_rows))
    random.shuffle(order)

    one, other = fit_leaderboard(votes, SPEC), fit_leaderboard(votes.take(np.array(order, dtype=int)), SPEC)

    assert np.array_equal(one.theta, other.theta)
    assert one.meta["counts_sha256"] == other.meta["counts_sha256"]
    assert_same_board(one, other)


@settings(deadline=None)
@given(any_votes(), st.data())
def test_sides_do_not_matter(votes: Comparisons, data: st.DataObject) -> None:
    turned = np.array(data.draw(st.lists(st.booleans(), min_size=votes.n_rows, max_size=votes.n_rows)), dtype=bool)
    mirrored = replace(
        votes,
        a=np.where(turned, votes.b, votes.a),
        b=np.where(turned, votes.a, votes.b),
        outcome=np.where(turned, SWAPPED[votes.outcome], votes.outcome),
    )

    assert_same_board(fit_leaderboard(votes, SPEC), fit_leaderboard(mirrored, SPEC))


@settings(deadline=None)
@given(any_votes(), st.data())
def test_names_do_not_matter(votes: Comparisons, data: st.DataObject) -> None:
    m = votes.n_contestants
    order = np.array(data.draw(st.permutations(range(m))))
    place = np.argsort(order)
    one = fit_leaderboard(votes, SPEC)
    assume(one.meta["n_components"] == 1)  # among equal parts the smallest name decides

    renamed = replace(votes, ids=tuple(votes.ids[i] for i in order), a=place[votes.a], b=place[votes.b])

    assert_same_board(one, fit_leaderboard(renamed, SPEC))


@settings(deadline=None)
@given(any_votes())
def test_votes_counted_twice_keep_ratings_and_narrow_intervals(votes: Comparisons) -> None:
    spec = replace(SPEC, clusters="none")

    once, twice = fit_leaderboard(votes, spec), fit_leaderboard(votes.take(np.tile(np.arange(votes.n_rows), 2)), spec)

    assert twice.theta == pytest.approx(once.theta, abs=1e-8)
    assert twice.covariance == pytest.approx(once.covariance / 2, rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(any_votes(), st.integers(0, 80))
def test_counts_in_portions_give_the_same_board(votes: Comparisons, cut: int) -> None:
    cut = min(cut, votes.n_rows)

    tally = Tally.empty(votes.ids).add(votes.take(slice(0, cut))).add(votes.take(slice(cut, None)))

    assert np.array_equal(tally.counts, votes.counts)
    one, other = fit_leaderboard(votes, SPEC), fit_leaderboard(tally.comparisons(), SPEC)
    assert np.array_equal(one.theta, other.theta)
    assert_same_board(one, other)


@settings(deadline=None)
@given(any_votes(), st.integers(0, 3), st.integers(1, 40), st.booleans())
def test_a_newcomer_moves_nobody(votes: Comparisons, rival: int, n: int, wins: bool) -> None:
    before = fit_leaderboard(votes, SPEC)
    assume(len(before.ranked_ids) > 0)
    rival = min(rival, votes.n_contestants - 1)
    joined = replace(
        votes,
        ids=(*votes.ids, "z"),
        a=np.append(votes.a, np.full(n, votes.n_contestants)),
        b=np.append(votes.b, np.full(n, rival)),
        outcome=np.append(votes.outcome, np.full(n, 0 if wins else 1)),
        voter=np.append(votes.voter, np.full(n, 3)),
    )

    after = fit_leaderboard(joined, SPEC)

    m = len(before.ranked_ids)
    assert after.rows[:m] == before.rows[:m]
    assert np.array_equal(after.covariance, before.covariance)
