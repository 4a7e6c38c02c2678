"""What can be said of a contestant not ranked yet? A posterior against the fixed field. Read pipeline.py next."""

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import fit_strengths, information
from ratings.davidson import expected_scores, score_slopes
from ratings.errors import NotConverged
from ratings.newton import LARGEST_STEP, MAX_ITERATIONS, TOLERANCE
from ratings.pair_sums import PairSums


def place_against_field(
    points: NDArray[np.float64],
    games: NDArray[np.float64],
    theta: NDArray[np.float64],
    dispersion: float,
    sigma: float,
    nu: float = 0.0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posterior mode of each newcomer against ranked strengths: max loglik - phi r^2/(2 sigma^2), phi the dispersion.

    points, games : (k, m) float64, points and votes of each newcomer against each ranked contestant.
    theta : (m,) float64, nats, mean zero, taken as known.   nu : of Davidson's model, 0 for Bradley-Terry.
    dispersion : phi of the ranked.   sigma : nats, prior about the mean of the ranked.
    Returns mode (k,) and standard error (k,) float64, nats: variance phi/(H + phi/sigma^2), so no votes give sigma.
    Newcomers move neither the field nor each other. Cost: O(k m) an iteration, about 5 iterations.
    Source: quasi-likelihood with a normal prior, McCullagh and Nelder (1989), section 9.2.
    """
    phi = dispersion if dispersion > 0 else 1.0
    precision = phi / sigma**2
    total = points.sum(axis=1)
    r = np.zeros(len(points))
    for _ in range(MAX_ITERATIONS):
        difference = r[:, None] - theta[None, :]
        curvature = (games * score_slopes(difference, nu)).sum(axis=1) + precision
        step = (total - (games * expected_scores(difference, nu)).sum(axis=1) - precision * r) / curvature
        r = r + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(step).max(initial=0.0) < TOLERANCE:
            return r, np.sqrt(phi / curvature)
    raise NotConverged(f"no posterior mode found in {MAX_ITERATIONS} iterations")


def place_jointly(sums: PairSums, sigma: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Posterior mode of all contestants at once, when fewer than two can be ranked: independent priors N(0, sigma^2).

    sums : of m >= 1 contestants, connected or not.
    Returns theta (m,), mean zero, and standard error (m,) float64, nats.
    Cost: O(m^3).
    """
    m = sums.n_contestants
    precision = 1.0 / sigma**2
    theta = fit_strengths(sums, ridge=precision).theta
    covariance = np.linalg.inv(information(theta, sums.games) + precision * np.eye(m))
    return theta, np.sqrt(np.diag(covariance))
