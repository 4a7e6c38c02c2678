"""How is a board refreshed when votes come in? Counts are added to, never recounted. Read bradley_terry.py next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import StrengthFit, fit_strengths, vote_meat
from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.intervals import sandwich
from ratings.newton import FAST_TOLERANCE, TOLERANCE, grounded_inverse
from ratings.outcomes import N_OUTCOMES
from ratings.pair_sums import PairSums


class Cells(NamedTuple):
    """Votes by voter and pair.

    key : (c,) int64, ascending, ((voter + 1) m + a) m + b; voter -1 is unknown.   counts : (c, 4) int64, by outcome.
    """

    key: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Tally:
    """Everything of a history of votes that a board needs.

    ids : m names.   counts : (m, m, 4) int64, [a, b, outcome].   n_voters : size of the voter index.
    portions : votes by (voter, pair) in a few portions, each at least twice the next, so that adding stays cheap.
    """

    ids: tuple[str, ...]
    counts: NDArray[np.int64]
    n_voters: int
    portions: tuple[Cells, ...]

    @classmethod
    def empty(cls, ids: tuple[str, ...]) -> Self:
        """The tally of no votes among these contestants."""
        return cls(ids, np.zeros((len(ids), len(ids), N_OUTCOMES), dtype=np.int64), 0, ())

    def add(self, votes: Comparisons) -> Self:
        """This tally with more votes: equal, bit for bit, to the tally of all of them at once, in any portions.

        votes : unweighted, over the same ids and the same voter index, which may have grown.
        Raises: InvalidVotes for other ids or weighted votes.
        Cost: O(m^2 + new votes), and now and then the merging of portions: O(log) a vote over all history.
        """
        if votes.ids != self.ids or votes.weight is not None:
            raise InvalidVotes("a tally takes unweighted votes over its own ids")
        portions = [*self.portions, _cells_of(votes)]
        while len(portions) > 1 and len(portions[-2].key) < 2 * len(portions[-1].key):
            portions[-2:] = [_merged(portions[-2:])]
        return replace(
            self,
            counts=self.counts + votes.counts,
            n_voters=max(self.n_voters, votes.n_voters),
            portions=tuple(portions),
        )

    @cached_property
    def cells(self) -> Cells:
        """All portions as one. Cost: O(c log c)."""
        return _merged(self.portions)

    def comparisons(self) -> Comparisons:
        """The votes as the fitter sees them, one row a cell and outcome. Cost: O(c log c)."""
        m = len(self.ids)
        pair, voter = self.cells.key % (m * m), self.cells.key // (m * m) - 1
        return Comparisons.from_tally(self.ids, pair // m, pair % m, self.cells.counts, voter)


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
    among_ranked = counts if len(ranked) == len(counts) else counts[np.ix_(ranked, ranked)]
    sums = PairSums.from_counts(among_ranked, ties=ties)
    fit = fit_strengths(sums, start=start, tolerance=TOLERANCE if start is None else FAST_TOLERANCE)
    inverse = grounded_inverse(fit.information, len(fit.theta))
    return Refresh(fit, sandwich(inverse, vote_meat(fit.theta, sums)))


def _cells_of(votes: Comparisons) -> Cells:
    m = np.int64(votes.n_contestants)
    voter = np.full(votes.n_rows, -1, dtype=np.int64) if votes.voter is None else votes.voter.astype(np.int64)
    key, row = np.unique(((voter + 1) * m + votes.a) * m + votes.b, return_inverse=True)
    counts = np.zeros((len(key), N_OUTCOMES), dtype=np.int64)
    np.add.at(counts, (row, votes.outcome), 1 if votes.count is None else votes.count)
    return Cells(key, counts)


def _merged(portions: Sequence[Cells]) -> Cells:
    """Portions as one, counts of equal cells added."""
    if not portions:
        return Cells(np.zeros(0, dtype=np.int64), np.zeros((0, N_OUTCOMES), dtype=np.int64))
    if len(portions) == 1:
        return portions[0]
    keys = np.concatenate([cells.key for cells in portions])
    counts = np.concatenate([cells.counts for cells in portions])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    return Cells(keys[starts], np.add.reduceat(counts[order], starts, axis=0) if len(keys) else counts)
