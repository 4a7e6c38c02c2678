"""What of the votes does the likelihood need? Two small matrices and their squares. Read bradley_terry.py next."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ratings.comparisons import Comparisons
from ratings.outcomes import Outcome
from ratings.tensors import weight_tensor


@dataclass(frozen=True, eq=False)
class PairSums:
    """Weighted wins and ties by pair.

    wins : (m, m) float64, [i, j] is the weight of votes that i beat j.
    ties : (m, m) float64, symmetric, weight of ties and both-bad votes.
    wins_squared, ties_squared : the same of squared weights, for the variance; equal to the former for unit weights.
    """

    wins: NDArray[np.float64]
    ties: NDArray[np.float64]
    wins_squared: NDArray[np.float64]
    ties_squared: NDArray[np.float64]

    @classmethod
    def of(cls, votes: Comparisons, ties: str = "half") -> Self:
        """Sums of votes with their weights; ties as in from_counts. Cost: O(n + m^2)."""
        total, squared = votes.total_weight, votes.squared_weight
        if votes.weight is None or total is None or squared is None:
            return cls.from_counts(votes.counts, ties=ties)
        cells = (votes.a, votes.b, votes.outcome, votes.n_contestants)
        return cls.from_counts(weight_tensor(*cells, total), weight_tensor(*cells, squared), ties)

    @classmethod
    def from_counts(cls, counts: NDArray, squared: NDArray | None = None, ties: str = "half") -> Self:
        """Sums of a (m, m, 4) tensor of counts or weights; `squared` is that of squared weights, None for unit weights.

        ties : "half", or "drop" to leave ties and both-bad votes out. Cost: O(m^2).
        """
        first = _fold(counts, ties)
        return cls(*first, *(first if squared is None else _fold(squared, ties)))

    @property
    def n_contestants(self) -> int:
        return len(self.wins)

    @cached_property
    def games(self) -> NDArray[np.float64]:
        """(m, m) float64, symmetric: weight of all votes of the pair."""
        return self.wins + self.wins.T + self.ties

    @cached_property
    def score(self) -> NDArray[np.float64]:
        """(m, m) float64: points of i against j, a win 1 and a tie 1/2."""
        return self.wins + 0.5 * self.ties

    def between(self, contestants: NDArray[np.intp]) -> Self:
        """The sums among these contestants, in their order."""
        block = np.ix_(contestants, contestants)
        wins, ties = self.wins[block], self.ties[block]
        if self.wins_squared is self.wins:
            return type(self)(wins, ties, wins, ties)
        return type(self)(wins, ties, self.wins_squared[block], self.ties_squared[block])


def _fold(tensor: NDArray, ties: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    wins = (tensor[:, :, Outcome.A] + tensor[:, :, Outcome.B].T).astype(np.float64)
    if ties == "drop":
        return wins, np.zeros_like(wins)
    even = tensor[:, :, Outcome.TIE] + tensor[:, :, Outcome.BOTH_BAD]
    return wins, (even + even.T).astype(np.float64)
