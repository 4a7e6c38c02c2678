"""How is a million votes with covariates passed over in 15 ms? Sorted by pair, chunk by chunk. Read style.py next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import laplacian
from ratings.comparisons import Comparisons
from ratings.outcomes import SCORES
from ratings.tensors import stable_order, sum_by

CHUNK_ROWS = 16_384
"""Votes worked on at a time, so that all temporaries stay in the processor's cache."""
SAMPLE_STRIDE = 16
SAMPLE_MIN_ROWS = 4_096
"""Every 16th vote says where the effects are to within a pass over all; fewer votes are not worth asking."""


class Chunk(NamedTuple):
    """Some neighbouring votes: their rows, their pairs, the votes of each pair, where each pair starts among them."""

    number: int
    n_rows: int
    rows: slice
    pairs: slice
    sizes: NDArray[np.intp]
    starts: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class SortedVotes:
    """Votes in the order of their ordered pairs.

    order : (n,) intp, which vote stands where.   ends : (q,) intp, behind the last vote of each pair that occurs.
    first, second : (q,) intp, contestants of each pair.   outcome : (n,) int8.
    columns : the k - 1 columns of the covariates that vary.
    covariates : (chunks, k, CHUNK_ROWS) float64, those less their value in the first vote; the k-th is 1.
    means, scales : (k,) float64, of the covariates as given; 0 and 1 for the k-th.
    scaling : (k, k) float64, makes kept covariates ones of mean 0 and standard deviation 1.
    weight, weight_squared : (n,) float64, times the count, None for 1.
    residual : (n,) float64, score minus expected score at the last point that derivatives was asked for.
    """

    n_contestants: int
    order: NDArray[np.intp]
    ends: NDArray[np.intp]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    outcome: NDArray[np.int8]
    columns: list[int]
    covariates: NDArray[np.float64]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    scaling: NDArray[np.float64]
    weight: NDArray[np.float64] | None
    weight_squared: NDArray[np.float64] | None
    residual: NDArray[np.float64]

    @classmethod
    def of(cls, votes: Comparisons, given: NDArray[np.float64], columns: list[int]) -> Self:
        """Sorted votes with those of these columns of `given` covariates that vary, and a constant. Cost: O(n k)."""
        m = votes.n_contestants
        key = votes.a * np.int32(m) + votes.b
        order = stable_order(key, m * m)
        sizes = votes.counts.sum(axis=2).ravel() if votes.count is None else np.bincount(key, minlength=m * m)
        used = np.flatnonzero(sizes)
        count = None if votes.count is None else votes.count[order].astype(np.float64)
        covariates, moments = _gather(given, columns, order, count)
        varying = np.diag(moments)[:-1] > 0
        if not varying.all():
            return cls.of(votes, given, [column for column, varies in zip(columns, varying, strict=True) if varies])
        means, scales = moments[-1] / moments[-1, -1], np.sqrt(np.diag(moments) / moments[-1, -1])
        scales[:-1] = np.sqrt(np.square(scales[:-1]) - np.square(means[:-1]))
        scaling = np.diag(1.0 / scales)
        scaling[:-1, -1] = -means[:-1] / scales[:-1]
        return cls(
            n_contestants=m,
            order=order,
            ends=np.cumsum(sizes)[used],
            first=used // m,
            second=used % m,
            outcome=votes.outcome[order],
            columns=columns,
            covariates=covariates,
            means=np.append(means[:-1] + given[order[0], columns], 0.0),
            scales=scales,
            scaling=scaling,
            weight=None if votes.total_weight is None else votes.total_weight[order],
            weight_squared=None if votes.squared_weight is None else votes.squared_weight[order],
            residual=np.empty(votes.n_rows),
        )

    def first_effects(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        """(k,) float64, nats: one Newton step for the effects from 0, at these strengths, on every 16th vote.

        theta : (m,) float64, nats. Zeros if the votes are few. It is a start: it moves no result. Cost: O(n k^2 / 16).
        """
        rows = np.arange(0, len(self.order), SAMPLE_STRIDE)
        if len(rows) < SAMPLE_MIN_ROWS:
            return np.zeros(len(self.scales))
        pair = np.searchsorted(self.ends, rows, side="right")
        lean = 0.5 * np.tanh(0.5 * (theta[self.first[pair]] - theta[self.second[pair]]))
        weight = np.ones(len(rows)) if self.weight is None else self.weight[rows]
        sample = self.covariates[:, :, ::SAMPLE_STRIDE].swapaxes(0, 1).reshape(len(self.scales), -1)[:, : len(rows)]
        sample = self.scaling @ sample
        score = sample @ (weight * (CENTRED_SCORES[self.outcome[rows]] - lean))
        information = (sample * (weight * (0.25 - np.square(lean)))) @ sample.T
        return np.linalg.lstsq(information, score)[0]

    def derivatives(self, point: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Gradient and information of the logistic likelihood at (theta, effects). Cost: O(n k^2)."""
        theta, effects = point[: self.n_contestants], point[self.n_contestants :] @ self.scaling
        difference = theta[self.first] - theta[self.second]
        totals = _Totals(self)
        for chunk in self._chunks():
            lean = effects @ self.covariates[chunk.number, :, : chunk.n_rows]
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
        for number, begin in enumerate(range(0, n, CHUNK_ROWS)):
            end = min(begin + CHUNK_ROWS, n)
            first, last = np.searchsorted(self.ends, [begin, end - 1], side="right")
            pairs = slice(first, last + 1)
            ends = np.minimum(self.ends[pairs], end) - begin
            starts = np.concatenate([[0], ends[:-1]])
            yield Chunk(number, end - begin, slice(begin, end), pairs, ends - starts, starts)


CENTRED_SCORES = SCORES - 0.5


class _Totals:
    """Sums over votes of weight x x' and of weighted scores, x = (1_a - 1_b, covariates)."""

    def __init__(self, votes: SortedVotes) -> None:
        self.votes = votes
        k, q = len(votes.scales), len(votes.first)
        self.by_pair, self.by_covariate = np.zeros((k, q)), np.zeros((k, k))
        self.score_by_pair, self.score = np.zeros(q), np.zeros(k)
        self._workspace = np.empty((k, CHUNK_ROWS))

    def add_squares(self, chunk: Chunk, weight: NDArray[np.float64]) -> None:
        covariates = self.votes.covariates[chunk.number, :, : chunk.n_rows]
        weighted = np.multiply(covariates, weight, out=self._workspace[:, : chunk.n_rows])
        self.by_pair[:, chunk.pairs] += np.add.reduceat(weighted, chunk.starts, axis=1)
        self.by_covariate += weighted @ covariates.T

    def add_scores(self, chunk: Chunk, residual: NDArray[np.float64]) -> None:
        self.score_by_pair[chunk.pairs] += np.add.reduceat(residual, chunk.starts)
        self.score += self.votes.covariates[chunk.number, :, : chunk.n_rows] @ residual

    def gradient(self) -> NDArray[np.float64]:
        return np.concatenate([self._by_contestant(self.score_by_pair), self.votes.scaling @ self.score])

    def matrix(self) -> NDArray[np.float64]:
        m, scaling = self.votes.n_contestants, self.votes.scaling
        pairs = np.zeros((m, m))
        pairs[self.votes.first, self.votes.second] = self.by_pair[-1]
        cross = np.stack([self._by_contestant(row) for row in self.by_pair], axis=1) @ scaling.T
        effects = scaling @ self.by_covariate @ scaling.T
        return np.block([[laplacian(pairs + pairs.T), cross], [cross.T, effects]])

    def _by_contestant(self, by_pair: NDArray[np.float64]) -> NDArray[np.float64]:
        m = self.votes.n_contestants
        return sum_by(self.votes.first, by_pair, m) - sum_by(self.votes.second, by_pair, m)


def _gather(
    covariates: NDArray[np.float64],
    columns: list[int],
    order: NDArray[np.intp],
    count: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """These columns in this order, chunk by chunk, less their first value, and 1; and the sum over votes of x x'.

    Whole rows are fetched, which is one access to memory a vote. The first value is taken off so that the variance of
    a column far from zero loses no digits.
    """
    n, k = len(order), len(columns) + 1
    chunks = np.empty((-(-n // CHUNK_ROWS), k, CHUNK_ROWS))
    moments = np.zeros((k, k))
    origin = covariates[order[0], columns]
    some = columns != list(range(covariates.shape[1]))
    for number, begin in enumerate(range(0, n, CHUNK_ROWS)):
        rows = np.take(covariates, order[begin : begin + CHUNK_ROWS], axis=0)
        chunk = chunks[number, :, : len(rows)]
        np.subtract(rows[:, columns].T if some else rows.T, origin[:, None], out=chunk[:-1])
        chunk[-1] = 1.0
        weighted = chunk if count is None else chunk * count[begin : begin + CHUNK_ROWS]
        moments += weighted @ chunk.T
    return chunks, moments
