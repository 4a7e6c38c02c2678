"""What does a board look like? Average scores, who beats whom, who met whom, rating against size, price and age.

Every picture stands beside the same numbers as a table. Next file to read: charts.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arena.models import Arena, Contestant, SnapshotRow
from arena.queries.catalog import arena_by_slug
from arena.queries.leaderboards import current_board
from arena.queries.pair_counts import pair_counts_of
from arena.visitors import viewer_of
from arena.web.charts import (
    Dot,
    Line,
    Plot,
    Words,
    day_words,
    marks_of,
    number_words,
    pareto_front,
    path_of,
    point_words,
    x_scale,
    y_scale,
)
from arena.web.numbers import count, interval, percent, points
from arena.web.page import page
from arena.web.voter_kind import read_voter_kind

N_SHOWN = 25
N_SHADES = 9
WON, LOST, TIED, BOTH_BAD = range(4)


@dataclass(frozen=True)
class Cell:
    """shade : 0 (least) to 8 (most); empty where the two never met."""

    text: str
    shade: int
    title: str


@dataclass(frozen=True)
class Matrix:
    contestants: Sequence[Contestant]
    rows: Sequence[tuple[Contestant, Sequence[Cell | None]]]


@dataclass(frozen=True)
class Measure:
    """What a rating is set against."""

    label: str
    read: Callable[[Contestant], float | None]
    words: Words
    is_log: bool


def _seconds(contestant: Contestant) -> float | None:
    day = contestant.release_date
    return datetime.combine(day, time(), UTC).timestamp() if day else None


MEASURES = (
    Measure("Total parameters, billions", lambda model: model.total_params_b, number_words, True),
    Measure(
        "Price of output, USD per million tokens",
        lambda model: float(model.output_price_usd) if model.output_price_usd else None,
        number_words,
        True,
    ),
    Measure("Release", _seconds, day_words, False),
)


@page("GET", query=("voters",))
def pictures(request: HttpRequest, arena: str) -> HttpResponse:
    found = arena_by_slug(arena, viewer_of(request))
    kind = read_voter_kind(request, found)
    board = current_board(found, kind)
    context: dict[str, Any] = {"arena": found, "kind": kind, "board": board}
    if board and board.ranked:
        rows = list(board.ranked)
        counts = pair_counts_of(board.snapshot)
        shown = [row.contestant for row in rows[:N_SHOWN]]
        both = counts.both_sides()
        context |= {
            "n_shown": len(shown),
            "scores": [
                (row.contestant, percent(row.expected_score), round(100 * (row.expected_score or 0), 1)) for row in rows
            ],
            "wins": _matrix(shown, counts.slugs, both, _share),
            "meetings": _matrix(shown, counts.slugs, both, _meetings(both, shown, counts.slugs)),
            "scatters": [(plot, table) for measure in MEASURES for plot, table in [scatter(rows, measure)] if plot],
            "links": _links(found, kind),
        }
    return render(request, "arena/pictures.html", context)


def scatter(
    rows: Sequence[SnapshotRow], measure: Measure
) -> tuple[Plot | None, list[tuple[Contestant, str, str, str]]]:
    """Ratings against a measure, with the front of those whom none beats in both; None if too little is known."""
    known = [(row, value) for row in rows if (value := measure.read(row.contestant)) is not None]
    table = [
        (row.contestant, measure.words(value), points(row.rating), interval(row.ci_low, row.ci_high))
        for row, value in sorted(known, key=lambda pair: pair[1])
    ]
    if len(known) < 2:
        return None, table
    x = x_scale([value for _, value in known], is_log=measure.is_log)
    y = y_scale([v for row, _ in known for v in (row.rating, row.ci_low, row.ci_high) if v is not None])
    front = pareto_front([(value, row.rating or 0) for row, value in known])
    dots = [
        Dot(
            x.at(value),
            y.at(row.rating or 0),
            row.contestant.name,
            k in front,
            None if row.ci_low is None else y.at(row.ci_low),
            None if row.ci_high is None else y.at(row.ci_high),
        )
        for k, (row, value) in enumerate(known)
    ]
    line = Line(path_of([(dots[k].x, dots[k].y) for k in front]), "front")
    plot = Plot(
        f"Rating against {measure.label[0].lower()}{measure.label[1:]}",
        measure.label,
        "Rating",
        marks_of(x, measure.words),
        marks_of(y, point_words),
        dots,
        [line],
    )
    return plot, table


def _score(row: SnapshotRow) -> tuple[Contestant, str, float]:
    return row.contestant, percent(row.expected_score), round(100 * (row.expected_score or 0.0), 1)


def _matrix(
    shown: Sequence[Contestant], slugs: Sequence[str], both: np.ndarray, cell: Callable[[np.ndarray], Cell | None]
) -> Matrix:
    place = {slug: k for k, slug in enumerate(slugs)}
    keys = [place[contestant.slug] for contestant in shown]
    rows = [
        (contestant, [None if i == j else cell(both[i, j]) for j in keys])
        for contestant, i in zip(shown, keys, strict=True)
    ]
    return Matrix(shown, rows)


def _share(record: np.ndarray) -> Cell | None:
    """Points of the row's model in their battles; a tie or both bad is half a point."""
    n = int(record.sum())
    if not n:
        return None
    share = float(record[WON] + 0.5 * (record[TIED] + record[BOTH_BAD])) / n
    return Cell(f"{round(100 * share)}", min(N_SHADES - 1, int(share * N_SHADES)), f"{n} votes")


def _meetings(
    both: np.ndarray, shown: Sequence[Contestant], slugs: Sequence[str]
) -> Callable[[np.ndarray], Cell | None]:
    keys = [slugs.index(contestant.slug) for contestant in shown]
    most = int(both[np.ix_(keys, keys)].sum(axis=2).max(initial=1))

    def cell(record: np.ndarray) -> Cell | None:
        n = int(record.sum())
        return Cell(count(n), min(N_SHADES - 1, n * N_SHADES // (most + 1)), "") if n else None

    return cell


def _links(arena: Arena, kind: str) -> dict[str, str]:
    board, pairs = (reverse(f"api:{name}", args=[arena.slug]) for name in ("leaderboard", "pairs"))
    voters = urlencode({"voters": kind})
    return {
        "board_csv": f"{board}?{voters}&format=csv",
        "board_json": f"{board}?{voters}",
        "pairs": f"{pairs}?{voters}",
    }
