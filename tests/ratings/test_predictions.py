"""What a pair will do: scores, odds, differences, votes needed."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.pipeline import fit_leaderboard
from ratings.predictions import PairModel, predict_pair
from ratings.scale import width_in_points
from ratings.spec import RatingSpec
from tests.ratings.samples import golden

COVARIANCE = np.array([[0.02, -0.01, -0.01], [-0.01, 0.02, -0.01], [-0.01, -0.01, 0.02]])
MODEL = PairModel(
    theta=np.array([0.3, 0.0, -0.3]),
    covariance=COVARIANCE,
    quantile=1.96,
    dispersion=0.8,
    davidson_theta=np.array([0.4, 0.0, -0.4]),
    nu=1.0,
)


def test_difference_has_the_error_of_both_together() -> None:
    prediction = predict_pair(MODEL, 0, 2)

    error = np.sqrt(0.06)
    assert prediction.difference == pytest.approx(width_in_points(0.6))
    assert prediction.ci_high - prediction.difference == pytest.approx(width_in_points(1.96 * error))
    assert prediction.expected_score == pytest.approx(1 / (1 + np.exp(-0.6)))
    assert prediction.score_low < prediction.expected_score < prediction.score_high
    assert prediction.is_separated
    assert prediction.votes_needed == 0


def test_odds_are_davidsons() -> None:
    prediction = predict_pair(MODEL, 0, 2)

    assert prediction.p_win + prediction.p_tie + prediction.p_loss == pytest.approx(1)
    assert prediction.p_win / prediction.p_loss == pytest.approx(np.exp(0.8))
    assert prediction.p_tie / np.sqrt(prediction.p_win * prediction.p_loss) == pytest.approx(1.0)
    without = predict_pair(replace(MODEL, davidson_theta=None), 0, 2)
    assert (without.p_win, without.p_tie, without.p_loss) == (None, None, None)


def test_the_votes_needed_would_separate() -> None:
    prediction = predict_pair(MODEL, 0, 1)

    p = prediction.expected_score
    per_vote = p * (1 - p) / 0.8
    enough = 1 / np.sqrt(1 / 0.06 + prediction.votes_needed * per_vote)
    one_less = 1 / np.sqrt(1 / 0.06 + (prediction.votes_needed - 1) * per_vote)
    assert 1.96 * enough <= 0.3 < 1.96 * one_less


def test_equal_contestants_would_need_votes_without_end() -> None:
    prediction = predict_pair(replace(MODEL, theta=np.zeros(3)), 0, 1)

    assert (prediction.difference, prediction.expected_score, prediction.votes_needed) == (0, 0.5, None)


def test_pairs_mirror_each_other() -> None:
    one, other = predict_pair(MODEL, 0, 1), predict_pair(MODEL, 1, 0)

    assert (one.difference, one.ci_low, one.p_win) == (-other.difference, -other.ci_high, other.p_loss)
    assert one.votes_needed == other.votes_needed


def test_a_board_holds_all_that_a_prediction_needs() -> None:
    board = fit_leaderboard(golden(), RatingSpec())
    model = PairModel(
        theta=board.theta,
        covariance=board.covariance,
        quantile=board.meta["quantile"],
        dispersion=board.meta["dispersion"],
        davidson_theta=np.array(board.meta["davidson"]["theta"]),
        nu=board.meta["davidson"]["nu"],
    )

    prediction = predict_pair(model, 0, 2)

    assert prediction.difference == pytest.approx(board.row("a").rating - board.row("c").rating)
    assert prediction.p_win > prediction.p_loss
