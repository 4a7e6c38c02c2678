"""What does a board look like? Intervals, scores, who beats whom, who met whom, rating against size, price, age.

Every picture stands beside the same numbers as a table and as a file. Next files to read: charts.py, picture_files.py.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, ngettext

from arena.domain.filter_values import UNKNOWN
from arena.domain.pareto_front import pareto_front
from arena.models import Arena, Contestant, SnapshotRow
from arena.queries.catalog import arena_by_slug
from arena.queries.facets import kept_facet_counts
from arena.queries.leaderboards import current_board
from arena.queries.pair_counts import pair_counts_of
from arena.visitors import viewer_of
from arena.web.board import axis_of, show_row
from arena.web.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Column,
    Dot,
    Line,
    Mark,
    Plot,
    Scale,
    Words,
    day_words,
    marks_of,
    number_words,
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
DAY_S = 86_400.0
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

    name: str
    label: Promise
    title: Promise
    read: Callable[[Contestant], float | None]
    words: Words
    is_log: bool


def _seconds(contestant: Contestant) -> float | None:
    return _start_of(contestant.release_date) if contestant.release_date else None


def _start_of(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


MEASURES = (
    Measure(
        "size",
        gettext_lazy("Total parameters, billions"),
        gettext_lazy("Rating against total parameters, billions"),
        lambda model: model.total_params_b,
        number_words,
        True,
    ),
    Measure(
        "price",
        gettext_lazy("Price of output, USD per million tokens"),
        gettext_lazy("Rating against price of output, USD per million tokens"),
        lambda model: float(model.output_price_usd) if model.output_price_usd else None,
        number_words,
        True,
    ),
    Measure("release", gettext_lazy("Release"), gettext_lazy("Rating against release"), _seconds, day_words, False),
)


@page("GET", query=("voters",), is_for_readers=True)
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
            "axis": axis_of(rows),
            "intervals": [show_row(row, axis_of(rows)) for row in rows],
            "days": day_plot(days := votes_by_day(kept_facet_counts(found, kind))),
            "day_table": [(day_words(seconds), count(n)) for seconds, n in days],
            "scores": [
                (row.contestant, percent(row.expected_score), round(100 * (row.expected_score or 0), 1)) for row in rows
            ],
            "wins": _matrix(shown, counts.slugs, both, _share),
            "meetings": _matrix(shown, counts.slugs, both, _meetings(both, shown, counts.slugs)),
            "scatters": [
                (plot, table, measure.name) for measure in MEASURES for plot, table in [scatter(rows, measure)] if plot
            ],
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
        str(measure.title),
        str(measure.label),
        gettext("Rating"),
        marks_of(x, measure.words),
        marks_of(y, point_words),
        dots,
        [line],
    )
    return plot, table


def votes_by_day(counts: Mapping[str, Mapping[str, int]]) -> list[tuple[float, int]]:
    """Seconds of the start of each day with votes, in order, as they were last counted; votes without a time are not.

    counts : of queries.facets.kept_facet_counts.
    """
    by_day = counts.get("day", {})
    return sorted((_start_of(date.fromisoformat(day)), n) for day, n in by_day.items() if day != UNKNOWN)


def day_plot(days: Sequence[tuple[float, int]]) -> Plot | None:
    """Votes of each day as columns; None without a day."""
    if not days:
        return None
    first, last = days[0][0], days[-1][0] + DAY_S
    x = Scale(first, last, LEFT, WIDTH - RIGHT / 3)
    y = Scale(0.0, max(n for _, n in days) * 1.05, HEIGHT - BOTTOM, TOP)
    columns = [
        Column(
            x.at(day),
            y.at(n),
            max(0.5, round(x.at(day + DAY_S) - x.at(day) - 0.5, 1)),
            round(y.start - y.at(n), 1),
            f"{day_words(day)}: {count(n)}",
        )
        for day, n in days
    ]
    return Plot(
        gettext("Votes over time"),
        gettext("Day"),
        gettext("Votes"),
        marks_of(x, day_words) if len(days) > 1 else [Mark(x.at(first + DAY_S / 2), day_words(first))],
        marks_of(y, number_words),
        columns=columns,
        right=WIDTH - RIGHT / 3,
    )


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
    return Cell(f"{round(100 * share)}", min(N_SHADES - 1, int(share * N_SHADES)), _votes(n))


def _votes(n: int) -> str:
    return ngettext("%(n)s vote", "%(n)s votes", n) % {"n": count(n)}


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
        "voters": voters,
        "board_csv": f"{board}?{voters}&format=csv",
        "board_json": f"{board}?{voters}",
        "pairs": f"{pairs}?{voters}",
    }
