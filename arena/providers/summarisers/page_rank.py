"""Which node of a weighted graph do the others point to? Used by textrank.py and lexrank.py.

Source: Brin & Page (1998), The anatomy of a large-scale hypertextual Web search engine.
"""

import numpy as np
from numpy.typing import NDArray

_DAMPING = 0.85  # Brin & Page (1998), section 2.1.1
_TOLERANCE = 1e-10
_MAX_ROUNDS = 200  # 0.85 ** 200 is below the tolerance


def rank_nodes(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stationary probabilities (k,) of a walk over (k, k) weights >= 0; a node without edges jumps anywhere."""
    n_nodes = len(weights)
    totals = weights.sum(axis=1, keepdims=True)
    steps = np.where(totals > 0, weights / np.where(totals > 0, totals, 1.0), 1.0 / n_nodes)
    ranks = np.full(n_nodes, 1.0 / n_nodes)
    for _ in range(_MAX_ROUNDS):
        previous = ranks
        ranks = (1.0 - _DAMPING) / n_nodes + _DAMPING * (previous @ steps)
        if np.abs(ranks - previous).sum() < _TOLERANCE:
            break
    return ranks
