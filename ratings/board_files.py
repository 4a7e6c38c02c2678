"""How is a leaderboard written down? CSV or JSON with 4 decimals. Read board.py next."""

import csv
import io
import json
from typing import Any

from ratings.board import LeaderboardFit, LeaderboardRow
from ratings.graph import Reason

DECIMALS = 4
COLUMNS = (
    "rank",
    "model",
    "rating",
    "ci_low",
    "ci_high",
    "rank_low",
    "rank_high",
    "votes",
    "wins",
    "losses",
    "ties",
)
"""Columns of every board; ties holds ties and both-bad votes, so that wins + losses + ties = votes."""
PRELIMINARY_COLUMNS = ("status", "reason")
"""Added to CSV where a contestant is preliminary."""


def board_csv(fit: LeaderboardFit) -> str:
    """The rows as CSV with a header and line feeds; empty where there is no value."""
    has_preliminary = len(fit.rows) > len(fit.ranked_ids)
    columns = COLUMNS + PRELIMINARY_COLUMNS * has_preliminary
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in fit.rows:
        values = row_values(row)
        writer.writerow([_text(values[name]) for name in columns])
    return out.getvalue()


def board_json(fit: LeaderboardFit) -> str:
    """{"meta": ..., "rows": [...]}, indented; null where there is no value."""
    rows = [{name: _rounded(value) for name, value in row_values(row).items()} for row in fit.rows]
    return json.dumps({"meta": fit.meta, "rows": rows}, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def row_values(row: LeaderboardRow) -> dict[str, Any]:
    """The public columns of a row."""
    return {
        "rank": row.rank,
        "model": row.name,
        "rating": row.rating,
        "ci_low": row.ci_low,
        "ci_high": row.ci_high,
        "rank_low": row.rank_low,
        "rank_high": row.rank_high,
        "votes": row.votes,
        "wins": row.wins,
        "losses": row.losses,
        "ties": row.ties + row.both_bad,
        "status": row.status,
        "reason": Reason(row.reason).sentence,
        "both_bad": row.both_bad,
        "se": row.se_elo,
        "rank_ub": row.rank_ub,
        "win_rate": row.win_rate,
        "expected_score": row.expected_score,
        "elo": row.elo,
    }


def _rounded(value: Any) -> Any:
    return round(value, DECIMALS) if isinstance(value, float) else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.{DECIMALS}f}" if isinstance(value, float) else str(value)
