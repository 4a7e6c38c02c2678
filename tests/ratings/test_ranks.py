"""Rank intervals: they are what the rule says, for any input without a spread too."""

import numpy as np
import pytest

from ratings.ranks import (
    critical_value,
    default_draws,
    difference_errors,
    everywhere,
    rank_contestants,
    rank_upper_bounds,
)


def spherical(m: int, variance: float) -> np.ndarray:
    return variance * (np.eye(m) - 1 / m)


def test_critical_value_of_equal_variances_is_tukeys() -> None:
    """The studentised range of 4 groups at .95 with known variance is 3.633; of a difference it is that over sqrt 2."""
    covariance = spherical(4, 0.3)

    value = critical_value(covariance, difference_errors(covariance), 0.95, 200_000, seed=0)

    assert value == pytest.approx(3.633 / np.sqrt(2), abs=0.01)
    assert value == round(value, 3)


def test_ranks_follow_from_the_published_critical_value() -> None:
    theta = np.array([0.5, 0.45, -0.2, -0.75])
    covariance = spherical(4, 0.005)

    ranks = rank_contestants(theta, covariance, 0.95, None, seed=3)

    errors = difference_errors(covariance)
    above = (theta[None, :] - theta[:, None]) > ranks.critical * errors
    assert ranks.rank.tolist() == [1, 2, 3, 4]
    assert ranks.low.tolist() == (1 + above.sum(axis=1)).tolist() == [1, 1, 3, 4]
    assert ranks.high.tolist() == (4 - above.sum(axis=0)).tolist() == [2, 2, 3, 4]


def test_equal_strengths_share_the_best_place() -> None:
    ranks = rank_contestants(np.array([0.1, 0.3, 0.1 + 1e-12, -0.5]), spherical(4, 1.0), 0.95, 100, seed=0)

    assert ranks.rank.tolist() == [2, 1, 2, 4]


def test_contestants_without_a_spread_are_never_told_apart() -> None:
    covariance = np.zeros((3, 3))

    ranks = rank_contestants(np.array([1.0, 0.0, -1.0]), covariance, 0.95, 100, seed=0)

    assert (ranks.low.tolist(), ranks.high.tolist(), ranks.critical) == ([1, 1, 1], [3, 3, 3], 0.0)


def test_equal_seeds_give_equal_values_and_other_seeds_near_ones() -> None:
    covariance = spherical(20, 0.1)
    errors = difference_errors(covariance)

    values = [critical_value(covariance, errors, 0.95, 20_000, seed) for seed in (0, 0, 1)]

    assert values[0] == values[1] == pytest.approx(values[2], abs=0.05)


def test_upper_bound_rule_of_lmarena() -> None:
    low, high = np.array([9.0, 5.0, 1.0, 1.0]), np.array([12.0, 10.0, 4.0, 6.0])

    assert rank_upper_bounds(low, high).tolist() == [1, 1, 3, 2]


def test_draws_and_everywhere() -> None:
    assert (default_draws(100), default_draws(101)) == (20_000, 4_000)
    ranks = everywhere(3)
    assert (ranks.rank.tolist(), ranks.low.tolist(), ranks.high.tolist()) == ([1] * 3, [1] * 3, [3] * 3)
