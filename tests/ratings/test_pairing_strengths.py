"""Strengths for pairing: the estimating equation, a closed form, an independent route, contestants without votes."""

import numpy as np
import pytest
from scipy.optimize import minimize

from ratings.pairing import InvalidPairing
from ratings.pairing_strengths import NEWCOMER_SD, estimate_strengths

EQUATION_TOLERANCE = 1e-6
WINS = np.array([[0.0, 30, 15, 4], [20, 0, 25, 9], [5, 25, 0, 2], [0, 1, 0, 0]])
TIES = np.array([[0.0, 0, 10, 3], [0, 0, 0, 6], [10, 0, 0, 1], [3, 6, 1, 0]])


def test_observed_wins_are_expected_wins_plus_the_pull_of_the_prior():
    fit = estimate_strengths(WINS, TIES)

    battles = WINS + WINS.T + TIES
    p = 1 / (1 + np.exp(fit.theta[None, :] - fit.theta[:, None]))
    pull = fit.dispersion / NEWCOMER_SD**2 * fit.theta
    assert (WINS + TIES / 2).sum(axis=1) == pytest.approx((battles * p).sum(axis=1) + pull, abs=EQUATION_TOLERANCE)


def test_general_optimiser_finds_the_same_strengths():
    fit = estimate_strengths(WINS, TIES)

    def loss(theta: np.ndarray) -> float:
        log_p = -np.logaddexp(0, theta[None, :] - theta[:, None])
        return -((WINS + TIES / 2) * log_p).sum() + fit.dispersion * (theta**2).sum() / (2 * NEWCOMER_SD**2)

    other = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-6}).x

    assert fit.theta == pytest.approx(other - other.mean(), abs=1e-5)


def test_precision_is_information_plus_prior_and_covariance_is_centred():
    fit = estimate_strengths(WINS, TIES)

    centre = np.eye(4) - 1 / 4
    assert fit.precision.sum(axis=1) == pytest.approx([fit.dispersion / NEWCOMER_SD**2] * 4)
    assert fit.covariance() == pytest.approx(fit.dispersion * centre @ np.linalg.inv(fit.precision) @ centre)
    assert fit.variance() == pytest.approx(fit.covariance().diagonal())


def test_nobody_with_votes_means_the_prior():
    fit = estimate_strengths(np.zeros((5, 5)), np.zeros((5, 5)))

    assert (fit.theta.tolist(), fit.dispersion) == ([0.0] * 5, 1.0)
    assert fit.variance() == pytest.approx([NEWCOMER_SD**2 * 4 / 5] * 5)


@pytest.mark.parametrize("m", [0, 1])
def test_empty_arenas_have_nothing_to_know(m):
    fit = estimate_strengths(np.zeros((m, m)), np.zeros((m, m)))

    assert (fit.theta.tolist(), fit.variance().tolist()) == ([0.0] * m, [0.0] * m)


def test_contestant_without_votes_is_the_least_known():
    wins, ties = np.zeros((5, 5)), np.zeros((5, 5))
    wins[:4, :4], ties[:4, :4] = WINS, TIES

    variance = estimate_strengths(wins, ties).variance()

    assert variance.argmax() == 4
    assert variance[4] > 5 * variance[:3].max()


def test_contestant_that_only_wins_stays_finite():
    wins = np.zeros((3, 3))
    wins[0, 1], wins[1, 2], wins[2, 1] = 1000, 10, 10

    fit = estimate_strengths(wins, np.zeros((3, 3)))

    assert np.isfinite(fit.theta).all()
    assert (fit.variance() > 0).all()


def test_ties_shrink_the_dispersion():
    even = np.array([[0.0, 100], [100, 0]])

    decisive, tied = (estimate_strengths(wins, ties) for wins, ties in ((even, 0 * even), (even / 2, even)))

    assert decisive.dispersion == pytest.approx(1)
    assert tied.dispersion == pytest.approx((25 + 5) / (50 + 5))


def test_warm_prior_starts_at_the_global_rating():
    prior = np.array([0.5, 0.1, -0.6])

    fit = estimate_strengths(np.zeros((3, 3)), np.zeros((3, 3)), prior_mean=prior, prior_sd=0.4)

    assert fit.theta == pytest.approx(prior)
    assert fit.variance() == pytest.approx([0.16 * 2 / 3] * 3)


def test_start_changes_nothing_but_the_way():
    cold = estimate_strengths(WINS, TIES)

    warm = estimate_strengths(WINS, TIES, start=cold.theta)

    assert warm.theta == pytest.approx(cold.theta, abs=1e-9)


@pytest.mark.parametrize(("ties", "sd"), [(np.zeros((3, 3)), 1.0), (TIES, 0.0), (TIES, np.array([1.0, 1, -1, 1]))])
def test_shapes_and_priors_that_make_no_sense_are_refused(ties, sd):
    with pytest.raises(InvalidPairing):
        estimate_strengths(WINS, ties, prior_sd=sd)
