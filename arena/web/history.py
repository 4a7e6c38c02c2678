"""How did a board come to be what it is? Courses of places and ratings, its snapshots, and why two of them differ.

Next files to read: queries/history.py and queries/snapshot_diff.py.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from arena.domain.metadata import VoterKind
from arena.models import Snapshot
from arena.queries.catalog import arena_by_slug
from arena.queries.history import ContestantHistory, PastPoint, board_history, past_boards, snapshots_of
from arena.queries.snapshot_diff import Cause, DiffReason, RowChange, diff_snapshots
from arena.visitors import viewer_of
from arena.web.charts import (
    Dot,
    Line,
    Mark,
    Plot,
    Scale,
    marks_of,
    moment_words,
    path_of,
    place_scale,
    point_words,
    x_scale,
    y_scale,
)
from arena.web.limits import exclusion_label
from arena.web.numbers import count, interval, percent, place, points, signed
from arena.web.page import page
from arena.web.voter_kind import read_voter_kind
from arena.web.words import label_of

N_SNAPSHOTS = 60
N_COURSES = 10
HALF_A_DAY_S = 43_200.0


@page("GET", query=("voters", "model"), is_for_readers=True)
def history(request: HttpRequest, arena: str) -> HttpResponse:
    """The last snapshots: courses of the first ten, the band of one model, and what changed between any two."""
    found = arena_by_slug(arena, viewer_of(request))
    kind = read_voter_kind(request, found)
    boards = past_boards(list(snapshots_of(found.slug, kind, viewer=viewer_of(request))[:N_SNAPSHOTS]))
    lines = board_history(boards)
    chosen = next(
        (line for line in lines if line.contestant.slug == request.GET.get("model")), lines[0] if lines else None
    )
    api = reverse("api:history", args=[found.slug])
    context: dict[str, Any] = {
        "arena": found,
        "kind": kind,
        "models": [line.contestant for line in lines],
        "chosen": chosen.contestant if chosen else None,
        "snapshots": _steps([board.snapshot for board in boards]),
        "data": f"{api}?{urlencode({'voters': kind})}",
    }
    if chosen:
        context |= {
            "bump": bump_chart(lines[:N_COURSES]),
            "courses": [(line.contestant, [f"{point.rank}" for point in line.points]) for line in lines[:N_COURSES]],
            "band": band_chart(chosen),
            "band_table": [
                (point.snapshot, point.rank, points(point.rating), interval(point.ci_low, point.ci_high))
                for point in reversed(chosen.points)
            ],
        }
    return render(request, "arena/history.html", context)


@page("GET", is_for_readers=True)
def diff(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """What changed from one snapshot to another, and why."""
    found = diff_snapshots(pk, other, viewer_of(request))
    context = {
        "arena": found.after.arena,
        "before": found.before,
        "voters": label_of(VoterKind(found.after.voter_kind)),
        "after": found.after,
        "causes": [cause_in_words(cause) for cause in found.causes],
        "rows": [_row(change) for change in found.rows],
        "data": reverse("api:diff", args=[pk, other]),
    }
    return render(request, "arena/diff.html", context)


def bump_chart(lines: Sequence[ContestantHistory]) -> Plot:
    """Places over time, the first on top; the words at the end of a course are the model's."""
    x = _time_scale(lines)
    y = place_scale(max(point.rank for line in lines for point in line.points))
    marks = [Mark(y.at(n), str(n)) for n in range(1, int(y.high) + 1) if n <= N_COURSES or n % 5 == 0]
    return Plot(
        gettext("Places over time"),
        gettext("Published"),
        gettext("Place"),
        marks_of(x, moment_words(x)),
        marks,
        *_courses(lines, x, y, _rank),
    )


def band_chart(line: ContestantHistory) -> Plot:
    """A rating over time within its intervals, on the scale of the newest board."""
    x = _time_scale([line])
    bounds = [v for p in line.points for v in (p.rating, p.ci_low, p.ci_high) if v is not None]
    y = y_scale(bounds)
    dots, lines = _courses([line], x, y, _rating)
    known = [(x.at(_seconds(p)), y.at(p.ci_low), y.at(p.ci_high)) for p in line.points if p.ci_low is not None]
    around = [(at, low) for at, low, _ in known] + [(at, high) for at, _, high in reversed(known)]
    band = Line(path_of(around), "band")
    return Plot(
        gettext("Rating of %(model)s over time") % {"model": line.contestant.name},
        gettext("Published"),
        gettext("Rating"),
        marks_of(x, moment_words(x)),
        marks_of(y, point_words),
        dots,
        [band, *lines],
    )


def cause_in_words(cause: Cause) -> str:
    """One sentence a reason."""
    values = cause.values
    match cause.reason:
        case DiffReason.VOTES:
            said = {name: count(values[name]) for name in ("before", "after")}
            return gettext("Votes: %(before)s before, %(after)s after.") % said
        case DiffReason.EXCLUSIONS:
            rules = ", ".join(f"{exclusion_label(rule)} ({count(n)})" for rule, n in values["rules"].items())
            if not rules:
                return gettext("Other votes are left out of the count.")
            return gettext("Votes that count no longer, by rule: %(rules)s.") % {"rules": rules}
        case DiffReason.MODELS:
            came, went = (", ".join(values[name]) for name in ("came", "went"))
            news = [gettext("Newly ranked: %(models)s.") % {"models": came}] * bool(came)
            return " ".join(news + [gettext("No longer ranked: %(models)s.") % {"models": went}] * bool(went))
        case DiffReason.OPPONENTS:
            return gettext("Pairs that met for the first time: %(n)s.") % {"n": count(values["pairs"])}
        case DiffReason.METHOD:
            return gettext("The method changed: %(names)s.") % {"names": ", ".join(n.replace("_", " ") for n in values)}
        case DiffReason.SOURCES:
            return gettext("Votes of other sources count now.")
        case DiffReason.SLICE:
            return gettext("The two boards count different parts of the votes.")
        case DiffReason.SCALE:
            moved = {"points": signed(values["points"])}
            return gettext("The scale moved by %(points)s points for all; the changes below are without it.") % moved
    raise ValueError(cause.reason)


def _row(change: RowChange) -> dict[str, Any]:
    before, after = change.before, change.after
    return {
        "contestant": change.contestant,
        "before": place(before.rank_low, before.rank_high) if before else "",
        "after": place(after.rank_low, after.rank_high) if after else "",
        "change": signed(change.change),
        "votes": f"{change.votes:+,}" if change.votes else "0",
        "win_rate": percent(after.win_rate) if after else "",
        "n_opponents": len(change.opponents),
    }


def _steps(snapshots: Sequence[Snapshot]) -> list[tuple[Snapshot, Snapshot | None]]:
    """Each with the one before it, newest first."""
    return [*pairwise(snapshots), (snapshots[-1], None)] if snapshots else []


def _courses(
    lines: Sequence[ContestantHistory], x: Scale, y: Scale, value: Callable[[PastPoint], float]
) -> tuple[list[Dot], list[Line]]:
    dots, courses = [], []
    for line in lines:
        path = [(x.at(_seconds(point)), y.at(value(point))) for point in line.points]
        dots += [Dot(at, height, line.contestant.name) for at, height in path]
        last_x, last_y = path[-1]
        courses.append(Line(path_of(path), "course", line.contestant.name, last_x + 8, last_y + 4))
    return dots, courses


def _time_scale(lines: Sequence[ContestantHistory]) -> Scale:
    moments = [_seconds(point) for line in lines for point in line.points]
    around = HALF_A_DAY_S if min(moments) == max(moments) else 0.0
    return x_scale([min(moments) - around, max(moments) + around])


def _seconds(point: PastPoint) -> float:
    return point.snapshot.created_at.timestamp()


def _rank(point: PastPoint) -> float:
    return point.rank


def _rating(point: PastPoint) -> float:
    return point.rating
