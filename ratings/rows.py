"""How do strengths become the rows of a leaderboard? Points, counts and places. Read board.py next."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.board import PRELIMINARY, RANKED, LeaderboardRow
from ratings.davidson import expected_scores
from ratings.graph import Reason
from ratings.outcomes import Outcome
from ratings.ranks import Ranks, rank_upper_bounds
from ratings.scale import to_points, width_in_points


@dataclass(frozen=True, eq=False)
class Placement:
    """Strengths of a group of contestants, nats.

    contestants : (k,) intp.   theta, error : (k,) float64.   quantile : factor of the error for an interval.
    sequence : factor of the error for bounds valid at all looks together, None for none.
    """

    contestants: NDArray[np.intp]
    theta: NDArray[np.float64]
    error: NDArray[np.float64]
    quantile: float
    sequence: float | None = None

    def bounds(self, factor: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return self.theta - factor * self.error, self.theta + factor * self.error


@dataclass(frozen=True, eq=False)
class Display:
    """What all rows share: names, points added for display, online Elo (m,) in points or None."""

    ids: tuple[str, ...]
    shift: float = 0.0
    elo: NDArray[np.float64] | None = None


def ranked_rows(
    display: Display, counts: NDArray[np.int64], placement: Placement, ranks: Ranks, nu: float = 0.0
) -> list[LeaderboardRow]:
    """Rows of the ranked contestants, best first.

    counts : (m, m, 4) int64, of which those among the ranked are shown.   nu : of Davidson's model, else 0.
    """
    results = _results(counts[np.ix_(placement.contestants, placement.contestants)])
    upper = rank_upper_bounds(*placement.bounds(placement.quantile))
    scores = expected_scores(placement.theta[:, None] - placement.theta[None, :], nu)
    expected = (scores.sum(axis=1) - 0.5) / (len(scores) - 1)
    rows = [
        LeaderboardRow(
            name=display.ids[i],
            status=RANKED,
            reason=Reason.NONE.value,
            rank=int(ranks.rank[k]),
            rank_low=int(ranks.low[k]),
            rank_high=int(ranks.high[k]),
            rank_ub=int(upper[k]),
            expected_score=float(expected[k]),
            elo=_elo(display, i),
            **_rating(display, placement, k),
            **results[k],
        )
        for k, i in enumerate(placement.contestants)
    ]
    return sorted(rows, key=lambda row: (row.rank, row.name))


def preliminary_rows(
    display: Display, counts: NDArray[np.int64], placement: Placement, reasons: tuple[Reason, ...]
) -> list[LeaderboardRow]:
    """Rows of the others by rating, those without votes last and without rating; all their votes are shown."""
    results = _results(counts)
    rows = [
        LeaderboardRow(
            name=display.ids[i],
            status=PRELIMINARY,
            reason=reasons[i].value,
            rank=None,
            rank_low=None,
            rank_high=None,
            rank_ub=None,
            expected_score=None,
            elo=_elo(display, i),
            **(_NO_RATING if reasons[i] is Reason.NO_VOTES else _rating(display, placement, k)),
            **results[i],
        )
        for k, i in enumerate(placement.contestants)
    ]
    return sorted(rows, key=lambda row: (row.rating is None, -(row.rating or 0.0), row.name))


_NO_RATING: dict[str, Any] = dict.fromkeys(("rating", "se_elo", "ci_low", "ci_high", "sequence_low", "sequence_high"))


def _rating(display: Display, placement: Placement, k: int) -> dict[str, Any]:
    rating = float(to_points(placement.theta[k])) + display.shift
    error = float(width_in_points(placement.error[k]))
    sequence = placement.sequence
    return {
        "rating": rating,
        "se_elo": error,
        "ci_low": rating - placement.quantile * error,
        "ci_high": rating + placement.quantile * error,
        "sequence_low": None if sequence is None else rating - sequence * error,
        "sequence_high": None if sequence is None else rating + sequence * error,
    }


def _elo(display: Display, i: int) -> float | None:
    return None if display.elo is None else float(display.elo[i])


def _results(counts: NDArray[np.int64]) -> list[dict[str, Any]]:
    as_a, as_b = counts.sum(axis=1), counts.sum(axis=0)
    mirrored = as_b[:, [Outcome.B, Outcome.A, Outcome.TIE, Outcome.BOTH_BAD]]
    return [_result(*row) for row in (as_a + mirrored).tolist()]


def _result(wins: int, losses: int, ties: int, both_bad: int) -> dict[str, Any]:
    votes = wins + losses + ties + both_bad
    return {
        "votes": votes,
        "wins": wins,
        "losses": losses,
        "ties": ties,
        "both_bad": both_bad,
        "win_rate": (wins + 0.5 * (ties + both_bad)) / votes if votes else None,
        "both_bad_rate": both_bad / votes if votes else None,
    }
