"""What is known of one model? Where it stands on every board, its relatives, opponents, real calls and facts.

Next file to read: queries/model_card.py.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from arena.domain.metadata import EntryStatus, Precision
from arena.domain.slices import Slice
from arena.domain.visibility import Viewer
from arena.models import Battle, Contestant, SnapshotRow
from arena.queries.battles import blinded
from arena.queries.board_limits import ages_on
from arena.queries.catalog import contestant_by_slug
from arena.queries.ledger import contestants_by_slug
from arena.queries.lifecycle import NOBODY, PublicStep, public_steps_of
from arena.queries.model_card import (
    Calls,
    calls_of,
    opponents_of,
    public_entries_of,
    rows_on_all_boards,
    sample_battles,
    versions_of,
)
from arena.queries.relatives import Kinship, Relative, relatives_of, relatives_on
from arena.visitors import viewer_of
from arena.web.answers import ShownPrompt, ShownSide, show_prompt, show_sides
from arena.web.board import Axis, ShownRow, axis_of, show_row
from arena.web.facets import slice_in_words
from arena.web.facts import facts_of
from arena.web.numbers import count, day, decimals, percent, plus_minus
from arena.web.outcomes import outcome_sentence
from arena.web.page import page
from arena.web.words import label_of

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


@page("GET", is_for_readers=True)
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
        "entries": [
            (entry.arena, label_of(EntryStatus(entry.status))) for entry in public_entries_of(contestant, viewer)
        ],
        "calls": _calls_in_words(calls_of(contestant, viewer)),
        "steps": [step_in_words(step) for step in public_steps_of(contestant)],
        "versions": versions_of(contestant),
        "samples": [_sample(battle) for battle in sample_battles(contestant, viewer)],
        **_among_others(contestant, whole, viewer),
    }
    return render(request, "arena/model.html", context)


def _standing(row: SnapshotRow, axis: Axis | None) -> Standing:
    snapshot = row.snapshot
    slice_ = Slice.from_parameters(snapshot.slice | {"voters": [snapshot.voter_kind]})
    query = urlencode({"voters": [slice_.voters]} | slice_.facets, doseq=True)
    return Standing(
        arena=snapshot.arena.name,
        voters=label_of(slice_.voters),
        part=slice_in_words(slice_),
        url=f"{reverse('web:leaderboard', args=[snapshot.arena.slug])}?{query}",
        n_ranked=snapshot.meta["n_ranked"],
        row=show_row(row, axis, ages=ages_on(snapshot).get(row.contestant.slug)),
    )


@dataclass(frozen=True)
class Sample:
    """A finished battle whose voter agreed to publish it; sides carry the names. report : where to complain."""

    arena: str
    report: str
    prompt: ShownPrompt
    sides: list[tuple[str, ShownSide]]
    verdict: str
    day: str


def _sample(battle: Battle) -> Sample:
    blind = blinded(battle)
    names = battle.contestant_a.name, battle.contestant_b.name
    return Sample(
        arena=battle.arena.name,
        report=reverse("web:report", args=[battle.arena.slug, battle.pk]),
        prompt=show_prompt(blind),
        sides=list(zip(names, show_sides(blind), strict=True)),
        verdict=outcome_sentence(battle.vote.outcome, *names),
        day=day(battle.vote.created_at) if battle.vote.created_at else "",
    )


def step_in_words(step: PublicStep) -> tuple[str, str, str]:
    """When, what, and by whom and why."""
    words = {"before": label_of(step.before), "after": label_of(step.status), "arena": step.arena.name}
    is_move = step.before is not step.status
    what = (
        gettext("%(before)s, then %(after)s in %(arena)s") if is_move else gettext("%(after)s as before in %(arena)s")
    )
    by = gettext("by the site itself") if step.by == NOBODY else gettext("by an operator")
    return day(step.at), what % words, f"{by}: {step.reason}" if step.reason else by


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
                "kinship": label_of(relative.kinship),
                "precision": label_of(Precision(relative.contestant.precision)),
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
        names = {"model": contestant.name, "other": other, "difference": difference}
        if found.is_separated:
            return gettext("%(model)s against %(other)s: %(difference)s points.") % names
        return gettext("%(model)s against %(other)s: %(difference)s points, not settled.") % names
    said = {"child": child, "base": base, "difference": difference}
    if not found.is_separated:
        return (
            gettext("Does %(child)s beat its base %(base)s? %(difference)s points: the votes do not settle it.") % said
        )
    if sign * found.difference > 0:
        return gettext("Does %(child)s beat its base %(base)s? %(difference)s points: yes.") % said
    return gettext("Does %(child)s beat its base %(base)s? %(difference)s points: no.") % said


def _calls_in_words(calls: Calls) -> list[tuple[str, str]]:
    """Empty if it was never called here."""
    if not calls.n_calls:
        return []
    said = [(gettext("Calls"), count(calls.n_calls)), (gettext("Failed"), percent(calls.n_failed / calls.n_calls))]
    if calls.first_token_ms is not None:
        said.append((gettext("First words after"), _seconds_on_average(calls.first_token_ms)))
    if calls.latency_ms is not None:
        said.append((gettext("Whole answer after"), _seconds_on_average(calls.latency_ms)))
    if calls.cost_usd is not None:
        said.append((gettext("Cost in all"), f"{decimals(float(calls.cost_usd), 4)} USD"))
    return said


def _seconds_on_average(milliseconds: float) -> str:
    return gettext("%(seconds)s s on average") % {"seconds": decimals(milliseconds / 1000, 1)}
