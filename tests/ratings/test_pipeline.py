"""The whole path: real votes against their expected ratings, invariants, and boards that are barely boards."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ratings.board import LeaderboardFit
from ratings.comparisons import Comparisons
from ratings.errors import InvalidSpec, InvalidVotes, NotEstimable
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.ratings.samples import (
    BOTH_BAD,
    TIE,
    A,
    B,
    draw_votes,
    expected_ratings,
    golden,
    llmfao,
    strengths,
    votes_of,
)

CYCLE = (("a", "b", A, 30), ("b", "c", A, 30), ("c", "a", A, 30), ("a", "c", TIE, 4))


def summary(board: LeaderboardFit) -> list[tuple[object, ...]]:
    return [(row.name, row.status, row.reason, row.rank, row.rank_low, row.rank_high) for row in board.rows]


@pytest.mark.parametrize(
    ("clusters", "column", "correction"),
    [("none", "se_sandwich", 1.0), ("voter", "se_sandwich_by_voter", np.sqrt(124 / 123))],
)
def test_real_votes_give_the_expected_ratings(data_dir: Path, clusters: str, column: str, correction: float) -> None:
    expected = expected_ratings(data_dir)

    board = fit_leaderboard(llmfao(data_dir), RatingSpec(clusters=clusters))

    assert len(board.rows) == len(expected) == 59
    for row in board.rows:
        wanted = expected[row.name]
        assert row.rating == pytest.approx(wanted["rating"], abs=1e-4)
        assert row.se_elo == pytest.approx(wanted[column] * correction, rel=1e-5)
        counts = row.rank, row.votes, row.wins, row.ties, row.losses
        assert counts == tuple(wanted[name] for name in ("rank", "votes", "wins", "ties", "losses"))
        if clusters == "none":
            assert row.rank_ub == wanted["rank_ub_sandwich95"]


def test_golden_board_is_complete() -> None:
    board = fit_leaderboard(golden(), RatingSpec(rank_draws=2000))

    assert [row.name for row in board.rows] == ["a", "b", "c"]
    assert [row.rating for row in board.rows] == pytest.approx([1060.2506062706, 976.3075496970, 963.4418440323])
    assert [row.se_elo for row in board.rows] == pytest.approx([24.7281052088, 23.6312476840, 24.2497054827])
    assert board.covariance[[0, 0, 1], [0, 1, 2]] == pytest.approx([0.0202625022, -0.0096406209, -0.0088641920])
    assert board.covariance.sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-15)
    assert board.meta["davidson"]["nu"] == pytest.approx(0.1706592671760781)
    assert board.ranked_ids == ("a", "b", "c")
    first = board.row("a")
    assert (first.votes, first.wins, first.losses, first.ties, first.both_bad) == (80, 45, 25, 10, 0)
    assert first.win_rate == 50 / 80
    assert first.ci_high - first.rating == pytest.approx(1.959963984540054 * first.se_elo)


def test_meta_is_json_and_says_what_was_done(data_dir: Path) -> None:
    meta = fit_leaderboard(llmfao(data_dir), RatingSpec(min_votes=30)).meta

    assert json.loads(json.dumps(meta, allow_nan=False)) == meta
    assert meta["spec"] == RatingSpec(min_votes=30).to_dict()
    assert {name: meta[name] for name in ("n_votes", "n_votes_ranked", "n_voters", "n_clusters", "n_ranked")} == {
        "n_votes": 8931,
        "n_votes_ranked": 8931,
        "n_voters": 124,
        "n_clusters": 124,
        "n_ranked": 59,
    }
    assert meta["clusters"] == "voter"
    assert meta["g_eff"] == pytest.approx(39.598, abs=1e-3)
    assert meta["quantile"] == pytest.approx(2.0234, abs=1e-4)
    assert meta["max_step"] < 1e-9


@pytest.mark.parametrize(
    "newcomer",
    [("d", "a", A, 40), ("d", "a", B, 40), ("aa", "bb", TIE, 40), ("0", "a", A, 1), ("d", "a", BOTH_BAD, 29)],
    ids=["unbeaten", "only losses", "isolated", "first in order", "few votes"],
)
def test_newcomers_move_no_other_number(newcomer: tuple) -> None:
    spec = RatingSpec(min_votes=30)
    before = fit_leaderboard(votes_of(*CYCLE), spec)

    after = fit_leaderboard(votes_of(*CYCLE, newcomer), spec)

    assert len(after.rows) > len(before.rows)
    assert after.rows[:3] == before.rows
    assert np.array_equal(after.covariance, before.covariance)
    assert {row.status for row in after.rows[3:]} == {"preliminary"}


def test_a_preliminary_rating_is_finite_and_between_prior_and_votes() -> None:
    row = fit_leaderboard(votes_of(*CYCLE, ("d", "a", A, 40)), RatingSpec()).row("d")

    assert (row.rank, row.rank_low, row.rank_high, row.rank_ub, row.reason) == (None, None, None, None, "only_wins")
    assert 1100 < row.rating < 1600
    assert row.ci_low < row.rating < row.ci_high
    assert (row.votes, row.wins) == (40, 40)


def test_both_bad_counts_as_half_a_win_and_is_counted_apart() -> None:
    ties = fit_leaderboard(votes_of(*CYCLE, ("a", "b", TIE, 6)), RatingSpec())
    both_bad = fit_leaderboard(votes_of(*CYCLE, ("a", "b", BOTH_BAD, 6)), RatingSpec())

    assert np.array_equal(ties.theta, both_bad.theta)
    row = both_bad.row("a")
    assert (row.ties, row.both_bad, row.both_bad_rate) == (4, 6, 6 / 70)


def test_tallies_and_single_votes_give_the_same_board(data_dir: Path) -> None:
    votes = llmfao(data_dir)
    cells = np.stack([votes.voter, votes.a, votes.b], axis=1)
    unique, row = np.unique(cells, axis=0, return_inverse=True)
    counts = np.zeros((len(unique), 4), dtype=np.int64)
    np.add.at(counts, (row, votes.outcome), 1)
    tally = Comparisons.from_tally(votes.ids, unique[:, 1], unique[:, 2], counts, unique[:, 0])
    spec = RatingSpec(rank_draws=500)

    one, other = fit_leaderboard(votes, spec), fit_leaderboard(tally, spec)

    assert np.array_equal(one.theta, other.theta)
    assert other.covariance == pytest.approx(one.covariance, abs=1e-14)
    assert one.meta["counts_sha256"] == other.meta["counts_sha256"]
    assert summary(one) == summary(other)


def test_an_anchor_shifts_every_rating_and_no_interval_width() -> None:
    plain = fit_leaderboard(golden(), RatingSpec())

    anchored = fit_leaderboard(golden(), RatingSpec(anchor="c", anchor_rating=1114.0))

    assert anchored.row("c").rating == pytest.approx(1114)
    shift = anchored.meta["anchor_shift"]
    for one, other in zip(plain.rows, anchored.rows, strict=True):
        assert other.rating - one.rating == pytest.approx(shift)
        assert other.se_elo == one.se_elo
        assert other.rank_high == one.rank_high


def test_the_hash_of_counts_ignores_order_and_nothing_else() -> None:
    votes = golden()
    order = np.random.default_rng(0).permutation(votes.n_rows)
    renamed = replace(votes, ids=("a", "c", "b"))

    hashes = [fit_leaderboard(v, RatingSpec()).meta["counts_sha256"] for v in (votes, votes.take(order), renamed)]

    assert hashes[0] == hashes[1] != hashes[2]


def test_elo_reference_follows_the_order_of_votes() -> None:
    spec = RatingSpec(elo_reference=True)

    first = fit_leaderboard(votes_of(("a", "b", A, 1), ("a", "b", B, 1)), spec)

    assert first.row("a").elo == pytest.approx(1000 - 4 / 173.7178, abs=1e-4)
    assert first.row("b").elo == pytest.approx(2000 - first.row("a").elo)


def test_elo_of_tallies_is_refused() -> None:
    tally = Comparisons.from_tally(("a", "b"), [0], [1], [[1, 1, 0, 0]])

    with pytest.raises(InvalidVotes, match="in order"):
        fit_leaderboard(tally, RatingSpec(elo_reference=True))


def test_unknown_anchor_is_refused() -> None:
    with pytest.raises(InvalidSpec, match="'zz' is no contestant"):
        fit_leaderboard(golden(), RatingSpec(anchor="zz", anchor_rating=1.0))


def test_decisive_votes_only() -> None:
    board = fit_leaderboard(golden(), RatingSpec(ties="drop"))
    decisive = golden().take(golden().outcome < 2)

    assert board.theta == pytest.approx(fit_leaderboard(decisive, RatingSpec()).theta, abs=1e-12)
    assert board.meta["davidson"] is None


def test_davidson_board_has_its_own_strengths() -> None:
    board = fit_leaderboard(golden(), RatingSpec(method="davidson"))

    assert [row.rating for row in board.rows] == pytest.approx([1065.4480297416, 974.2626493433, 960.2893209152])
    assert board.meta["nu"] == pytest.approx(0.1706592671760781)
    scores = [row.expected_score for row in board.rows]
    assert sum(scores) == pytest.approx(1.5)


@pytest.mark.parametrize("method", ["bradley-terry", "davidson"])
@pytest.mark.parametrize("tie_share", [0.0, 0.5])
def test_wins_only_and_ties_work_with_either_method(method: str, tie_share: float) -> None:
    votes = draw_votes(strengths(5), 400, np.random.default_rng(2), tie_share=tie_share, n_voters=40)

    board = fit_leaderboard(votes, RatingSpec(method=method, rank_draws=200))

    assert [row.status for row in board.rows] == ["ranked"] * 5
    assert np.isfinite(board.covariance).all()


NO_VOTES = "There are no votes yet."
TOO_FEW = "Fewer than two contestants can be compared: all ratings are preliminary and nobody has a place."
ALL_TIES = "All votes are ties: every rating is 1000 and every place is possible."


@pytest.mark.parametrize("ids", [(), ("a",), ("a", "b")])
def test_no_votes_is_a_board_without_ratings(ids: tuple[str, ...]) -> None:
    board = fit_leaderboard(Comparisons(ids=ids, a=[], b=[], outcome=[]), RatingSpec(min_votes=30))

    assert [(row.name, row.rating, row.reason, row.win_rate) for row in board.rows] == [
        (name, None, "no_votes", None) for name in ids
    ]
    assert board.meta["notes"] == [NO_VOTES]


def test_all_ties_put_everyone_at_1000_and_anywhere() -> None:
    board = fit_leaderboard(votes_of(("a", "b", TIE, 5), ("b", "c", BOTH_BAD, 5)), RatingSpec())

    assert [(row.rating, row.rank, row.rank_low, row.rank_high) for row in board.rows] == [(1000.0, 1, 1, 3)] * 3
    assert all(row.se_elo > 50 for row in board.rows)
    assert board.meta["notes"] == [ALL_TIES]


def test_one_pair_with_a_winner_is_a_preliminary_board() -> None:
    board = fit_leaderboard(votes_of(("a", "b", A, 3)), RatingSpec())

    assert summary(board) == [
        ("a", "preliminary", "only_wins", None, None, None),
        ("b", "preliminary", "only_losses", None, None, None),
    ]
    assert board.row("a").rating + board.row("b").rating == pytest.approx(2000)
    assert board.meta["notes"] == [TOO_FEW]
    assert board.theta.shape == (0,)


def test_two_islands_rank_the_larger_one_and_say_so() -> None:
    board = fit_leaderboard(votes_of(*CYCLE, ("x", "y", A, 5), ("x", "y", B, 5)), RatingSpec())

    assert [row.status for row in board.rows] == ["ranked"] * 3 + ["preliminary"] * 2
    assert {row.reason for row in board.rows[3:]} == {"unconnected"}
    assert any("connected" in note for note in board.meta["notes"])
    assert board.meta["n_components"] == 2


def test_a_strict_spec_refuses_and_names() -> None:
    with pytest.raises(NotEstimable, match=r"d has not lost .* x is not connected") as refusal:
        fit_leaderboard(votes_of(*CYCLE, ("d", "a", A, 1), ("x", "y", TIE, 5)), RatingSpec(partial=False))

    assert refusal.value.contestants == ("d", "x", "y")


def test_few_voters_are_said_to_speak_only_for_themselves() -> None:
    votes = draw_votes(strengths(4), 300, np.random.default_rng(5), n_voters=4)

    few = fit_leaderboard(votes, RatingSpec())
    none = fit_leaderboard(replace(votes, voter=None, n_voters=0), RatingSpec())

    assert few.meta["notes"] == ["The intervals describe only these 4 voters: too few to speak for others."]
    assert few.meta["clusters"] == "none"
    assert [row.ci_low for row in few.rows] == [row.ci_low for row in none.rows]


def test_no_more_voters_than_contestants_widens_the_intervals_of_votes() -> None:
    votes = draw_votes(strengths(30), 3000, np.random.default_rng(6), n_voters=20)

    board = fit_leaderboard(votes, RatingSpec(rank_draws=100))
    single = fit_leaderboard(votes, RatingSpec(clusters="none", rank_draws=100))

    ratio = np.diag(board.covariance) / np.diag(single.covariance)
    assert ratio == pytest.approx(np.full(30, ratio[0]))
    assert ratio[0] >= 1
    assert board.meta["clusters"] == "voter"
    assert "widened" in board.meta["notes"][0]


def test_sequence_bounds_are_wider_and_confirm_clear_leaders() -> None:
    votes = draw_votes(np.array([0.8, 0.0, -0.8]), 3000, np.random.default_rng(7))

    board = fit_leaderboard(votes, RatingSpec(sequence_votes=3000))

    row = board.row("m000")
    assert row.sequence_low < row.ci_low < row.ci_high < row.sequence_high
    assert board.meta["confirmed"] == {"first": "m000", "neighbours": [["m000", "m001"], ["m001", "m002"]]}


def test_bootstrap_agrees_with_the_formula() -> None:
    votes = draw_votes(strengths(5), 2000, np.random.default_rng(8), n_voters=300)

    board = fit_leaderboard(votes, RatingSpec(bootstrap_rounds=200, rank_draws=100))

    for row in board.rows:
        low, high = board.meta["bootstrap"]["intervals"][row.name]
        assert (high - low) / (row.ci_high - row.ci_low) == pytest.approx(1, abs=0.25)


def test_clipped_influence_stays_near_the_limit_and_weighs_the_loud_voter_less() -> None:
    quiet = draw_votes(strengths(4), 2000, np.random.default_rng(9), n_voters=400)
    loud = {"a": 0, "b": 1, "outcome": A, "voter": 400}
    columns = {name: np.append(getattr(quiet, name), np.full(400, value)) for name, value in loud.items()}
    votes = replace(quiet, **columns, n_voters=401)

    clipped = fit_leaderboard(votes, RatingSpec(influence_clip=5.0))
    free = fit_leaderboard(votes, RatingSpec())
    honest = fit_leaderboard(quiet, RatingSpec())

    assert free.meta["largest_voter_influence"] > 20
    assert clipped.meta["largest_voter_influence"] < 7
    gaps = [abs(board.row("m000").rating - honest.row("m000").rating) for board in (clipped, free)]
    assert gaps[0] < gaps[1] / 3


def test_ridge_board_is_drawn_together() -> None:
    plain, ridge = fit_leaderboard(golden(), RatingSpec()), fit_leaderboard(golden(), RatingSpec(ridge=5.0))

    assert ridge.row("a").rating < plain.row("a").rating
    assert ridge.covariance.sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-15)
