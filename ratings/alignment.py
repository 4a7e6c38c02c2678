"""Did a rating move, or only its field? Two boards on one scale, and what changed beyond chance. Read board.py next."""

import numpy as np
from numpy.typing import NDArray

from ratings.board import LeaderboardFit

DRIFT_Z = 3.0
"""Beyond this the model behind a name may have changed: one false alarm in 370 contestants."""


def alignment_shift(before: LeaderboardFit, after: LeaderboardFit) -> float:
    """Nats to add to `after` so that the contestants ranked on both boards keep their mean; 0 with none in common.

    A newcomer at -400 points would otherwise lift everyone by 19 points at 20 contestants. Cost: O(m).
    """
    common = _common(before, after)
    return float(before.theta[common[0]].mean() - after.theta[common[1]].mean()) if len(common[0]) else 0.0


def drift_z(before: LeaderboardFit, after: LeaderboardFit) -> dict[str, float]:
    """Change of each contestant in standard errors: (r_new - r_old)/sqrt(V_new + V_old), both on their common mean.

    before, after : boards of disjoint votes, such as two windows; |z| > DRIFT_Z is worth a look. Cost: O(m^2).
    """
    old, new = _common(before, after)
    if len(old) < 2:
        return {}
    change = _centred(after.theta[new]) - _centred(before.theta[old])
    variance = _centred_variance(before.covariance, old) + _centred_variance(after.covariance, new)
    z = np.divide(change, np.sqrt(variance), out=np.zeros_like(change), where=variance > 0)
    return {before.ranked_ids[i]: float(value) for i, value in zip(old, z, strict=True)}


def _common(before: LeaderboardFit, after: LeaderboardFit) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    place = {name: k for k, name in enumerate(after.ranked_ids)}
    pairs = [(k, place[name]) for k, name in enumerate(before.ranked_ids) if name in place]
    both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _centred(theta: NDArray[np.float64]) -> NDArray[np.float64]:
    return theta - theta.mean()


def _centred_variance(covariance: NDArray[np.float64], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
    block = covariance[np.ix_(chosen, chosen)]
    rows = block.mean(axis=1)
    return np.diag(block) - 2.0 * rows + rows.mean()
