"""How well is each contestant known so far, even one without votes? Strengths with a weak prior, for pairing only.

Read next: pairing_rules.py (what the variances are used for), planner.py (how they shrink). The published board is
another fit, without a prior (bradley_terry.py): these numbers steer battles, they are never shown as ratings.
"""

from dataclasses import dataclass

import numpy as np

from ratings.errors import NotConverged
from ratings.pairing_state import Floats, InvalidPairing
from ratings.scale import POINTS_PER_NAT

NEWCOMER_SD = 400 / POINTS_PER_NAT  # nats; 400 points, PAIRING section 9
STEP_LIMIT = 1.5  # nats; a longer Newton step can overshoot where one side wins everything
STEP_TOLERANCE = 1e-8
MAX_STEPS = 60
DISPERSION_PRIOR = 5.0  # information (20 even battles) at dispersion 1, so that a few early ties cannot claim certainty


@dataclass(frozen=True, eq=False)
class Strengths:
    """Strengths of m contestants and how well they are known.

    theta      : (m,) nats, mean zero.
    precision  : (m, m) nats^-2, ridge Hessian: information of the votes + dispersion / prior sd^2.
    dispersion : mean squared residual over p (1 - p); below 1 where voters call ties.
    """

    theta: Floats
    precision: Floats
    dispersion: float

    def covariance(self) -> Floats:
        """(m, m) nats^2, dispersion x inverse of precision, of the centred strengths. Cost: O(m^3)."""
        if not len(self.theta):
            return np.zeros((0, 0))
        inverse = np.linalg.inv(self.precision)
        rows = inverse.mean(axis=1)
        return self.dispersion * (inverse - rows[:, None] - rows[None, :] + rows.mean())

    def variance(self) -> Floats:
        """(m,) nats^2, > 0 for m > 1: the diagonal of the covariance. Cost: O(m^3)."""
        return self.covariance().diagonal().copy()


def estimate_strengths(
    wins: Floats,
    ties: Floats,
    *,
    prior_mean: Floats | float = 0.0,
    prior_sd: Floats | float = NEWCOMER_SD,
    start: Floats | None = None,
    tolerance: float = STEP_TOLERANCE,
) -> Strengths:
    """Maximum of sum s_ij log p_ij - dispersion sum (theta_i - prior_mean_i)^2 / (2 prior_sd_i^2), a tie half a win.

    wins : (m, m) >= 0, wins[i, j] battles that i won against j.   ties : (m, m) >= 0, symmetric.
    prior_mean : nats, 0 or the global rating of each (warm prior of a category arena).   prior_sd : nats, > 0; 60 to
    100 points for a warm prior.   start : (m,) nats, a near guess that saves steps.   tolerance : nats, the last step.
    Returns Strengths. Raises InvalidPairing where shapes do not fit or a prior_sd is not positive; NotConverged after
    MAX_STEPS. Cost: O(m^3) a step, 4 to 6 steps, 1 or 2 with a start. Source: RATING_METHODS 6.2.a (quasi-likelihood).
    """
    m = len(wins)
    mean, sd = np.broadcast_to(prior_mean, m), np.broadcast_to(prior_sd, m)
    if wins.shape != (m, m) or ties.shape != (m, m) or not (sd > 0).all():
        raise InvalidPairing("wins and ties are square of one size, and a prior has a spread above 0")
    if not m:
        return Strengths(np.zeros(0), np.zeros((0, 0)), 1.0)
    battles = wins + wins.T + ties
    score = (wins + ties / 2).sum(axis=1)
    ridge = 1 / (sd * sd)
    theta = np.array(mean if start is None else start, dtype=float)
    dispersion = 1.0
    for _ in range(MAX_STEPS):
        p = _win_probability(theta)
        information = battles * p * p.T
        dispersion = _dispersion(wins, ties, p, information)
        gradient = score - (battles * p).sum(axis=1) - dispersion * ridge * (theta - mean)
        precision = _precision(information, dispersion * ridge)
        step = np.linalg.solve(precision, gradient)
        longest = np.abs(step).max(initial=0.0)
        theta = theta + step * min(1.0, STEP_LIMIT / longest if longest else 1.0)
        if longest < tolerance:
            return Strengths(theta - theta.mean(), precision, dispersion)
    raise NotConverged(f"strengths for pairing still moved by {longest:.1e} after {MAX_STEPS} steps")


def _win_probability(theta: Floats) -> Floats:
    """(m, m), p_ij that i beats j. Strengths under a prior stay far below where exp overflows."""
    odds = np.exp(theta - theta.mean())
    return odds[:, None] / (odds[:, None] + odds[None, :])


def _dispersion(wins: Floats, ties: Floats, p: Floats, information: Floats) -> float:
    """Squared residuals over their binomial variance, each battle once, pulled to 1 while votes are few."""
    residuals = float((wins * p.T * p.T).sum() + (ties * (p - 1 / 2) ** 2).sum() / 2)
    return (residuals + DISPERSION_PRIOR) / (float(information.sum()) / 2 + DISPERSION_PRIOR)


def _precision(information: Floats, ridge: Floats) -> Floats:
    """Laplacian of the information plus the ridge on the diagonal."""
    precision = -information
    precision[np.diag_indices_from(precision)] = information.sum(axis=1) + ridge - information.diagonal()
    return precision
