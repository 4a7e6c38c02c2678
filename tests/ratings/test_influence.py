"""Influence: first-order shifts against real refits."""

import numpy as np
import pytest

from ratings.bradley_terry import fit_strengths, information
from ratings.clusters import ClusterScores
from ratings.influence import removals_to_flip, voter_influence
from ratings.newton import grounded_inverse
from ratings.outcomes import SCORES
from ratings.pair_sums import PairSums
from tests.ratings.samples import A, draw_votes, strengths, votes_of


def test_influence_is_the_shift_when_the_voter_leaves() -> None:
    votes = draw_votes(strengths(5), 5000, np.random.default_rng(0), n_voters=200)
    sums = PairSums.of(votes)
    theta = fit_strengths(sums).theta
    residual = SCORES[votes.outcome] - 1 / (1 + np.exp(theta[votes.b] - theta[votes.a]))

    influence = voter_influence(ClusterScores.of(votes, residual), grounded_inverse(information(theta, sums.games), 5))

    for k in (0, 57, 199):
        without = fit_strengths(PairSums.of(votes.take(votes.voter != influence.voters[k]))).theta
        moved = theta[influence.contestants[k]] - without[influence.contestants[k]]
        assert influence.shifts[k] == pytest.approx(moved, rel=0.1)
    assert influence.largest == np.abs(influence.shifts).max()


def test_removing_about_that_many_votes_flips_neighbours() -> None:
    votes = draw_votes(np.array([0.3, 0.15, -0.45]), 3000, np.random.default_rng(1))
    sums = PairSums.of(votes)
    theta = fit_strengths(sums).theta

    number = removals_to_flip(theta, sums, votes.counts, 0, 1)

    gaps = [gap_without_best(votes, theta, n) for n in (round(0.85 * number), round(1.15 * number))]
    assert gaps[0] > 0 > gaps[1]


def gap_without_best(votes, theta: np.ndarray, n: int) -> float:
    """The gap of 0 over 1 when the n votes that support it most are gone."""
    inverse = grounded_inverse(information(theta, PairSums.of(votes).games), 3)
    direction = inverse[0] - inverse[1]
    residual = SCORES[votes.outcome] - 1 / (1 + np.exp(theta[votes.b] - theta[votes.a]))
    pull = (direction[votes.a] - direction[votes.b]) * residual
    left = fit_strengths(PairSums.of(votes.take(np.argsort(-pull, kind="stable")[n:]))).theta
    return float(left[0] - left[1])


def test_a_gap_that_no_votes_carry_cannot_be_flipped() -> None:
    votes = votes_of(("a", "b", A, 3))

    assert removals_to_flip(np.array([9.0, -9.0]), PairSums.of(votes), votes.counts, 0, 1) is None
