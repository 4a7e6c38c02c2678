"""How do the votes of one voter add up? Their residuals, summed by voter and contestant. Read intervals.py next."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.special import expit

from ratings.bradley_terry import laplacian
from ratings.comparisons import Comparisons
from ratings.outcomes import SCORES


@dataclass(frozen=True, eq=False)
class ClusterScores:
    """Score vectors u_v = sum over the votes of voter v of w (y - p)(1_a - 1_b).

    by_voter : (V, m) sparse float64, a row for each voter with a vote.
    single_meat : (m, m) float64, sum of u u' over votes without voter, each its own cluster.
    n_voters : V.   n_single : votes without voter.   n_votes : (V,) float64, weight of each voter's votes.
    """

    by_voter: csr_array
    single_meat: NDArray[np.float64]
    n_voters: int
    n_single: int
    n_votes: NDArray[np.float64]
    single_squares: float = 0.0
    single_total: float = 0.0

    @classmethod
    def of(cls, votes: Comparisons, theta: NDArray[np.float64]) -> Self:
        """Scores of these votes, with their weights, at theta : (m,) float64, nats. Cost: O(n + V m)."""
        count = np.ones(votes.n_rows) if votes.count is None else votes.count.astype(np.float64)
        weight = np.ones(votes.n_rows) if votes.weight is None else votes.weight
        residual = SCORES[votes.outcome] - expit(theta[votes.a] - theta[votes.b])
        voter = np.full(votes.n_rows, -1) if votes.voter is None else votes.voter
        known = voter >= 0
        present, row = np.unique(voter[known], return_inverse=True)
        by_voter = _sum_by_voter(votes, known, row, (count * weight * residual)[known], len(present))
        single = ~known
        return cls(
            by_voter,
            _single_meat(votes, single, (count * np.square(weight * residual))[single]),
            len(present),
            int(count[single].sum()),
            np.bincount(row, (count * weight)[known], minlength=len(present)),
            float((count * np.square(weight))[single].sum()),
            float((count * weight)[single].sum()),
        )

    @property
    def has_voters(self) -> bool:
        return self.n_voters > 0

    @property
    def n_clusters(self) -> int:
        """K: voters, and single votes without one."""
        return self.n_voters + self.n_single

    @property
    def g_eff(self) -> float:
        """Effective number of clusters, (sum n_v)^2 / sum n_v^2."""
        squares = float(np.square(self.n_votes).sum()) + self.single_squares
        return (float(self.n_votes.sum()) + self.single_total) ** 2 / squares if squares else 0.0

    def meat(self) -> NDArray[np.float64]:
        """G = K/(K-1) sum_v u_v u_v'. Returns (m, m) float64. Source: Liang and Zeger (1986), eq. 2."""
        correction = self.n_clusters / (self.n_clusters - 1.0)
        return correction * ((self.by_voter.T @ self.by_voter).toarray() + self.single_meat)


def _sum_by_voter(votes: Comparisons, known: NDArray, row: NDArray, residual: NDArray, n: int) -> csr_array:
    rows = np.concatenate([row, row])
    columns = np.concatenate([votes.a[known], votes.b[known]])
    values = np.concatenate([residual, -residual])
    return coo_array((values, (rows, columns)), shape=(n, votes.n_contestants)).tocsr()


def _single_meat(votes: Comparisons, single: NDArray, squares: NDArray) -> NDArray[np.float64]:
    m = votes.n_contestants
    if not single.any():
        return np.zeros((m, m))
    directed = coo_array((squares, (votes.a[single], votes.b[single])), shape=(m, m)).toarray()
    return laplacian(directed + directed.T)
