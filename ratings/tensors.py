"""How are millions of votes counted in milliseconds? One pass into a small tensor. Read pair_sums.py next."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from ratings.outcomes import N_OUTCOMES


def count_tensor(
    a: NDArray, b: NDArray, outcome: NDArray, n_contestants: int, count: NDArray | None = None
) -> NDArray[np.int64]:
    """Votes by ordered pair and outcome: C[i, j, o] = sum of count over rows (i, j, o).

    a, b : (n,) integers in [0, m).   outcome : (n,) integers in [0, 4).   count : (n,) integers; None for 1.
    Returns (m, m, 4) int64. Cost: O(n + m^2), 4 bytes a vote of working memory.
    """
    ones = np.ones(len(a), dtype=np.int64) if count is None else count
    return _sum_cells(a, b, outcome, n_contestants, ones)


def weight_tensor(a: NDArray, b: NDArray, outcome: NDArray, n_contestants: int, weight: NDArray) -> NDArray[np.float64]:
    """Weights by ordered pair and outcome: as count_tensor, weight : (n,) float64. Returns (m, m, 4) float64."""
    return _sum_cells(a, b, outcome, n_contestants, weight)


def _sum_cells(a: NDArray, b: NDArray, outcome: NDArray, m: int, values: NDArray) -> NDArray:
    if m == 0 or len(a) == 0:
        return np.zeros((m, m, N_OUTCOMES), dtype=values.dtype)
    column = b.astype(np.int32) * np.int32(N_OUTCOMES)
    column += outcome
    return coo_array((values, (a, column)), shape=(m, m * N_OUTCOMES)).toarray().reshape(m, m, N_OUTCOMES)
