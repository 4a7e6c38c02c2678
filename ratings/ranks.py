"""Which places could a contestant hold? Simultaneous rank intervals of all at once. Read pipeline.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS_SMALL = 20_000
DRAWS_LARGE = 4_000
LARGE_FIELD = 100
"""Contestants above which 4,000 draws are taken: at 1,000 other seeds move 40 of 118 bounds of a board of 59."""
CRITICAL_DECIMALS = 3
"""The critical value is published with these decimals, and the bounds follow from the published value."""
RESOLUTION = 1e-9
"""Nats: strengths nearer than this share a place; it is the tolerance of the fit."""
NO_SPREAD = 1e-12
"""A difference with less variance than this share of the two variances is not known to differ from zero."""
CHUNK = 256


@dataclass(frozen=True, eq=False)
class Ranks:
    """Places, 1 is best.

    rank : (m,) int64, by strength; equal strengths share the best place.
    low, high : (m,) int64, best and worst place that each could hold, all at once with the confidence asked.
    critical : the factor of a difference's standard error beyond which two are told apart.
    """

    rank: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    critical: float


def rank_contestants(
    theta: NDArray[np.float64], covariance: NDArray[np.float64], confidence: float, n_draws: int | None, seed: int
) -> Ranks:
    """Ranks with simultaneous intervals: j is above i where (theta_j - theta_i)/s_ij > c, by the max-t rule.

    theta : (m,) float64, nats.   covariance : (m, m) float64, nats^2.   n_draws : None for the default of the size.
    Guarantee: with probability `confidence` all true ranks lie inside all intervals (large samples). Cost: n_draws m^2.
    Source: Mogstad, Romano, Shaikh, Wilhelm (2023), Inference for ranks, doi 10.1093/restud/rdad006, section 3.
    """
    m = len(theta)
    errors = difference_errors(covariance)
    critical = critical_value(covariance, errors, confidence, n_draws or default_draws(m), seed)
    gap = theta[None, :] - theta[:, None]
    is_above = (gap > critical * errors) & (errors > 0)
    rank = 1 + (gap > RESOLUTION).sum(axis=1)
    return Ranks(rank, 1 + is_above.sum(axis=1), m - is_above.sum(axis=0), critical)


def everywhere(m: int) -> Ranks:
    """The ranks of m contestants that nothing tells apart: all share place 1 and could hold 1 to m."""
    ones = np.ones(m, dtype=np.int64)
    return Ranks(ones, ones, ones * m, 0.0)


def rank_upper_bounds(low: NDArray[np.float64], high: NDArray[np.float64]) -> NDArray[np.int64]:
    """LMArena's "rank (UB)": 1 + contestants whose interval lies wholly above, 1 + #{j: low_j > high_i}.

    low, high : (m,) float64, interval bounds. No simultaneous guarantee: on near-tied boards all true ranks are at or
    above it less often than 95 % (measured .81 to .89). Cost: O(m log m).
    """
    return 1 + len(low) - np.searchsorted(np.sort(low), high, side="right")


def difference_errors(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of each difference: s_ij = sqrt(V_ii + V_jj - 2 V_ij), 0 where the data give no spread.

    covariance : (m, m) float64. Returns (m, m) float64, zero on the diagonal. Cost: O(m^2).
    """
    variance = np.diag(covariance)
    both = variance[:, None] + variance[None, :]
    spread = both - covariance - covariance.T
    return np.sqrt(np.where(spread > NO_SPREAD * both, spread, 0.0))


def critical_value(
    covariance: NDArray[np.float64], errors: NDArray[np.float64], confidence: float, n_draws: int, seed: int
) -> float:
    """Quantile of max_{i<j} |Z_i - Z_j| / s_ij for Z ~ N(0, V), to 3 decimals; 0 if nothing has a spread.

    errors : (m, m) float64, of difference_errors.   n_draws, seed : of the simulation. Cost: O(n_draws m^2).
    """
    m = len(covariance)
    inverse = np.divide(1.0, errors, out=np.zeros_like(errors), where=errors > 0)
    root = _symmetric_root(covariance)
    rng = np.random.default_rng(seed)
    largest = np.empty(n_draws)
    for start in range(0, n_draws, CHUNK):
        stop = min(start + CHUNK, n_draws)
        draws = root @ rng.standard_normal((m, stop - start))
        largest[start:stop] = _largest_gap(draws, inverse)
    return round(float(np.quantile(largest, confidence)), CRITICAL_DECIMALS)


def default_draws(m: int) -> int:
    """20,000 draws up to 100 contestants, 4,000 above."""
    return DRAWS_SMALL if m <= LARGE_FIELD else DRAWS_LARGE


def _largest_gap(draws: NDArray[np.float64], inverse_errors: NDArray[np.float64]) -> NDArray[np.float64]:
    largest = np.zeros(draws.shape[1])
    for i in range(len(draws) - 1):
        gaps = draws[i + 1 :] - draws[i]
        np.abs(gaps, out=gaps)
        gaps *= inverse_errors[i + 1 :, i, None]
        np.maximum(largest, gaps.max(axis=0), out=largest)
    return largest


def _symmetric_root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The one symmetric square root, so that equal seeds give equal draws whatever library decomposes."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
