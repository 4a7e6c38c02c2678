"""What does a fit hand back? Frozen rows with everything a leaderboard shows. Read pipeline.py next."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RANKED = "ranked"
PRELIMINARY = "preliminary"


@dataclass(frozen=True, kw_only=True)
class LeaderboardRow:
    """One contestant. Ratings and bounds in points; None where nothing can be said.

    status : "ranked" or "preliminary".   reason : value of graph.Reason, empty if ranked.
    rating, ci_low, ci_high, se_elo : maximum likelihood and its interval; of a preliminary one the posterior's.
    rank, rank_low, rank_high : place, best and worst place it could hold; rank_ub : LMArena's rule. None unless ranked.
    votes, wins, losses, ties, both_bad : votes behind this rating: among the ranked, or of a preliminary one all.
    win_rate : (wins + half of ties and both bad)/votes, None without votes.
    expected_score : mean chance of points against the other ranked contestants, 0 to 1; not a probability of winning.
    both_bad_rate : both_bad/votes, None without votes.
    elo : online Elo reference, None unless the spec asks for it.
    sequence_low, sequence_high : bounds valid at all looks together, None unless the spec asks for them.
    """

    name: str
    status: str
    reason: str
    rating: float | None
    se_elo: float | None
    ci_low: float | None
    ci_high: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    rank_ub: int | None
    votes: int
    wins: int
    losses: int
    ties: int
    both_bad: int
    win_rate: float | None
    expected_score: float | None
    both_bad_rate: float | None
    elo: float | None = None
    sequence_low: float | None = None
    sequence_high: float | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class LeaderboardFit:
    """A leaderboard.

    rows : ranked by rating, then preliminary by rating, then those without votes; equal ones by name.
    ranked_ids : (m,) names in the order of theta and covariance, which is that of the comparisons.
    theta : (m,) float64, nats, mean zero.   covariance : (m, m) float64, nats^2, rows sum to zero.
    meta : JSON values: spec, counts, clusters, convergence, hash, notes.
    """

    rows: tuple[LeaderboardRow, ...]
    ranked_ids: tuple[str, ...]
    theta: NDArray[np.float64]
    covariance: NDArray[np.float64]
    meta: dict[str, Any]

    def row(self, name: str) -> LeaderboardRow:
        """The row of this contestant. Raises: KeyError if it has none."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)
