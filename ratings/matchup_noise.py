"""How far do pairs stray from what the ratings say? Variance of a pair's own effect, by moments of its residuals.

Bradley-Terry says logit p_ij = theta_i - theta_j; real pairs differ by some delta_ij of variance sigma^2. If sigma is
small, a pairing rule may lean on the ratings; if large, such a rule bends them. Read next: pairing_rules.py.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import chdtri, expit

from ratings.errors import InvalidVotes
from ratings.outcomes import N_OUTCOMES, SCORES
from ratings.scale import width_in_points

LOWER_TAIL = 0.05  # of chi^2: the bound holds in 95 of 100 repetitions
BISECTIONS = 40
MIN_PAIRS_TO_SPARE = 10
"""Pairs beyond the parameters; with fewer the estimate says nothing (its own error is half of any bound)."""
SMALL_POINTS = 10.0
"""Below it a rule that leans on the ratings saves votes and costs no coverage (PAIRING of this design, section 10)."""
LARGE = "large"
SMALL = "small"
UNCLEAR = "unclear"


@dataclass(frozen=True)
class MatchupNoise:
    """Standard deviation of delta_ij in points, 0 if the residuals are no larger than chance; its 95 % upper bound.

    n_pairs : pairs with votes.   n_spare : pairs beyond the m - 1 strengths.   dispersion : variance of one vote over
    p (1 - p), from votes of the same pair; below 1 where voters call ties.   q : weighted sum of squared residuals,
    whose mean is n_spare without noise.
    """

    points: float
    upper_points: float
    n_pairs: int
    n_spare: int
    dispersion: float
    q: float

    @property
    def verdict(self) -> str:
        if self.upper_points < SMALL_POINTS:
            return SMALL
        return LARGE if self.points >= SMALL_POINTS else UNCLEAR

    def to_values(self) -> dict[str, Any]:
        """As JSON values for the meta of a board."""
        return {
            "points": self.points,
            "upper_points": self.upper_points,
            "n_pairs": self.n_pairs,
            "n_spare": self.n_spare,
            "dispersion": self.dispersion,
            "q": self.q,
            "verdict": self.verdict,
        }


def estimate_matchup_noise(counts: NDArray[np.int64], theta: NDArray[np.float64]) -> MatchupNoise | None:
    """sigma^2 with Q(sigma^2) = k - m + 1, its mean, over the k pairs with votes; 0 where Q(0) is below that.

    Q(sigma^2) = min over t of sum w_ij (d_ij - t_i + t_j)^2, d_ij = (s_ij - n_ij p_ij) / (n_ij h_ij), h = p (1 - p),
    w_ij = 1 / (phi / (n_ij h_ij) + sigma^2): what is left of the pairs' log odds after the best strengths for these
    weights. phi = sum of squares of votes around their pair's mean / sum (n_ij - 1) h_ij: from within pairs, so that
    the noise between them does not enter. Upper bound: Q(sigma^2) = 5 % quantile of chi^2 with k - m + 1 degrees.
    Votes of one voter count as independent; if voters are few and busy, what they share looks like noise of pairs.

    counts : (m, m, 4) integers >= 0, [side a, side b, outcome].   theta : (m,) float64, nats, fitted to these counts.
    Returns None with fewer than MIN_PAIRS_TO_SPARE pairs beyond m - 1, with pairs in islands, or without a pair of
    two different votes. Raises InvalidVotes if the shapes do not fit. Cost: O(m^3) a step of the search, 100 steps.
    Source: Paule and Mandel 1982, J. Res. Natl. Bur. Stand. 87, 377 (estimate); Viechtbauer 2007, Statistics in
    Medicine 26, 37 (Q-profile bound); with the design of Bradley-Terry.
    """
    m = len(theta)
    if counts.shape != (m, m, N_OUTCOMES):
        raise InvalidVotes(f"{m} strengths need counts of {m} x {m} x {N_OUTCOMES}, not {counts.shape}")
    i, j, n, score, squares = _by_pair(counts)
    n_spare = len(n) - (m - 1)
    if n_spare < MIN_PAIRS_TO_SPARE:
        return None
    p = expit(theta[i] - theta[j])
    h = p * (1 - p)
    within, repeats = float((squares - score * score / n).sum()), float(((n - 1) * h).sum())
    if within <= 0 or repeats <= 0 or not _is_connected(m, i, j):
        return None
    dispersion = within / repeats
    pairs = _Pairs(m, i, j, (score - n * p) / (n * h), dispersion / (n * h))
    points, upper_points = (
        width_in_points(float(np.sqrt(pairs.variance_at(q)))) for q in (n_spare, chdtri(n_spare, 1 - LOWER_TAIL))
    )
    return MatchupNoise(points, upper_points, len(n), n_spare, dispersion, pairs.q(0.0))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """k pairs of m contestants. deviation : (k,) nats, log odds beyond the strengths.   variance : (k,) of chance."""

    m: int
    i: NDArray[np.intp]
    j: NDArray[np.intp]
    deviation: NDArray[np.float64]
    variance: NDArray[np.float64]

    def q(self, extra: float) -> float:
        """Q(sigma^2); falls as sigma^2 grows."""
        weight = 1 / (self.variance + extra)
        pull = weight * self.deviation
        gradient = np.bincount(self.i, pull, self.m) - np.bincount(self.j, pull, self.m)
        shift = np.zeros(self.m)
        shift[1:] = np.linalg.solve(_laplacian(self.m, self.i, self.j, weight)[1:, 1:], gradient[1:])
        return float((weight * (self.deviation - shift[self.i] + shift[self.j]) ** 2).sum())

    def variance_at(self, target: float) -> float:
        """The sigma^2 with Q(sigma^2) = target, 0 if already Q(0) is less."""
        if self.q(0.0) <= target:
            return 0.0
        low, high = 0.0, float(self.variance.mean())
        while self.q(high) > target:
            low, high = high, 2 * high
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.q(middle) > target else (low, middle)
        return (low + high) / 2


def _is_connected(m: int, i: NDArray[np.intp], j: NDArray[np.intp]) -> bool:
    return int(connected_components(coo_array((np.ones(len(i)), (i, j)), shape=(m, m)), directed=False)[0]) == 1


def _by_pair(counts: NDArray[np.int64]) -> tuple[NDArray, NDArray, NDArray, NDArray, NDArray]:
    """i < j of pairs with votes; votes, points of i, and sum of squared points of i."""
    points = SCORES
    mirrored = 1.0 - points
    score = counts @ points + (counts @ mirrored).T
    squares = counts @ points**2 + (counts @ mirrored**2).T
    n = counts.sum(axis=2)
    n = n + n.T
    i, j = np.nonzero(np.triu(n, 1))
    return i, j, n[i, j].astype(float), score[i, j], squares[i, j]


def _laplacian(m: int, i: NDArray, j: NDArray, weight: NDArray) -> NDArray[np.float64]:
    full = np.zeros((m, m))
    full[i, j] = full[j, i] = -weight
    full[np.diag_indices(m)] = -full.sum(axis=1)
    return full
