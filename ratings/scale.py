"""How do natural units become points? 400, 10 and 1000 appear here only. Read bradley_terry.py next."""

import math
from typing import TypeVar

import numpy as np

Number = TypeVar("Number", float, np.ndarray)

BASE_POINTS = 1000.0
POINTS_PER_NAT = 400.0 / math.log(10.0)
"""173.72: Elo (1978) gives odds of 10 to 1 at a difference of 400 points."""


def to_points(theta: Number) -> Number:
    """Rating of a strength: 1000 + 400/ln 10 * theta.

    theta : float or array, nats, mean zero over the ranked contestants. Returns points, same shape. Cost: O(m).
    """
    return BASE_POINTS + POINTS_PER_NAT * theta


def to_nats(points: Number) -> Number:
    """Strength of a rating: the inverse of to_points."""
    return (points - BASE_POINTS) / POINTS_PER_NAT


def width_in_points(nats: Number) -> Number:
    """A difference or standard error in nats, in points: 400/ln 10 * nats."""
    return POINTS_PER_NAT * nats
