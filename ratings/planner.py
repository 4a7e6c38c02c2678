"""How many more votes until this is settled? Plans from what is known now and from who will be drawn.

Read next: pairing_strengths.py (what is known now) and pairing.py (the table of who will be drawn).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ratings.pairing_rules import decisiveness
from ratings.pairing_state import Floats, InvalidPairing
from ratings.pairing_strengths import Strengths
from ratings.scale import POINTS_PER_NAT

Z_95 = 1.959963984540054  # two-sided 95 %
NEWCOMER_POINTS = 20.0  # a rating counts as established from +-20 points on
MAX_VOTES = 10_000_000  # beyond this the honest answer is "not in sight"
BISECTIONS = 40
MIN_RATE = 1e-12  # of the fastest direction; slower ones are rounding, nobody's battles inform them


@dataclass(frozen=True)
class Separation:
    """Two neighbours on the board and the votes of the whole arena still needed to tell them apart.

    upper, lower : contestants, upper rated higher.   votes : 0 when settled, None when not in sight.
    """

    upper: int
    lower: int
    votes: int | None


class VotePlanner:
    """How intervals shrink while the table of pairs stays as it is.

    After N more battles the information is H + N L with L the Laplacian of P_ij h_ij; one eigenproblem gives
    V(N) = dispersion x U (1 + N lambda)^-1 U' for every N. Strengths are taken as they are now: a plan, no promise.

    strengths     : from estimate_strengths, m contestants.
    probabilities : (m, m), from pair_probabilities.
    Raises InvalidPairing where shapes differ. Cost: O(m^3) once, 2 ms at m = 60; then O(m) for each question and step.
    Source: Fisher information of the Bradley-Terry model; Chaloner and Verdinelli 1995, section 2.
    """

    def __init__(self, strengths: Strengths, probabilities: Floats) -> None:
        m = len(strengths.theta)
        if probabilities.shape != (m, m):
            raise InvalidPairing(f"{m} strengths need a table of {m} x {m}")
        self.theta = strengths.theta
        self._dispersion = strengths.dispersion
        rate = probabilities * decisiveness(strengths.theta)
        laplacian = np.diag(rate.sum(axis=1)) - rate
        root_inverse = np.linalg.inv(np.linalg.cholesky(strengths.precision))
        speed, vectors = np.linalg.eigh(root_inverse @ laplacian @ root_inverse.T)
        self._speed = np.where(speed > MIN_RATE * max(speed.max(initial=0.0), MIN_RATE), speed, 0.0)
        self._basis = root_inverse.T @ vectors
        self._centred = self._basis - self._basis.sum(axis=0) / max(m, 1)

    def half_width(self, i: int, votes: float) -> float:
        """Expected half-width of the 95 % interval of i after `votes` more, in points."""
        return Z_95 * POINTS_PER_NAT * self._spread(self._centred[i], votes)

    def until_half_width(self, i: int, points: float = NEWCOMER_POINTS) -> int | None:
        """Votes of the whole arena until the interval of i is +-points.

        Returns 0 if it is already, None if not within MAX_VOTES (a contestant whom nobody meets).
        """
        return self._first(self._centred[i], points / (Z_95 * POINTS_PER_NAT))

    def until_separated(self, i: int, j: int) -> int | None:
        """Votes of the whole arena until the difference of i and j, as it is now, is outside its 95 % interval.

        Returns 0 if it is already, None if not within MAX_VOTES (equal strengths are never told apart).
        """
        return self._first(self._basis[i] - self._basis[j], abs(float(self.theta[i] - self.theta[j])) / Z_95)

    def board(self) -> tuple[Separation, ...]:
        """The neighbours of the board from the top, m - 1 of them, each with the votes still needed."""
        order = [int(k) for k in np.argsort(-self.theta, kind="stable")]
        return tuple(Separation(upper, lower, self.until_separated(upper, lower)) for upper, lower in pairwise(order))

    def _spread(self, direction: Floats, votes: float) -> float:
        """Standard error, in nats, of the contrast with these coordinates after `votes` more battles."""
        return float(np.sqrt(self._dispersion * (direction * direction / (1 + votes * self._speed)).sum()))

    def _first(self, direction: Floats, limit: float) -> int | None:
        """The smallest number of votes with a spread of at most `limit`; the spread only falls."""
        if self._spread(direction, 0) <= limit:
            return 0
        if self._spread(direction, MAX_VOTES) > limit:
            return None
        low, high = 0, MAX_VOTES
        for _ in range(BISECTIONS):
            if high - low <= 1:
                break
            middle = (low + high) // 2
            low, high = (low, middle) if self._spread(direction, middle) <= limit else (middle, high)
        return high
