"""What will a battle of two give, and is the better one known? Expected scores and odds. Read davidson.py next."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ratings.davidson import outcome_probabilities
from ratings.scale import width_in_points


@dataclass(frozen=True, kw_only=True)
class PairPrediction:
    """What is known of a pair.

    expected_score, score_low, score_high : points of i against j, a tie half; not a probability of winning.
    p_win, p_tie, p_loss : of i, by Davidson's model; None if it was not fitted.
    difference, ci_low, ci_high : rating of i minus that of j, in points, with its interval.
    is_separated : the interval leaves 0 out.
    votes_needed : further votes of this very pair until it would; 0 if separated, None if the two are equal.
    """

    expected_score: float
    score_low: float
    score_high: float
    p_win: float | None
    p_tie: float | None
    p_loss: float | None
    difference: float
    ci_low: float
    ci_high: float
    is_separated: bool
    votes_needed: int | None


@dataclass(frozen=True, kw_only=True, eq=False)
class PairModel:
    """What predictions are made of.

    theta : (m,) float64, nats.   covariance : (m, m) float64, nats^2.   quantile, dispersion : all of the board.
    davidson_theta : (m,) float64, nats, and nu of Davidson's model, or None.
    """

    theta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    quantile: float
    dispersion: float
    davidson_theta: NDArray[np.float64] | None = None
    nu: float = 0.0


def predict_pair(model: PairModel, i: int, j: int) -> PairPrediction:
    """Prediction for contestants i and j, i != j. The interval uses the covariance of the two: V_ii + V_jj - 2 V_ij.

    Votes needed: one more vote of the pair adds p (1 - p)/dispersion to the information 1/s^2 on the difference d, and
    |d| > q s is wanted, so n = ((q/d)^2 - 1/s^2) dispersion/(p (1 - p)), d staying as it is. Cost: O(1).
    """
    d = float(model.theta[i] - model.theta[j])
    v = model.covariance
    error = float(np.sqrt(max(v[i, i] + v[j, j] - 2.0 * v[i, j], 0.0)))
    low, high = d - model.quantile * error, d + model.quantile * error
    is_separated = low > 0 or high < 0
    p_win, p_tie, p_loss = _odds(model, i, j)
    return PairPrediction(
        expected_score=float(expit(d)),
        score_low=float(expit(low)),
        score_high=float(expit(high)),
        p_win=p_win,
        p_tie=p_tie,
        p_loss=p_loss,
        difference=width_in_points(d),
        ci_low=width_in_points(low),
        ci_high=width_in_points(high),
        is_separated=is_separated,
        votes_needed=0 if is_separated else _votes_needed(model, d, error),
    )


def _odds(model: PairModel, i: int, j: int) -> tuple[float, float, float] | tuple[None, None, None]:
    if model.davidson_theta is None:
        return None, None, None
    difference = model.davidson_theta[i] - model.davidson_theta[j]
    win, tie, loss = outcome_probabilities(np.asarray(difference), model.nu)
    return float(win), float(tie), float(loss)


SMALLEST_GAP = 1e-4
"""Nats, 0.02 points: nearer ones count as equal; telling them apart would take hundreds of millions of votes."""


def _votes_needed(model: PairModel, d: float, error: float) -> int | None:
    if abs(d) < SMALLEST_GAP or error == 0.0:
        return None
    p = float(expit(d))
    missing = (model.quantile / d) ** 2 - 1.0 / error**2
    return max(1, ceil(missing * model.dispersion / (p * (1.0 - p))))
