"""How is a million votes with covariates passed over in 15 ms? Sorted by pair, chunk by chunk. Read style.py next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import laplacian
from ratings.comparisons import Comparisons
from ratings.outcomes import SCORES
from ratings.tensors import stable_order

CHUNK_ROWS = 16_384
"""Votes worked on at a time, so that all temporaries stay in the processor's cache."""


class Chunk(NamedTuple):
    """Some neighbouring votes: their rows, their pairs, the votes of each pair, where each pair starts among them."""

    rows: slice
    pairs: slice
    sizes: NDArray[np.intp]
    starts: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class SortedVotes:
    """Votes in the order of their ordered pairs.

    order : (n,) intp, which vote stands where.   ends : (q,) intp, behind the last vote of each pair that occurs.
    first, second : (q,) intp, contestants of each pair.   outcome : (n,) int8.
    covariates : k - 1 arrays (n,) float64, of mean 0; the k-th is 1 and not kept.
    means, scales : (k,) float64, what was taken off and what to divide by.
    weight, weight_squared : (n,) float64, times the count, None for 1.
    residual : (n,) float64, score minus expected score at the last point that derivatives was asked for.
    """

    n_contestants: int
    order: NDArray[np.intp]
    ends: NDArray[np.intp]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    outcome: NDArray[np.int8]
    covariates: list[NDArray[np.float64]]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    weight: NDArray[np.float64] | None
    weight_squared: NDArray[np.float64] | None
    residual: NDArray[np.float64]

    @classmethod
    def of(cls, votes: Comparisons, columns: list[int]) -> Self:
        """Sorted votes with these columns of their covariates, centred, and a constant. Cost: O(n k)."""
        m = votes.n_contestants
        key = votes.a * np.int32(m) + votes.b
        order = stable_order(key, m * m)
        sizes = votes.counts.sum(axis=2).ravel() if votes.count is None else np.bincount(key, minlength=m * m)
        used = np.flatnonzero(sizes)
        count = None if votes.count is None else votes.count[order].astype(np.float64)
        weight = None if votes.weight is None else votes.weight[order]
        centred = [_centre(values, count) for values in _gather(votes.covariates, columns, order)]
        return cls(
            n_contestants=m,
            order=order,
            ends=np.cumsum(sizes)[used],
            first=used // m,
            second=used % m,
            outcome=votes.outcome[order],
            covariates=[values for values, _, _ in centred],
            means=np.array([mean for _, mean, _ in centred] + [0.0]),
            scales=np.array([scale for _, _, scale in centred] + [1.0]),
            weight=_times(count, weight),
            weight_squared=_times(count, None if weight is None else np.square(weight)),
            residual=np.empty(votes.n_rows),
        )

    def derivatives(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Gradient and information of the logistic likelihood at (theta, effects). Cost: O(n k^2)."""
        theta, effects = point[: self.n_contestants], point[self.n_contestants :] / self.scales
        difference = theta[self.first] - theta[self.second]
        totals = _Totals(self)
        for chunk in self._chunks():
            covariates = totals.load(chunk)
            lean = effects @ covariates
            lean += np.repeat(difference[chunk.pairs], chunk.sizes)
            lean *= 0.5
            np.tanh(lean, out=lean)  # p - 1/2 = tanh(eta/2)/2, the fastest safe form
            lean *= 0.5
            residual = self.residual[chunk.rows]
            np.subtract(CENTRED_SCORES[self.outcome[chunk.rows]], lean, out=residual)
            variance = 0.25 - np.square(lean)
            totals.add_squares(chunk, variance if self.weight is None else variance * self.weight[chunk.rows])
            totals.add_scores(chunk, residual if self.weight is None else residual * self.weight[chunk.rows])
        return totals.gradient(), totals.matrix()

    def meat(self) -> NDArray[np.float64]:
        """Sum over votes of the squared score, by the residuals kept. Returns (m + k, m + k) float64."""
        totals = _Totals(self)
        for chunk in self._chunks():
            totals.load(chunk)
            square = np.square(self.residual[chunk.rows])
            totals.add_squares(
                chunk, square if self.weight_squared is None else square * self.weight_squared[chunk.rows]
            )
        return totals.matrix()

    def residual_by_vote(self) -> NDArray[np.float64]:
        """(n,) float64: the residuals kept, in the votes' own order."""
        result = np.empty_like(self.residual)
        result[self.order] = self.residual
        return result

    def _chunks(self) -> Iterator[Chunk]:
        n = len(self.order)
        for begin in range(0, n, CHUNK_ROWS):
            end = min(begin + CHUNK_ROWS, n)
            first, last = np.searchsorted(self.ends, [begin, end - 1], side="right")
            pairs = slice(first, last + 1)
            ends = np.minimum(self.ends[pairs], end) - begin
            starts = np.concatenate([[0], ends[:-1]])
            yield Chunk(slice(begin, end), pairs, ends - starts, starts)


CENTRED_SCORES = SCORES - 0.5


class _Totals:
    """Sums over votes of weight x x' and of weighted scores, x = (1_a - 1_b, covariates, 1)."""

    def __init__(self, votes: SortedVotes) -> None:
        self.votes = votes
        k, q = len(votes.scales), len(votes.first)
        self.by_pair, self.by_covariate = np.zeros((k, q)), np.zeros((k, k))
        self.score_by_pair, self.score = np.zeros(q), np.zeros(k)
        self._workspace = np.ones((k, CHUNK_ROWS))

    def load(self, chunk: Chunk) -> NDArray[np.float64]:
        """Copies the covariates of a chunk together, (k, c), so that matrix products can be used on them."""
        self.covariates = self._workspace[:, : chunk.rows.stop - chunk.rows.start]
        for row, values in zip(self.covariates, self.votes.covariates, strict=False):
            row[:] = values[chunk.rows]
        return self.covariates

    def add_squares(self, chunk: Chunk, weight: NDArray[np.float64]) -> None:
        weighted = self.covariates * weight
        self.by_pair[:, chunk.pairs] += np.add.reduceat(weighted, chunk.starts, axis=1)
        self.by_covariate += weighted @ self.covariates.T

    def add_scores(self, chunk: Chunk, residual: NDArray[np.float64]) -> None:
        self.score_by_pair[chunk.pairs] += np.add.reduceat(residual, chunk.starts)
        self.score += self.covariates @ residual

    def gradient(self) -> NDArray[np.float64]:
        return np.concatenate([self._by_contestant(self.score_by_pair), self.score / self.votes.scales])

    def matrix(self) -> NDArray[np.float64]:
        m, scales = self.votes.n_contestants, self.votes.scales
        pairs = np.zeros((m, m))
        pairs[self.votes.first, self.votes.second] = self.by_pair[-1]
        cross = np.stack([self._by_contestant(row) for row in self.by_pair], axis=1) / scales
        return np.block([[laplacian(pairs + pairs.T), cross], [cross.T, self.by_covariate / np.outer(scales, scales)]])

    def _by_contestant(self, by_pair: NDArray[np.float64]) -> NDArray[np.float64]:
        m = self.votes.n_contestants
        return np.bincount(self.votes.first, by_pair, m) - np.bincount(self.votes.second, by_pair, m)


def _gather(covariates: NDArray[np.float64], columns: list[int], order: NDArray[np.intp]) -> list[NDArray[np.float64]]:
    """These columns in this order, one array each; whole rows are fetched, which is one access to memory a vote."""
    gathered = [np.empty(len(order)) for _ in columns]
    for begin in range(0, len(order), CHUNK_ROWS):
        rows = np.take(covariates, order[begin : begin + CHUNK_ROWS], axis=0)
        for values, column in zip(gathered, columns, strict=True):
            values[begin : begin + CHUNK_ROWS] = rows[:, column]
    return gathered


def _centre(values: NDArray[np.float64], count: NDArray[np.float64] | None) -> tuple[NDArray[np.float64], float, float]:
    """Values less their mean (in place), the mean and the standard deviation."""
    n = len(values) if count is None else count.sum()
    mean = float(values.sum() if count is None else values @ count) / n
    values -= mean
    squares = values @ values if count is None else np.square(values) @ count
    return values, mean, float(np.sqrt(squares / n))


def _times(count: NDArray | None, weight: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
    if count is None:
        return weight
    return count if weight is None else count * weight
