"""How is a board refreshed when votes come in? Counts are added to, never recounted. Read bradley_terry.py next."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import StrengthFit, fit_strengths, information, vote_meat
from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.intervals import sandwich
from ratings.newton import grounded_inverse
from ratings.outcomes import N_OUTCOMES
from ratings.pair_sums import PairSums


@dataclass(frozen=True, eq=False)
class Tally:
    """Everything of a history of votes that a board needs, at a size that history does not change.

    ids : m names.   counts : (m, m, 4) int64, [a, b, outcome].
    cells : (c,) int64, ascending, ((voter + 1) m + a) m + b of each (voter, pair) with votes; voter -1 is unknown.
    cell_counts : (c, 4) int64, votes of each cell by outcome.   n_voters : size of the voter index.
    """

    ids: tuple[str, ...]
    counts: NDArray[np.int64]
    cells: NDArray[np.int64]
    cell_counts: NDArray[np.int64]
    n_voters: int

    @classmethod
    def empty(cls, ids: tuple[str, ...]) -> Self:
        """The tally of no votes among these contestants."""
        m = len(ids)
        nothing = np.zeros(0, dtype=np.int64)
        return cls(ids, np.zeros((m, m, N_OUTCOMES), dtype=np.int64), nothing, nothing.reshape(0, N_OUTCOMES), 0)

    def add(self, votes: Comparisons) -> Self:
        """This tally with more votes: equal, bit for bit, to the tally of all of them at once, in any portions.

        votes : unweighted, over the same ids and the same voter index, which may have grown.
        Raises: InvalidVotes for other ids or weighted votes. Cost: O(votes log votes + c + m^2); no old vote is read.
        """
        if votes.ids != self.ids or votes.weight is not None:
            raise InvalidVotes("a tally takes unweighted votes over its own ids")
        m = np.int64(len(self.ids))
        voter = np.full(votes.n_rows, -1, dtype=np.int64) if votes.voter is None else votes.voter.astype(np.int64)
        new, row = np.unique(((voter + 1) * m + votes.a) * m + votes.b, return_inverse=True)
        added = np.zeros((len(new), N_OUTCOMES), dtype=np.int64)
        np.add.at(added, (row, votes.outcome), 1 if votes.count is None else votes.count)
        cells, cell_counts = _merged(self.cells, self.cell_counts, new, added)
        n_voters = max(self.n_voters, votes.n_voters)
        return replace(self, counts=self.counts + votes.counts, cells=cells, cell_counts=cell_counts, n_voters=n_voters)

    def comparisons(self) -> Comparisons:
        """The votes as the fitter sees them, one row a cell and outcome. Cost: O(c)."""
        m = len(self.ids)
        pair, voter = self.cells % (m * m), self.cells // (m * m) - 1
        return Comparisons.from_tally(self.ids, pair // m, pair % m, self.cell_counts, voter)


@dataclass(frozen=True, eq=False)
class Refresh:
    """fit : strengths of a set of contestants.   covariance : (m, m) float64, nats^2, of single votes."""

    fit: StrengthFit
    covariance: NDArray[np.float64]


def refresh_strengths(
    counts: NDArray[np.int64], ranked: NDArray[np.intp], start: NDArray[np.float64] | None = None, ties: str = "half"
) -> Refresh:
    """Strengths and vote-level covariance of ranked contestants from counts alone, whatever the length of history.

    counts : (m, m, 4) int64, of a Tally.   ranked : (r,) of graph.find_field.   start : (r,) float64, nats, an earlier
    fit; the result does not depend on it beyond 1e-9.   ties : as PairSums.from_counts. Cost: O(m^2 + r^3).
    """
    sums = PairSums.from_counts(counts[np.ix_(ranked, ranked)], ties=ties)
    fit = fit_strengths(sums, start=start)
    inverse = grounded_inverse(information(fit.theta, sums.games), len(fit.theta))
    return Refresh(fit, sandwich(inverse, vote_meat(fit.theta, sums)))


def _merged(
    old: NDArray[np.int64], old_counts: NDArray[np.int64], new: NDArray[np.int64], new_counts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Two ascending lists of cells as one, counts of equal cells added."""
    place = np.searchsorted(old, new)
    known = np.zeros(len(new), dtype=bool)
    inside = place < len(old)
    known[inside] = old[place[inside]] == new[inside]
    counts = old_counts.copy()
    counts[place[known]] += new_counts[known]
    fresh = ~known
    return np.insert(old, place[fresh], new[fresh]), np.insert(counts, place[fresh], new_counts[fresh], axis=0)
