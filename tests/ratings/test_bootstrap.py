"""Resampling: widths like the formula, seeds, and resamples that connect too little."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.bootstrap import bootstrap_intervals
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.ratings.samples import TIE, A, draw_votes, strengths, votes_of


@pytest.mark.parametrize("n_voters", [0, 200])
def test_widths_agree_with_the_sandwich(n_voters: int) -> None:
    votes = draw_votes(strengths(5), 2000, np.random.default_rng(0), n_voters=n_voters)
    board = fit_leaderboard(votes, RatingSpec(rank_draws=100))

    intervals = bootstrap_intervals(votes, board.theta, 0.95, 300, seed=1)

    width = 2 * 1.96 * np.sqrt(np.diag(board.covariance))
    assert (intervals.n_rounds, intervals.n_failed) == (300, 0)
    assert intervals.high - intervals.low == pytest.approx(width, rel=0.2)
    again = bootstrap_intervals(votes, board.theta, 0.95, 300, seed=1)
    assert np.array_equal(again.low, intervals.low)


def test_tallies_resample_single_votes() -> None:
    votes = draw_votes(strengths(4), 1000, np.random.default_rng(0))
    cells, count = np.unique(np.stack([votes.a, votes.b, votes.outcome]), axis=1, return_counts=True)
    tally = replace(votes, a=cells[0], b=cells[1], outcome=cells[2], count=count)
    theta = fit_leaderboard(votes, RatingSpec(rank_draws=100)).theta

    single = bootstrap_intervals(votes, theta, 0.95, 300, seed=1)
    counted = bootstrap_intervals(tally, theta, 0.95, 300, seed=2)

    assert counted.high - counted.low == pytest.approx(single.high - single.low, rel=0.2)


def test_resamples_without_a_maximum_are_counted_apart() -> None:
    votes = votes_of(("a", "b", A, 3), ("a", "b", TIE, 1))
    theta = fit_leaderboard(votes, RatingSpec(rank_draws=100)).theta

    intervals = bootstrap_intervals(votes, theta, 0.95, 100, seed=0)

    assert intervals.n_failed > 10
    assert intervals.n_rounds + intervals.n_failed == 100
    assert np.isfinite(intervals.low).all()
