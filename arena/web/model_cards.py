"""What is known of one model? Where it stands on every board, its relatives, opponents, real calls and facts.

Next file to read: queries/model_card.py.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arena.domain.metadata import EntryStatus
from arena.domain.slices import Slice
from arena.domain.visibility import Viewer
from arena.models import Contestant, SnapshotRow
from arena.queries.catalog import contestant_by_slug
from arena.queries.ledger import contestants_by_slug
from arena.queries.model_card import Calls, calls_of, opponents_of, public_entries_of, rows_on_all_boards
from arena.queries.relatives import Kinship, Relative, relatives_of, relatives_on
from arena.visitors import viewer_of
from arena.web.board import Axis, ShownRow, axis_of, show_row
from arena.web.facets import slice_in_words
from arena.web.facts import facts_of
from arena.web.numbers import count, percent, plus_minus
from arena.web.page import page

N_OPPONENTS = 12


@dataclass(frozen=True)
class Standing:
    """One line of the strip: a board, and this model's row on it."""

    arena: str
    voters: str
    part: str
    url: str
    n_ranked: int
    row: ShownRow


@page("GET")
def model(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = viewer_of(request)
    contestant = contestant_by_slug(slug, viewer)
    rows = list(rows_on_all_boards(contestant, viewer))
    axis = axis_of(rows)
    whole = [row for row in rows if not row.snapshot.slice_key]
    context = {
        "model": contestant,
        "facts": facts_of(contestant),
        "axis": axis,
        "standings": [_standing(row, axis) for row in whole],
        "parts": [_standing(row, axis) for row in rows if row.snapshot.slice_key],
        "entries": [(entry.arena, EntryStatus(entry.status).label) for entry in public_entries_of(contestant, viewer)],
        "calls": _calls_in_words(calls_of(contestant, viewer)),
        **_among_others(contestant, whole, viewer),
    }
    return render(request, "arena/model.html", context)


def _standing(row: SnapshotRow, axis: Axis | None) -> Standing:
    snapshot = row.snapshot
    slice_ = Slice.from_parameters(snapshot.slice | {"voters": [snapshot.voter_kind]})
    query = urlencode({"voters": [slice_.voters]} | slice_.facets, doseq=True)
    return Standing(
        arena=snapshot.arena.name,
        voters=slice_.voters.label,
        part=slice_in_words(slice_),
        url=f"{reverse('web:leaderboard', args=[snapshot.arena.slug])}?{query}",
        n_ranked=snapshot.meta["n_ranked"],
        row=show_row(row, axis),
    )


def _among_others(contestant: Contestant, whole: list[SnapshotRow], viewer: Viewer) -> dict[str, Any]:
    """Relatives and opponents on the board where it has most votes."""
    if not whole:
        return {}
    snapshot = max(whole, key=lambda row: row.votes).snapshot
    met = opponents_of(snapshot, contestant.slug)
    names = contestants_by_slug(opponent.slug for opponent in met[:N_OPPONENTS])
    arena = {"arena": snapshot.arena.slug, "voters": snapshot.voter_kind}

    def compare_url(other: str) -> str:
        return f"{reverse('web:compare', args=[contestant.slug, other])}?{urlencode(arena)}"

    relatives = relatives_on(snapshot, contestant, relatives_of(contestant, viewer))
    return {
        "others_arena": snapshot.arena,
        "relatives": [
            {
                "contestant": relative.contestant,
                "kinship": relative.kinship.label,
                "precision": relative.contestant.get_precision_display(),
                "url": compare_url(relative.contestant.slug),
                "sentence": relative_in_words(contestant, relative),
            }
            for relative in relatives
        ],
        "opponents": [
            {
                "contestant": names[opponent.slug],
                "url": compare_url(opponent.slug),
                "n_votes": count(opponent.n_votes),
                "record": [count(n) for n in opponent.record],
            }
            for opponent in met[:N_OPPONENTS]
            if opponent.slug in names
        ],
        "n_opponents": len(met),
    }


def relative_in_words(contestant: Contestant, relative: Relative) -> str:
    """The question that a relative raises, and the answer of the votes."""
    found, other = relative.prediction, relative.contestant.name
    child, base = (contestant.name, other) if relative.kinship is Kinship.BASE else (other, contestant.name)
    sign = -1 if relative.kinship is Kinship.DERIVED else 1
    difference = plus_minus(sign * found.difference, (found.ci_high - found.ci_low) / 2)
    if relative.kinship is Kinship.FAMILY:
        return f"{contestant.name} against {other}: {difference} points{'' if found.is_separated else ', not settled'}."
    if not found.is_separated:
        return f"Does {child} beat its base {base}? {difference} points: the votes do not settle it."
    answer = "yes" if sign * found.difference > 0 else "no"
    return f"Does {child} beat its base {base}? {difference} points: {answer}."


def _calls_in_words(calls: Calls) -> list[tuple[str, str]]:
    """Empty if it was never called here."""
    if not calls.n_calls:
        return []
    said = [("Calls", count(calls.n_calls)), ("Failed", percent(calls.n_failed / calls.n_calls))]
    if calls.first_token_ms is not None:
        said.append(("First words after", f"{calls.first_token_ms / 1000:.1f} s on average"))
    if calls.latency_ms is not None:
        said.append(("Whole answer after", f"{calls.latency_ms / 1000:.1f} s on average"))
    if calls.cost_usd is not None:
        said.append(("Cost in all", f"{calls.cost_usd:.4f} USD"))
    return said
