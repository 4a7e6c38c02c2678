"""How do the votes of one voter add up? Their residuals, summed by voter and parameter. Read intervals.py next."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, hstack

from ratings.comparisons import Comparisons


@dataclass(frozen=True, eq=False)
class ClusterScores:
    """Score vectors u_v: sum over the votes of voter v of w (e (1_a - 1_b), extra), with m + k entries.

    voters : (V,) intp, index of each voter with a vote.   votes_by_voter : (V,) float64, weight of those votes.
    by_voter : (V, m + k) sparse float64, a row for each such voter.
    single_meat : (m + k, m + k) float64, sum of u u' over votes without voter, each its own cluster.
    n_single : number, single_weight, single_squares : sum of weights and of squared weights, of those votes.
    """

    voters: NDArray[np.intp]
    votes_by_voter: NDArray[np.float64]
    by_voter: csr_array
    single_meat: NDArray[np.float64]
    n_single: int
    single_weight: float
    single_squares: float

    @classmethod
    def of(cls, votes: Comparisons, residual: NDArray[np.float64], extra: NDArray[np.float64] | None = None) -> Self:
        """Scores of votes with their weights and voters.

        residual : (n,) float64, score minus expected score.   extra : (n, k) float64, further entries of the score.
        Cost: O(n + V (m + k)).
        """
        weight = np.ones(votes.n_rows) if votes.weight is None else votes.weight
        count = np.ones(votes.n_rows) if votes.count is None else votes.count.astype(np.float64)
        voter = np.full(votes.n_rows, -1) if votes.voter is None else votes.voter
        known = voter >= 0
        totals = np.bincount(voter[known], (count * weight)[known], minlength=votes.n_voters)
        present = np.bincount(voter[known], minlength=votes.n_voters) > 0
        row = (np.cumsum(present) - 1)[voter[known]]
        n = int(present.sum())
        single = ~known
        return cls(
            np.flatnonzero(present),
            totals[present],
            _design(votes, known, row, n, (count * weight)[known], residual, extra),
            _single_meat(votes, single, count * np.square(weight), residual, extra),
            int(count[single].sum()),
            float((count * weight)[single].sum()),
            float((count * np.square(weight))[single].sum()),
        )

    @property
    def n_voters(self) -> int:
        return len(self.votes_by_voter)

    @property
    def n_clusters(self) -> int:
        """K: voters, and single votes without one."""
        return self.n_voters + self.n_single

    @property
    def g_eff(self) -> float:
        """Effective number of clusters, (sum n_v)^2 / sum n_v^2, by weight of votes."""
        total = float(self.votes_by_voter.sum()) + self.single_weight
        squares = float(np.square(self.votes_by_voter).sum()) + self.single_squares
        return total**2 / squares if squares else 0.0

    def meat(self) -> NDArray[np.float64]:
        """G = K/(K-1) sum_v u_v u_v'. Returns (m + k, m + k) float64. Source: Liang and Zeger (1986), eq. 2."""
        correction = self.n_clusters / (self.n_clusters - 1.0)
        return correction * ((self.by_voter.T @ self.by_voter).toarray() + self.single_meat)


def _design(
    votes: Comparisons,
    chosen: NDArray[np.bool_],
    row: NDArray,
    n: int,
    weight: NDArray[np.float64],
    residual: NDArray[np.float64],
    extra: NDArray[np.float64] | None,
) -> csr_array:
    """Rows sum_k weight (e (1_a - 1_b), extra) over the chosen votes of each row."""
    values = weight * residual[chosen]
    rows, columns = np.concatenate([row, row]), np.concatenate([votes.a[chosen], votes.b[chosen]])
    strengths = coo_array((np.concatenate([values, -values]), (rows, columns)), shape=(n, votes.n_contestants)).tocsr()
    if extra is None:
        return strengths
    k = extra.shape[1]
    sums = np.stack([np.bincount(row, weight * extra[chosen, j], minlength=n) for j in range(k)], axis=1)
    return hstack([strengths, csr_array(sums)], format="csr")


def _single_meat(
    votes: Comparisons,
    single: NDArray[np.bool_],
    squares: NDArray[np.float64],
    residual: NDArray[np.float64],
    extra: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    size = votes.n_contestants + (0 if extra is None else extra.shape[1])
    if not single.any():
        return np.zeros((size, size))
    n = int(single.sum())
    rows = _design(votes, single, np.arange(n), n, np.sqrt(squares[single]), residual, extra)
    return (rows.T @ rows).toarray()
