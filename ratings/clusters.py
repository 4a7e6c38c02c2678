"""How do the votes of one voter add up? Their residuals, summed by voter and parameter. Read intervals.py next."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import laplacian
from ratings.comparisons import Comparisons
from ratings.tensors import stable_order, sum_by

BLOCK_CELLS = 1 << 17
"""Numbers in a dense block of voters by parameters: 1 MB, so that it is built and multiplied in the cache."""


@dataclass(frozen=True, eq=False)
class ScoredVotes:
    """Votes sorted by cluster, with their contributions to the score.

    a, b : (n,) int32.   value : (n,) float64, weight times residual.   extra : (n, k) float64, weight times the rest.
    bounds : (K + 1,) intp, where the votes of each cluster start, and the end.   n_contestants : m.
    """

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    value: NDArray[np.float64]
    extra: NDArray[np.float64]
    bounds: NDArray[np.intp]
    n_contestants: int

    @property
    def n_parameters(self) -> int:
        return self.n_contestants + self.extra.shape[1]

    def blocks(self) -> Iterator[tuple[slice, NDArray[np.float64]]]:
        """Clusters in turn, and their scores u = sum over votes of (value (1_a - 1_b), extra) as a dense block."""
        m, width = self.n_contestants, self.n_parameters
        n_clusters = len(self.bounds) - 1
        step = max(1, BLOCK_CELLS // width)
        for start in range(0, n_clusters, step):
            stop = min(start + step, n_clusters)
            rows = slice(self.bounds[start], self.bounds[stop])
            cluster = np.repeat(np.arange(stop - start), np.diff(self.bounds[start : stop + 1]))
            base, value, size = cluster * m, self.value[rows], (stop - start) * m
            block = sum_by(base + self.a[rows], value, size) - sum_by(base + self.b[rows], value, size)
            block = block.reshape(-1, m)
            if width > m:
                sums = [sum_by(cluster, column, stop - start) for column in self.extra[rows].T]
                block = np.column_stack([block, *sums])
            yield slice(start, stop), block

    def products(self) -> NDArray[np.float64]:
        """sum over clusters of u u'. Returns (m + k, m + k) float64. Cost: O(n + K (m + k)^2)."""
        sizes = np.diff(self.bounds)
        total = self._lone_products(self.bounds[:-1][sizes == 1])
        for _, block in self._with_many(sizes).blocks():
            total += block.T @ block
        return total

    def _with_many(self, sizes: NDArray[np.intp]) -> Self:
        """The clusters of more than one vote."""
        if (sizes > 1).all():
            return self
        rows = np.repeat(sizes > 1, sizes)
        bounds = np.concatenate([[0], np.cumsum(sizes[sizes > 1])])
        return replace(
            self, a=self.a[rows], b=self.b[rows], value=self.value[rows], extra=self.extra[rows], bounds=bounds
        )

    def _lone_products(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """sum of u u' over these votes, each a cluster of its own: a Laplacian, without a dense row a vote."""
        m = self.n_contestants
        a, b, value, extra = self.a[rows], self.b[rows], self.value[rows], self.extra[rows]
        pairs = sum_by(a * np.int64(m) + b, np.square(value), m * m).reshape(m, m)
        columns = [value * column for column in extra.T]
        cross = np.array([sum_by(a, column, m) - sum_by(b, column, m) for column in columns]).reshape(-1, m)
        return np.block([[laplacian(pairs + pairs.T), cross.T], [cross, extra.T @ extra]])


@dataclass(frozen=True, eq=False)
class ClusterScores:
    """Scores of votes by voter; a vote without voter is a cluster of its own.

    voters : (V,) intp, index of each voter with a vote.   by_voter : their votes.
    single : votes without voter, each with the square root of its count, since c equal ones add c u u'.
    n_single : number of those.   weights : (V,) float64, weight of each voter's votes.
    single_weight, single_squares : sum of the weights and of their squares.
    """

    voters: NDArray[np.intp]
    by_voter: ScoredVotes
    single: ScoredVotes
    n_single: int
    weights: NDArray[np.float64]
    single_weight: float
    single_squares: float

    @classmethod
    def of(cls, votes: Comparisons, residual: NDArray[np.float64], extra: NDArray[np.float64] | None = None) -> Self:
        """Scores of votes with their weights, counts and voters.

        residual : (n,) float64, score minus expected score.   extra : (n, k) float64, further entries of the score.
        Cost: O(n), about 40 ns a vote.
        """
        order, n_known, sizes = _sorted_by_voter(votes)
        known, single = order[:n_known], order[n_known:]
        weight = votes.total_weight
        root = None if votes.squared_weight is None else np.sqrt(votes.squared_weight)
        counts = None if votes.count is None else votes.count[single]
        present = np.flatnonzero(sizes)
        bounds = np.concatenate([[0], np.cumsum(sizes[present])])
        by_voter = _scored(votes, known, residual, extra, weight, bounds)
        of_voter = np.diff(bounds).astype(np.float64) if weight is None else np.add.reduceat(weight[known], bounds[:-1])
        return cls(
            present,
            by_voter,
            _scored(votes, single, residual, extra, root, np.arange(len(single) + 1)),
            len(single) if counts is None else int(counts.sum()),
            of_voter if n_known else np.zeros(0),
            float(len(single) if weight is None else weight[single].sum()),
            float(len(single) if root is None else np.square(root[single]).sum()),
        )

    @property
    def n_voters(self) -> int:
        return len(self.voters)

    @property
    def n_clusters(self) -> int:
        """K: voters, and single votes without one."""
        return self.n_voters + self.n_single

    @property
    def g_eff(self) -> float:
        """Effective number of clusters, (sum n_v)^2 / sum n_v^2, by weight of votes."""
        total = float(self.weights.sum()) + self.single_weight
        squares = float(np.square(self.weights).sum()) + self.single_squares
        return total**2 / squares if squares else 0.0

    def meat(self) -> NDArray[np.float64]:
        """G = K/(K-1) sum_v u_v u_v'. Returns (m + k, m + k) float64. Source: Liang and Zeger (1986), eq. 2."""
        correction = self.n_clusters / (self.n_clusters - 1.0)
        return correction * (self.by_voter.products() + self.single.products())


def _sorted_by_voter(votes: Comparisons) -> tuple[NDArray[np.intp], int, NDArray[np.intp]]:
    """Order of votes by voter, those without one last; how many have one; how many votes each voter has."""
    if votes.voter is None:
        return np.arange(votes.n_rows), 0, np.zeros(0, dtype=np.intp)
    key = np.where(votes.voter < 0, votes.n_voters, votes.voter)
    sizes = np.bincount(key, minlength=votes.n_voters + 1)
    return stable_order(key, votes.n_voters + 1), votes.n_rows - int(sizes[-1]), sizes[:-1]


def _scored(
    votes: Comparisons,
    rows: NDArray[np.intp],
    residual: NDArray[np.float64],
    extra: NDArray[np.float64] | None,
    weight: NDArray[np.float64] | None,
    bounds: NDArray[np.intp],
) -> ScoredVotes:
    value, others = residual[rows], np.zeros((len(rows), 0)) if extra is None else extra[rows]
    if weight is not None:
        value, others = value * weight[rows], others * weight[rows, None]
    return ScoredVotes(votes.a[rows], votes.b[rows], value, others, bounds, votes.n_contestants)
