"""Which claims hold however often one looks? Intervals valid at all publications together. Read pipeline.py next."""

import numpy as np
from numpy.typing import NDArray


def sequence_factor(n_votes: int, tuned_votes: int, alpha: float) -> float:
    """Factor of the standard error: sqrt(2 (t rho^2 + 1)/(t rho^2) log(sqrt(t rho^2 + 1)/alpha)).

    n_votes : t >= 1, votes of the board.   tuned_votes : t* >= 1, where the factor is smallest (about 3.04 at .05).
    alpha : in (0, 1), probability of ever missing. Guarantee: large samples, at all t from about t*/10 on. Cost: O(1).
    Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas (2024), Time-uniform central limit theory, eq. 15.
    """
    scaled = n_votes * _rho_squared(tuned_votes, alpha)
    return float(np.sqrt(2.0 * (scaled + 1.0) / scaled * np.log(np.sqrt(scaled + 1.0) / alpha)))


def confirmed_above(
    theta: NDArray[np.float64], errors: NDArray[np.float64], n_votes: int, tuned_votes: int, alpha: float
) -> NDArray[np.bool_]:
    """(m, m) bool, [i, j]: i is above j, and no such claim is ever wrong with probability 1 - alpha.

    theta : (m,) float64, nats.   errors : (m, m) float64, of ranks.difference_errors.
    Alpha is shared by the m (m - 1)/2 pairs (Bonferroni). Cost: O(m^2).
    """
    m = len(theta)
    factor = sequence_factor(n_votes, tuned_votes, alpha / (m * (m - 1) / 2))
    return (errors > 0) & (theta[:, None] - theta[None, :] > factor * errors)


def _rho_squared(tuned_votes: int, alpha: float) -> float:
    """The rho^2 that makes the factor smallest near t*, to a few parts in a hundred.

    Source: the same, section 2.3: rho^2 = (-2 log alpha + log(-2 log alpha) + 1)/t*.
    """
    level = -2.0 * np.log(alpha)
    return float((level + np.log(level) + 1.0) / tuned_votes)
