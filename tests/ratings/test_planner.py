"""The vote planner against brute force, against a closed form, and where the answer is 0 or never."""

import numpy as np
import pytest

from ratings.pairing import InvalidPairing
from ratings.pairing_rules import decisiveness
from ratings.pairing_strengths import estimate_strengths
from ratings.planner import MAX_VOTES, Z_95, Separation, VotePlanner
from ratings.scale import POINTS_PER_NAT

WINS = np.array([[0.0, 30, 15], [20, 0, 28], [5, 22, 0]])
TIES = np.array([[0.0, 8, 10], [8, 0, 4], [10, 4, 0]])
TABLE = np.array([[0, 0.5, 0.2], [0.5, 0, 0.3], [0.2, 0.3, 0]])


def planner() -> VotePlanner:
    return VotePlanner(estimate_strengths(WINS, TIES), TABLE)


def covariance_after(votes: float) -> np.ndarray:
    """The same plan by plain inversion."""
    fit = estimate_strengths(WINS, TIES)
    rate = TABLE * decisiveness(fit.theta)
    inverse = np.linalg.inv(fit.precision + votes * (np.diag(rate.sum(axis=1)) - rate))
    centre = np.eye(3) - 1 / 3
    return fit.dispersion * centre @ inverse @ centre


@pytest.mark.parametrize("votes", [0, 100, 10_000])
def test_half_width_is_that_of_the_inverse(votes):
    expected = Z_95 * POINTS_PER_NAT * np.sqrt(covariance_after(votes).diagonal())

    assert [planner().half_width(i, votes) for i in range(3)] == pytest.approx(expected)


def test_answer_is_the_first_vote_that_suffices():
    votes = planner().until_half_width(0, points=15)

    widths = [Z_95 * POINTS_PER_NAT * np.sqrt(covariance_after(n)[0, 0]) for n in (votes - 1, votes)]
    assert widths[0] > 15 >= widths[1]


def test_separation_is_the_first_vote_that_suffices():
    plan = planner()
    votes = plan.until_separated(0, 1)

    contrast = np.array([1, -1, 0])
    gap = abs(plan.theta[0] - plan.theta[1])
    before, after = (gap / np.sqrt(contrast @ covariance_after(n) @ contrast) for n in (votes - 1, votes))
    assert before < Z_95 <= after


def test_board_lists_neighbours_from_the_top():
    plan = planner()

    assert plan.board() == (
        Separation(0, 1, plan.until_separated(0, 1)),
        Separation(1, 2, plan.until_separated(1, 2)),
    )


def test_more_votes_than_needed_is_zero():
    plan = VotePlanner(estimate_strengths(WINS * 1000, TIES * 1000), TABLE)

    assert (plan.until_separated(0, 2), plan.until_half_width(1)) == (0, 0)


def test_never_is_none():
    even = np.array([[0.0, 10, 0], [10, 0, 0], [0, 0, 0]])
    nobody_meets_2 = np.array([[0, 1.0, 0], [1, 0, 0], [0, 0, 0]])

    plan = VotePlanner(estimate_strengths(even, 0 * even), nobody_meets_2)

    assert (plan.until_separated(0, 1), plan.until_half_width(2)) == (None, None)


def test_hundreds_of_own_battles_make_a_newcomer_known():
    m = 60
    wins = np.full((m, m), 20.0)
    ties = np.full((m, m), 27.0)
    for counts in (wins, ties):
        counts[np.diag_indices(m)] = 0
        counts[0] = counts[:, 0] = 0
    table = np.full((m, m), (1 - 0.25) / (59 * 58 / 2))
    table[0] = table[:, 0] = 0.25 / 59
    table[np.diag_indices(m)] = 0

    plan = VotePlanner(estimate_strengths(wins, ties), table)
    own_battles = 0.25 * plan.until_half_width(0)

    phi = estimate_strengths(wins, ties).dispersion
    limit = phi * (Z_95 * POINTS_PER_NAT / 20) ** 2 / 0.25  # own battles against rivals known exactly
    assert limit * 0.9 < own_battles < limit * 1.1


def test_tables_of_another_size_are_refused():
    with pytest.raises(InvalidPairing):
        VotePlanner(estimate_strengths(WINS, TIES), TABLE[:2, :2])


@pytest.mark.parametrize("m", [0, 1])
def test_empty_arenas_have_no_neighbours(m):
    nothing = np.zeros((m, m))

    assert VotePlanner(estimate_strengths(nothing, nothing), nothing).board() == ()


def test_far_away_is_not_in_sight():
    assert planner().until_half_width(0, points=1e-3) is None
    assert planner().until_half_width(0, points=1) < MAX_VOTES
