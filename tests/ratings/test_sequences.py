"""Always-valid factors: the published value, and that looking often does not break them."""

import numpy as np
import pytest

from ratings.ranks import difference_errors
from ratings.sequences import confirmed_above, sequence_factor


def test_factor_is_smallest_near_the_tuned_number_of_votes() -> None:
    factors = {t: sequence_factor(t, 10_000, 0.05) for t in (1_000, 10_000, 100_000)}

    assert factors[10_000] == pytest.approx(3.035, abs=0.005)
    assert factors[10_000] < min(factors[1_000], factors[100_000])


def test_fifty_looks_at_a_mean_miss_less_than_they_may() -> None:
    rng = np.random.default_rng(0)
    looks = np.arange(200, 10_001, 200)
    means = rng.normal(size=(500, 10_000)).cumsum(axis=1)[:, looks - 1] / looks
    factors = np.array([sequence_factor(t, 5_000, 0.05) for t in looks])

    missed = (np.abs(means) * np.sqrt(looks) > factors).any(axis=1).mean()
    naive = (np.abs(means) * np.sqrt(looks) > 1.96).any(axis=1).mean()

    assert missed < 0.05 < 0.2 < naive


def test_confirmed_claims_need_a_clear_gap() -> None:
    theta, covariance = np.array([1.0, 0.9, -1.9]), 0.01 * (np.eye(3) - 1 / 3)

    above = confirmed_above(theta, difference_errors(covariance), 5_000, 5_000, 0.05)

    assert above.tolist() == [[False, False, True], [False, False, True], [False, False, False]]
