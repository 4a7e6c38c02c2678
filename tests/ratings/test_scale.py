"""Points and nats."""

import math

import numpy as np
import pytest

from ratings.scale import to_nats, to_points, width_in_points


def test_odds_of_ten_to_one_are_400_points() -> None:
    assert to_points(math.log(10)) - to_points(0.0) == pytest.approx(400, abs=1e-12)
    assert to_points(0.0) == 1000
    assert width_in_points(1.0) == pytest.approx(173.7177927613008, abs=1e-12)


def test_points_come_back_as_nats() -> None:
    theta = np.array([-3.0, 0.0, 0.25])

    assert to_nats(to_points(theta)) == pytest.approx(theta, abs=1e-14)
