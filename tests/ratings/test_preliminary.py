"""Posteriors of contestants that are not ranked."""

import numpy as np
import pytest

from ratings.pair_sums import PairSums
from ratings.preliminary import place_against_field, place_jointly
from tests.ratings.samples import TIE, A, votes_of

FIELD = np.array([0.5, 0.0, -0.5])


def place(points: list[float], games: list[float], **changes: float) -> tuple[float, float]:
    settings = {"dispersion": 0.8, "sigma": 1.0} | changes
    mode, error = place_against_field(np.array([points]), np.array([games]), FIELD, **settings)
    return float(mode[0]), float(error[0])


def test_without_games_the_prior_speaks() -> None:
    assert place([0, 0, 0], [0, 0, 0]) == (0.0, 1.0)
    assert place([0, 0, 0], [0, 0, 0], sigma=0.5) == (0.0, 0.5)


def test_mode_by_brute_force_and_posterior_variance() -> None:
    points, games = np.array([3.0, 2.0, 4.5]), np.array([4.0, 4.0, 5.0])
    grid = np.linspace(-3, 3, 60_001)
    p = 1 / (1 + np.exp(FIELD[None, :] - grid[:, None]))
    loglik = (points * np.log(p) + (games - points) * np.log(1 - p)).sum(axis=1)

    mode, error = place(points.tolist(), games.tolist())

    best = np.argmax(loglik - 0.8 * grid**2 / 2)
    curvature = (games * p[best] * (1 - p[best])).sum()
    assert mode == pytest.approx(grid[best], abs=1e-4)
    assert error == pytest.approx(np.sqrt(0.8 / (curvature + 0.8)), abs=1e-4)


def test_a_thousand_wins_stay_finite() -> None:
    mode, error = place([1000, 0, 0], [1000, 0, 0])

    assert 2 < mode < 8
    assert 0 < error < 1


def test_newcomers_do_not_see_each_other() -> None:
    points, games = np.array([[1.0, 0, 2], [0, 0, 1]]), np.array([[2.0, 1, 2], [1, 1, 1]])

    both = place_against_field(points, games, FIELD, 0.8, 1.0)

    for k in range(2):
        alone = place_against_field(points[[k]], games[[k]], FIELD, 0.8, 1.0)
        assert (both[0][k], both[1][k]) == pytest.approx((alone[0][0], alone[1][0]), abs=1e-12)


def test_jointly_two_that_cannot_be_ranked_stay_symmetric() -> None:
    theta, error = place_jointly(PairSums.of(votes_of(("a", "b", A, 2), ("c", "d", TIE, 1))), 1.0)

    assert theta[0] == pytest.approx(-theta[1])
    assert theta[0] > 0
    assert theta[2:] == pytest.approx([0, 0], abs=1e-12)
    assert error == pytest.approx([0.8846, 0.8846, 0.9129, 0.9129], abs=1e-2)
