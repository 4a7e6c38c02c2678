"""Online Elo: the arithmetic of one vote, and that votes can come in portions."""

import numpy as np
import pytest

from ratings.elo import elo_ratings
from tests.ratings.samples import TIE, A, B, draw_votes, strengths


def test_one_vote_moves_both_by_k_times_the_surprise() -> None:
    start = np.array([1400.0, 1000.0, 1000.0])

    after = elo_ratings(np.array([0]), np.array([1]), np.array([B]), 3, 22.0, start)

    assert after == pytest.approx([1400 - 22 * 10 / 11, 1000 + 22 * 10 / 11, 1000])


def test_a_tie_of_equals_moves_nobody() -> None:
    assert elo_ratings(np.array([0]), np.array([1]), np.array([TIE]), 2, 4.0).tolist() == [1000, 1000]
    assert elo_ratings(np.array([0]), np.array([1]), np.array([A]), 2, 4.0).tolist() == [1002, 998]


def test_portions_give_what_all_at_once_gives() -> None:
    votes = draw_votes(strengths(5), 400, np.random.default_rng(0))
    whole = elo_ratings(votes.a, votes.b, votes.outcome, 5, 4.0)

    half = elo_ratings(votes.a[:150], votes.b[:150], votes.outcome[:150], 5, 4.0)
    both = elo_ratings(votes.a[150:], votes.b[150:], votes.outcome[150:], 5, 4.0, half)

    assert np.array_equal(whole, both)
    assert whole.mean() == pytest.approx(1000)
