"""Which files hold the numbers of the pictures? One CSV a picture, whole, in the words of the API.

Next file to read: pictures.py.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.http import HttpRequest, HttpResponse

from arena.csv_files import csv_answer
from arena.domain.errors import NotFound
from arena.models import SnapshotRow
from arena.queries.catalog import arena_by_slug
from arena.queries.comparison import COMPARED_FACETS
from arena.queries.facets import kept_facet_counts
from arena.queries.leaderboards import Board, current_board
from arena.queries.overview import overview_of
from arena.queries.pair_counts import pair_counts_of
from arena.visitors import viewer_of
from arena.web.page import page
from arena.web.pictures import MEASURES, votes_by_day
from arena.web.voter_kind import read_voter_kind
from ratings.board_files import DECIMALS

Rows = list[dict[str, Any]]


@page("GET", query=("voters",), is_for_readers=True)
def picture_file(request: HttpRequest, arena: str, name: str) -> HttpResponse:
    """Raises NotFound for a picture that there is not, and before the first publication."""
    found = arena_by_slug(arena, viewer_of(request))
    kind = read_voter_kind(request, found)
    file_name = f"{found.slug}-{name}.csv"
    if name == "days":
        days = votes_by_day(kept_facet_counts(found, kind))
        rows = [{"day": datetime.fromtimestamp(day, UTC).date().isoformat(), "votes": n} for day, n in days]
        return csv_answer(["day", "votes"], rows, file_name)
    if name == "overview":
        table = overview_of(found, kind, COMPARED_FACETS)
        if table is None:
            raise NotFound
        overview = [
            _interval(row) | {"board": _board_name(snapshot.slice), "snapshot": snapshot.pk}
            for _, of_model in table.rows
            for snapshot, row in zip(table.snapshots, of_model, strict=True)
            if row is not None
        ]
        return csv_answer(["board", "snapshot", *INTERVAL], overview, file_name)
    board = current_board(found, kind)
    if name not in FILES or board is None:
        raise NotFound
    columns, rows_of = FILES[name]
    return csv_answer(columns, rows_of(board), file_name)


INTERVAL = ["model", "rank", "rank_low", "rank_high", "rating", "ci_low", "ci_high", "votes"]


def _interval(row: SnapshotRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in INTERVAL[1:]}
    rounded = {name: round(v, DECIMALS) if isinstance(v, float) else v for name, v in values.items()}
    return {"model": row.contestant.slug} | rounded


def _intervals(board: Board) -> Rows:
    return [_interval(row) for row in board.ranked]


def _scores(board: Board) -> Rows:
    return [{"model": row.contestant.slug, "expected_score": row.expected_score} for row in board.ranked]


def _pairs(board: Board) -> Rows:
    """Every ordered pair that met, as the first sees it."""
    counts = pair_counts_of(board.snapshot)
    both = counts.both_sides()
    rows = []
    for i, j in np.argwhere(both.sum(axis=2) > 0).tolist():
        won, lost, tied, both_bad = both[i, j].tolist()
        n_votes = won + lost + tied + both_bad
        share = round((won + (tied + both_bad) / 2) / n_votes, DECIMALS)
        names = {"model_a": counts.slugs[i], "model_b": counts.slugs[j]}
        said = {"votes": n_votes, "wins": won, "losses": lost, "ties": tied, "both_bad": both_bad, "score": share}
        rows.append(names | said)
    return rows


def _measured(board: Board) -> Rows:
    """Ratings beside what they are set against; empty where it is not known."""
    rows = []
    for row in board.ranked:
        contestant = row.contestant
        day = contestant.release_date.isoformat() if contestant.release_date else None
        facts = {"total_params_b": contestant.total_params_b, "output_price_usd": contestant.output_price_usd}
        rows.append(_interval(row) | facts | {"release_date": day})
    return rows


def _board_name(slice_: Mapping[str, Any]) -> str:
    """As the API writes it: facet=value, empty for the whole board."""
    return "&".join(f"{facet}={value}" for facet, values in slice_.items() for value in values)


MEASURED = (*INTERVAL, "total_params_b", "output_price_usd", "release_date")
PAIRS = ("model_a", "model_b", "votes", "wins", "losses", "ties", "both_bad", "score")
FILES: dict[str, tuple[list[str], Callable[[Board], Rows]]] = {
    "intervals": (INTERVAL, _intervals),
    "scores": (["model", "expected_score"], _scores),
    "pairs": (list(PAIRS), _pairs),
    **{measure.name: (list(MEASURED), _measured) for measure in MEASURES},
}
