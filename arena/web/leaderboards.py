"""How is a board shown? Chosen by address, sorted and searched on the server. Next file to read: board.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from arena.domain.metadata import VoterKind
from arena.models import Arena, Snapshot, SnapshotRow
from arena.queries.catalog import arena_by_slug
from arena.queries.leaderboards import Board, board_of, current_board, shown_voter_kind, snapshot_by_id
from arena.web.board import Axis, axis_of, in_words_of_the_page, show_row
from arena.web.catalog import read_search
from arena.web.errors import BadQuery
from arena.web.numbers import count, percent
from arena.web.page import page

DEFAULT_SORT = "rank"
ASCENDING: dict[str, Callable[[SnapshotRow], Any]] = {
    "rank": lambda row: (row.rank is None, row.rank, -(row.rating or 0)),
    "name": lambda row: row.contestant.name.casefold(),
    "rating": lambda row: row.rating or 0,
    "votes": lambda row: row.votes,
    "win_rate": lambda row: row.win_rate or 0,
    "both_bad": lambda row: row.both_bad_rate or 0,
}
LABELS = {
    "rank": "Rank",
    "name": "Model",
    "rating": "Rating",
    "votes": "Votes",
    "win_rate": "Win rate",
    "both_bad": "Both bad",
}
SORTS = (*ASCENDING, *(f"-{name}" for name in ASCENDING))


@dataclass(frozen=True)
class Column:
    """A heading that sorts: a further click turns the order around."""

    name: str
    label: str
    sort: str
    order: str


@page("GET", query=("voters", "sort", "q"))
def leaderboard(request: HttpRequest, arena: str) -> HttpResponse:
    """The board that is current; opens on the judges' board while people's ranks nobody, and says so."""
    found = arena_by_slug(arena)
    kind = _read_kind(request) or shown_voter_kind(found)
    context = _context(request, found, kind, current_board(found, kind)) | {
        "is_live": True,
        "is_stand_in": kind == VoterKind.JUDGE and "voters" not in request.GET,
    }
    return render(request, "arena/leaderboard.html", context)


@page("GET", query=("sort", "q"))
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """One published board as it was and will stay."""
    found = snapshot_by_id(pk)
    context = _context(request, found.arena, VoterKind(found.voter_kind), board_of(found))
    return render(request, "arena/snapshot.html", context | {"root": bytes(found.ledger_root).hex()})


def _context(request: HttpRequest, arena: Arena, kind: VoterKind, board: Board | None) -> dict[str, Any]:
    search, sort = read_search(request), _read_sort(request)
    context = {
        "arena": arena,
        "kind": kind,
        "kinds": list(VoterKind),
        "search": search,
        "sort": sort,
        "columns": {name: _column(name, sort) for name in ASCENDING},
        "board": board,
    }
    if board is None:
        return context
    axis = axis_of(board.ranked) or axis_of(board.preliminary)
    ranked, preliminary = (_chosen(rows, search, sort) for rows in (board.ranked, board.preliminary))
    return context | {
        "axis": axis,
        "ranked": _shown(ranked, axis),
        "preliminary": _shown(preliminary, axis),
        "facts": _facts(board.snapshot),
        "notes": [in_words_of_the_page(note) for note in board.snapshot.meta.get("notes", [])],
        "n_rows": len(board.ranked) + len(board.preliminary),
        "n_found": len(ranked) + len(preliminary),
    }


def _read_kind(request: HttpRequest) -> VoterKind | None:
    asked = request.GET.get("voters")
    if asked is not None and asked not in list(VoterKind):
        raise BadQuery(f"voters={asked}", "voters=human and voters=judge")
    return VoterKind(asked) if asked else None


def _read_sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", DEFAULT_SORT)
    if sort not in SORTS:
        raise BadQuery(f"sort={sort}", f"sort by {', '.join(ASCENDING)}, with a minus sign for the other way round")
    return sort


def _column(name: str, sort: str) -> Column:
    is_number = name not in ("rank", "name")
    first, second = (f"-{name}", name) if is_number else (name, f"-{name}")
    order = {name: "ascending", f"-{name}": "descending"}.get(sort, "none")
    return Column(name, LABELS[name], second if sort == first else first, order)


def _chosen(rows: Sequence[SnapshotRow], search: str, sort: str) -> list[SnapshotRow]:
    wanted = search.casefold()
    found = [row for row in rows if wanted in _searched(row)]
    return sorted(found, key=ASCENDING[sort.lstrip("-")], reverse=sort.startswith("-"))


def _searched(row: SnapshotRow) -> str:
    contestant = row.contestant
    return f"{contestant.name}\n{contestant.slug}\n{contestant.organisation}".casefold()


def _shown(rows: Sequence[SnapshotRow], axis: Axis | None) -> list[Any]:
    return [show_row(row, axis) for row in rows]


def _facts(snapshot: Snapshot) -> dict[str, str | int]:
    meta = snapshot.meta
    return {
        "n_votes": count(meta["n_votes"]),
        "n_voters": meta["n_voters"],
        "n_ranked": meta["n_ranked"],
        "n_excluded": meta.get("n_excluded", 0),
        "confidence": percent(snapshot.spec["confidence"]),
    }
