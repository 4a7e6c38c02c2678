"""Davidson's ties: probabilities, the golden fit, the estimating equations, and the limits without ties or wins."""

import numpy as np
import pytest

from ratings.bradley_terry import fit_strengths, win_probabilities
from ratings.davidson import (
    davidson_information,
    davidson_meat,
    expected_scores,
    fit_davidson,
    has_maximum,
    outcome_probabilities,
    score_slopes,
)
from ratings.errors import NotEstimable
from ratings.pair_sums import PairSums
from ratings.scale import to_points
from tests.ratings.samples import TIE, A, B, draw_votes, golden, strengths, votes_of


def test_probabilities_have_davidsons_proportions() -> None:
    win, tie, loss = outcome_probabilities(np.array([0.0, np.log(4.0), -2000.0]), 1.0)

    assert win == pytest.approx([1 / 3, 4 / 7, 0.0])
    assert tie == pytest.approx([1 / 3, 2 / 7, 0.0])
    assert loss == pytest.approx([1 / 3, 1 / 7, 1.0])


def test_without_ties_it_is_bradley_terry() -> None:
    d = np.linspace(-3, 3, 7)
    p = 1 / (1 + np.exp(-d))

    assert expected_scores(d, 0.0) == pytest.approx(p)
    assert score_slopes(d, 0.0) == pytest.approx(p * (1 - p))


def test_slope_is_the_derivative_of_the_score() -> None:
    d, h = np.linspace(-3, 3, 7), 1e-6

    slope = (expected_scores(d + h, 0.7) - expected_scores(d - h, 0.7)) / (2 * h)

    assert score_slopes(d, 0.7) == pytest.approx(slope, abs=1e-9)


def test_golden_fit() -> None:
    fit = fit_davidson(PairSums.of(golden()))

    assert to_points(fit.theta) == pytest.approx([1065.4480297416, 974.2626493433, 960.2893209152], abs=1e-9)
    assert fit.nu == pytest.approx(0.1706592671760781, abs=1e-12)


def test_expected_points_and_ties_equal_the_observed_on_lopsided_votes() -> None:
    sums = PairSums.of(draw_votes(strengths(9, spread=1.2), 3000, np.random.default_rng(4), tie_share=0.6))
    fit = fit_davidson(sums)

    win, tie, _ = outcome_probabilities(fit.theta[:, None] - fit.theta[None, :], fit.nu)

    assert (sums.games * (win + tie / 2)).sum(axis=1) == pytest.approx(sums.score.sum(axis=1), abs=1e-7)
    assert (sums.games * tie).sum() == pytest.approx(sums.ties.sum(), abs=1e-7)


def test_strengths_and_nu_are_recovered() -> None:
    theta, nu, rng = strengths(6), 0.8, np.random.default_rng(5)
    a = rng.integers(0, 6, 60_000)
    b = (a + rng.integers(1, 6, 60_000)) % 6
    win, tie, _ = outcome_probabilities(theta[a] - theta[b], nu)
    u = rng.random(60_000)
    outcome = np.where(u < win, A, np.where(u < win + tie, TIE, B))
    counts = np.zeros((6, 6, 4))
    np.add.at(counts, (a, b, outcome), 1)

    fit = fit_davidson(PairSums.from_counts(counts))

    errors = np.sqrt(np.diag(np.linalg.pinv(davidson_information(fit, PairSums.from_counts(counts)))))
    assert (np.abs(fit.theta - theta) < 3.5 * errors[:-1]).all()
    assert abs(np.log(fit.nu / nu)) < 3.5 * errors[-1]


def test_information_and_meat_agree_where_the_model_holds() -> None:
    """Expected counts make the information equality exact."""
    theta, nu = strengths(5), 0.5
    win, tie, loss = outcome_probabilities(theta[:, None] - theta[None, :], nu)
    counts = 100.0 * np.stack([win, loss, tie, np.zeros_like(tie)], axis=2) * ~np.eye(5, dtype=bool)[:, :, None]
    sums = PairSums.from_counts(counts)

    fit = fit_davidson(sums)

    assert fit.theta == pytest.approx(theta, abs=1e-9)
    assert davidson_meat(fit, sums) == pytest.approx(davidson_information(fit, sums), abs=1e-6)


def test_no_ties_and_nothing_but_ties_are_stated_limits() -> None:
    wins = PairSums.of(votes_of(("a", "b", A, 3), ("a", "b", B, 1)))
    ties = PairSums.of(votes_of(("a", "b", TIE, 3)))

    without, only = fit_davidson(wins), fit_davidson(ties)

    assert without.nu == 0
    assert without.theta == pytest.approx(fit_strengths(wins).theta)
    assert (only.nu, only.theta.tolist()) == (float("inf"), [0, 0])
    assert [float(p) for p in outcome_probabilities(np.array(0.0), only.nu)] == [0, 1, 0]


@pytest.mark.parametrize(
    ("results", "exists"),
    [
        ((("a", "b", A, 3), ("a", "b", TIE, 1)), False),
        ((("a", "b", A, 1), ("b", "c", A, 1), ("a", "c", TIE, 1)), True),
        ((("a", "b", A, 1), ("b", "c", TIE, 1), ("c", "a", TIE, 1)), False),
        ((("a", "b", A, 1), ("b", "c", A, 1), ("c", "a", A, 1), ("a", "b", TIE, 9)), True),
        ((("a", "b", A, 1), ("a", "b", B, 1), ("a", "b", TIE, 9)), True),
    ],
)
def test_a_maximum_needs_a_cycle_with_more_wins_than_ties(results: tuple, exists: bool) -> None:
    sums = PairSums.of(votes_of(*results))

    assert has_maximum(sums) is exists
    if exists:
        assert np.isfinite(fit_davidson(sums).theta).all()
    else:
        with pytest.raises(NotEstimable, match="more wins than ties"):
            fit_davidson(sums)


def test_davidson_spreads_wider_than_half_wins() -> None:
    """Half wins measure points, Davidson the odds of a decisive vote."""
    sums = PairSums.of(draw_votes(strengths(6), 5000, np.random.default_rng(6), tie_share=0.6))

    half, decisive = fit_strengths(sums).theta, fit_davidson(sums).theta

    assert np.array_equal(np.argsort(half), np.argsort(decisive))
    assert half.std() / decisive.std() < 0.85
    assert win_probabilities(half).shape == (6, 6)
