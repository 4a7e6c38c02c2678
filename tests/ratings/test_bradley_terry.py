"""Bradley-Terry strengths by four witnesses; the fourth, simulation, is in test_coverage.py."""

import itertools

import numpy as np
import pytest

from ratings.bradley_terry import fit_strengths, win_probabilities
from ratings.errors import NotConverged
from ratings.pair_sums import PairSums
from ratings.scale import to_points
from tests.ratings.samples import A, B, draw_votes, golden, strengths, votes_of, wikipedia


def test_expected_points_equal_points_on_lopsided_votes() -> None:
    votes = draw_votes(strengths(12, spread=1.5), 3000, np.random.default_rng(3))
    sums = PairSums.of(votes)

    fit = fit_strengths(sums)

    expected = (sums.games * win_probabilities(fit.theta)).sum(axis=1)
    assert expected == pytest.approx(sums.score.sum(axis=1), abs=1e-8)
    assert fit.theta.mean() == pytest.approx(0, abs=1e-14)


def test_worked_example_of_wikipedia() -> None:
    strength = np.exp(fit_strengths(PairSums.of(wikipedia())).theta)

    assert strength / np.exp(np.log(strength).mean()) == pytest.approx([0.640, 1.043, 0.660, 2.270], abs=5e-4)


def test_golden_ratings() -> None:
    fit = fit_strengths(PairSums.of(golden()))

    assert to_points(fit.theta) == pytest.approx([1060.2506062706, 976.3075496970, 963.4418440323], abs=1e-9)
    assert fit.iterations <= 6


def test_maximum_found_by_brute_force() -> None:
    sums = PairSums.of(golden())

    def loglik(first: float, second: float) -> float:
        theta = np.array([first, second, -first - second])
        return float((sums.score * np.log(win_probabilities(theta))).sum())

    grid = np.linspace(-1, 1, 401)
    best = max(itertools.product(grid, grid), key=lambda point: loglik(*point))
    assert fit_strengths(sums).theta[:2] == pytest.approx(best, abs=grid[1] - grid[0])


@pytest.mark.parametrize("wins", [1_000, 10_000_000])
def test_extreme_chains_converge_to_the_log_of_their_odds(wins: int) -> None:
    chain = votes_of(("a", "b", B, 1), ("b", "c", B, 1))
    sums = PairSums.of(chain)
    won = sums.wins.copy()
    won[0, 1] = won[1, 2] = wins

    theta = fit_strengths(PairSums(won, sums.ties, won, sums.ties)).theta

    assert np.diff(theta) == pytest.approx([-np.log(wins)] * 2, abs=1e-6)


def test_no_maximum_is_an_error_not_a_large_number() -> None:
    with pytest.raises(NotConverged):
        fit_strengths(PairSums.of(votes_of(("a", "b", A, 3))))


def test_an_earlier_fit_as_start_changes_nothing() -> None:
    sums = PairSums.of(draw_votes(strengths(8), 500, np.random.default_rng(0)))
    cold = fit_strengths(sums)

    warm = fit_strengths(sums, start=cold.theta + np.linspace(-0.1, 0.1, 8))

    assert warm.theta == pytest.approx(cold.theta, abs=1e-12)


def test_ridge_draws_towards_the_mean() -> None:
    sums = PairSums.of(golden())

    plain, drawn = fit_strengths(sums).theta, fit_strengths(sums, ridge=5.0).theta

    residual = sums.score.sum(axis=1) - (sums.games * win_probabilities(drawn)).sum(axis=1)
    assert residual == pytest.approx(5.0 * drawn, abs=1e-8)
    assert (np.abs(drawn) < np.abs(plain)).all()
