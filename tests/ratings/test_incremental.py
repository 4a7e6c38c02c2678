"""Counting in portions is counting at once, bit for bit."""

import numpy as np
import pytest

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.graph import find_field
from ratings.incremental import Tally, refresh_strengths
from ratings.pair_sums import PairSums
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.ratings.samples import draw_votes, strengths


@pytest.fixture
def votes() -> Comparisons:
    return draw_votes(strengths(6), 3000, np.random.default_rng(0), n_voters=100)


def tally_in_portions(votes: Comparisons, cuts: list[int]) -> Tally:
    tally = Tally.empty(votes.ids)
    for start, stop in zip([0, *cuts], [*cuts, votes.n_rows], strict=True):
        tally = tally.add(votes.take(slice(start, stop)))
    return tally


@pytest.mark.parametrize("cuts", [[1], [1000, 2000], [0, 2999], list(range(100, 3000, 100))])
def test_portions_equal_the_whole_bit_for_bit(votes: Comparisons, cuts: list[int]) -> None:
    whole, portions = tally_in_portions(votes, []), tally_in_portions(votes, cuts)

    assert np.array_equal(portions.counts, whole.counts)
    assert np.array_equal(portions.cells.key, whole.cells.key)
    assert np.array_equal(portions.cells.counts, whole.cells.counts)
    assert np.array_equal(whole.counts, votes.counts)
    assert whole.cells.counts.sum() == 3000


def test_the_board_of_a_tally_is_that_of_its_votes(votes: Comparisons) -> None:
    spec = RatingSpec(rank_draws=300)

    one, other = fit_leaderboard(votes, spec), fit_leaderboard(tally_in_portions(votes, [700]).comparisons(), spec)

    assert np.array_equal(one.theta, other.theta)
    assert other.covariance == pytest.approx(one.covariance, abs=1e-14)
    assert one.meta["g_eff"] == other.meta["g_eff"]


def test_a_warm_refresh_equals_the_batch(votes: Comparisons) -> None:
    before = tally_in_portions(votes.take(slice(0, 2000)), [])
    after = before.add(votes.take(slice(2000, 3000)))
    sums = PairSums.from_counts(after.counts)
    ranked = find_field(sums.score, sums.games, after.ids, 0).ranked
    start = refresh_strengths(before.counts, ranked).fit.theta

    warm = refresh_strengths(after.counts, ranked, start)

    batch = fit_leaderboard(votes, RatingSpec(clusters="none", rank_draws=300))
    assert warm.fit.theta == pytest.approx(batch.theta, abs=1e-9)
    assert warm.covariance == pytest.approx(batch.covariance, rel=1e-4, abs=1e-8)


def test_votes_without_voter_stay_single_clusters() -> None:
    votes = draw_votes(strengths(4), 500, np.random.default_rng(1))
    tally = Tally.empty(votes.ids).add(votes)

    comparisons = tally.comparisons()

    assert set(comparisons.voter.tolist()) == {-1}
    assert comparisons.n_votes == 500


def test_other_ids_and_weights_are_refused(votes: Comparisons) -> None:
    with pytest.raises(InvalidVotes, match="its own ids"):
        Tally.empty(("a", "b")).add(votes)
