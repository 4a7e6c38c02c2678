"""How are millions of votes counted and sorted in milliseconds? In few passes. Read pair_sums.py next."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from ratings.outcomes import N_OUTCOMES

CHUNK_ROWS, CHUNK_ROWS_PER_CELL = 1 << 18, 4
"""Votes counted at a time: few, so that working memory is used again; enough for the cells added up each time."""
RADIX = 1 << 16
"""NumPy sorts 16-bit keys by counting, in linear time."""


def count_tensor(
    a: NDArray, b: NDArray, outcome: NDArray, n_contestants: int, count: NDArray | None = None
) -> NDArray[np.int64]:
    """Votes by ordered pair and outcome: C[i, j, o] = sum of count over rows (i, j, o).

    a, b : (n,) integers in [0, m).   outcome : (n,) integers in [0, 4).   count : (n,) integers; None for 1.
    Returns (m, m, 4) int64. Cost: O(n + m^2), 8 bytes of working memory a vote, in chunks.
    """
    if count is not None:
        return _sum_cells(a, b, outcome, n_contestants, count)
    total = np.zeros((n_contestants, n_contestants, N_OUTCOMES), dtype=np.int64)
    n_chunk = min(max(CHUNK_ROWS, CHUNK_ROWS_PER_CELL * total.size), len(a), np.iinfo(np.int32).max)
    ones = np.ones(n_chunk, dtype=np.int32)
    for start in range(0, len(a), max(n_chunk, 1)):
        rows = slice(start, start + n_chunk)
        n_rows = len(a[rows])
        total += _sum_cells(a[rows], b[rows], outcome[rows], n_contestants, ones[:n_rows])
    return total


def weight_tensor(a: NDArray, b: NDArray, outcome: NDArray, n_contestants: int, weight: NDArray) -> NDArray[np.float64]:
    """Weights by ordered pair and outcome: as count_tensor, weight : (n,) float64. Returns (m, m, 4) float64."""
    return _sum_cells(a, b, outcome, n_contestants, weight)


def sum_by(index: NDArray, values: NDArray[np.float64], n_values: int) -> NDArray[np.float64]:
    """Sum of values by index: (n_values,) float64. Cost: O(n)."""
    return np.bincount(index, values, n_values).astype(np.float64, copy=False)


def stable_order(key: NDArray, n_values: int) -> NDArray[np.intp]:
    """The order that sorts keys and keeps equal ones as they came.

    key : (n,) integers in [0, n_values). Returns (n,) intp. Cost: O(n) for each 16 bits of n_values; 12 ms a million.
    """
    order = np.argsort((key % RADIX).astype(np.uint16) if n_values > RADIX else key.astype(np.uint16), kind="stable")
    rest, n_rest = key // RADIX, -(-n_values // RADIX)
    return order if n_rest <= 1 else order[stable_order(rest[order], n_rest)]


def _sum_cells(a: NDArray, b: NDArray, outcome: NDArray, m: int, values: NDArray) -> NDArray:
    if m == 0 or len(a) == 0:
        return np.zeros((m, m, N_OUTCOMES), dtype=values.dtype)
    column = b.astype(np.int32) * np.int32(N_OUTCOMES)
    column += outcome
    return coo_array((values, (a, column)), shape=(m, m * N_OUTCOMES)).toarray().reshape(m, m, N_OUTCOMES)
