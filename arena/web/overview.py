"""Who is good at what? All ranked models against all boards of an arena. Next file to read: queries/overview.py."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from arena.domain.slices import Slice
from arena.models import Snapshot, SnapshotRow
from arena.queries.catalog import arena_by_slug
from arena.queries.comparison import COMPARED_FACETS
from arena.queries.overview import overview_of
from arena.visitors import viewer_of
from arena.web.facets import slice_in_words
from arena.web.numbers import place, points
from arena.web.page import page
from arena.web.pictures import N_SHADES, Cell
from arena.web.voter_kind import read_voter_kind


@page("GET", query=("voters",), is_for_readers=True)
def overview(request: HttpRequest, arena: str) -> HttpResponse:
    found = arena_by_slug(arena, viewer_of(request))
    kind = read_voter_kind(request, found)
    table = overview_of(found, kind, COMPARED_FACETS)
    context: dict[str, Any] = {"arena": found, "kind": kind}
    if table and table.rows:
        context |= {
            "boards": [_heading(snapshot) for snapshot in table.snapshots],
            "rows": [(row.contestant, [_cell(each, len(table.rows)) for each in rows]) for row, rows in table.rows],
        }
    return render(request, "arena/overview.html", context)


def _heading(snapshot: Snapshot) -> tuple[str, str]:
    slice_ = Slice.from_parameters(snapshot.slice | {"voters": [snapshot.voter_kind]})
    query = urlencode({"voters": [slice_.voters]} | slice_.facets, doseq=True)
    return slice_in_words(slice_) or gettext("all votes"), query


def _cell(row: SnapshotRow | None, n_ranked: int) -> Cell | None:
    """The better the place, the darker."""
    if row is None or row.rank is None:
        return None
    shade = N_SHADES - 1 - min(N_SHADES - 1, (row.rank - 1) * N_SHADES // n_ranked)
    return Cell(place(row.rank_low, row.rank_high), shade, points(row.rating))
