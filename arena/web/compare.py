"""Which of two, by how much, and how sure is that? Next file to read: queries/comparison.py."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from arena.domain.errors import NotFound
from arena.domain.metadata import VoterKind
from arena.domain.visibility import Viewer
from arena.models import Arena, Contestant
from arena.queries.catalog import arena_by_slug, contestant_by_slug, pool_prompts
from arena.queries.comparison import PairComparison, compare_pair
from arena.queries.facets import public_entries
from arena.queries.leaderboards import rows_of_contestant
from arena.queries.planning import votes_to_separate
from arena.services.battles import start_battle
from arena.visitors import ensure_voter_id, viewer_of
from arena.web.board import axis_of_values
from arena.web.facets import slice_in_words
from arena.web.numbers import between, count, percent, signed, signed_interval
from arena.web.page import page
from arena.web.plan import votes_in_words
from arena.web.voter_kind import read_voter_kind
from ratings.predictions import PairPrediction


@dataclass(frozen=True)
class Line:
    """A difference in rating on one board, first minus second."""

    label: str
    query: str
    difference: str
    interval: str
    verdict: str
    n_votes: str
    low: float
    at: float
    high: float


@page("GET", query=("arena", "model"), repeatable=("model",))
def choose(request: HttpRequest) -> HttpResponse:
    """Two of an arena's models to choose; two chosen ones lead to their page."""
    arena = arena_by_slug(request.GET.get("arena", ""), viewer_of(request))
    slugs = request.GET.getlist("model")
    entries = public_entries(arena)
    known = {entry.contestant.slug for entry in entries}
    if len(slugs) == 2 and slugs[0] != slugs[1] and known.issuperset(slugs):
        return redirect(f"{reverse('web:compare', args=slugs)}?{urlencode({'arena': arena.slug})}")
    problem = gettext("Choose two different models.") if slugs else ""
    context = {"arena": arena, "models": [entry.contestant for entry in entries], "chosen": slugs, "problem": problem}
    return render(request, "arena/compare_choose.html", context, status=422 if problem else 200)


@page("GET", "POST", query=("arena", "voters"))
def compare(request: HttpRequest, a: str, b: str) -> HttpResponse:
    """Two models on one board; the button, a POST, starts a battle of exactly these two."""
    viewer = viewer_of(request)
    first, second = contestant_by_slug(a, viewer), contestant_by_slug(b, viewer)
    if first == second:
        raise NotFound
    arena = _arena(request, viewer, first, second)
    if request.method == "POST":
        battle_id = start_battle(
            voter_id=ensure_voter_id(request),
            arena_slug=arena.slug,
            rng=np.random.default_rng(),
            pair=(a, b),
            viewer=viewer,
        )
        return redirect("web:battle", arena=arena.slug, battle=battle_id)
    kind = read_voter_kind(request, arena)
    found = compare_pair(arena, kind, a, b)
    context = {
        "arena": arena,
        "kind": kind,
        "first": first,
        "second": second,
        "swapped": f"{reverse('web:compare', args=[b, a])}?{urlencode({'arena': arena.slug, 'voters': kind})}",
        "comparison": found,
        "has_prompts": pool_prompts(arena).exists(),
        "planned": _planned(arena, kind, found, a, b),
        **(_shown(found, first, second) if found else {}),
    }
    return render(request, "arena/compare.html", context)


def _arena(request: HttpRequest, viewer: Viewer, first: Contestant, second: Contestant) -> Arena:
    """The one that is named, else the first listed one whose board has both. Raises NotFound."""
    if "arena" in request.GET:
        return arena_by_slug(request.GET["arena"], viewer)
    arenas = [[row.snapshot.arena for row in rows_of_contestant(contestant, viewer)] for contestant in (first, second)]
    common = [arena for arena in arenas[0] if arena in arenas[1]]
    if not common:
        raise NotFound
    return common[0]


def _shown(found: PairComparison, first: Contestant, second: Contestant) -> dict[str, Any]:
    won, lost, tied, both_bad = found.record
    record = {
        "n_votes": sum(found.record),
        "words": ngettext(
            "%(n)s counted vote between the two", "%(n)s counted votes between the two", sum(found.record)
        )
        % {"n": count(sum(found.record))},
        "rows": [
            (gettext("%(model)s won") % {"model": first.name}, count(won)),
            (gettext("%(model)s won") % {"model": second.name}, count(lost)),
            (gettext("Ties"), count(tied)),
            (gettext("Both bad"), count(both_bad)),
        ],
    }
    if found.prediction is None:
        return {"record": record}
    values = [(part.prediction.ci_low, part.prediction.ci_high) for part in found.parts]
    axis = axis_of_values(
        [0.0, found.prediction.ci_low, found.prediction.ci_high, *(v for pair in values for v in pair)]
    )
    lines = [
        _line(gettext("all votes"), f"voters={found.snapshot.voter_kind}", found.prediction, sum(found.record), axis)
    ]
    lines += [
        _line(slice_in_words(part.slice), _query(part.slice), part.prediction, part.n_votes, axis)
        for part in found.parts
    ]
    return {
        "record": record,
        "sentences": sentences(found.prediction, first.name, second.name),
        "odds": odds(found.prediction, first.name, second.name),
        "axis": axis,
        "zero": axis.at(0.0) if axis else 0,
        "lines": lines,
    }


def _planned(arena: Arena, kind: VoterKind, found: PairComparison | None, a: str, b: str) -> str:
    """Votes until people's board tells them apart, as pairs are drawn; empty if it does, or that is not in sight."""
    if kind != VoterKind.HUMAN or found is None or found.prediction is None or found.prediction.is_separated:
        return ""
    votes = votes_to_separate(arena, a, b)
    if not votes:
        return ""
    said = {"votes": votes_in_words(votes)}
    return gettext("As pairs are drawn in this arena, %(votes)s of everybody would.") % said


def _query(slice_: Any) -> str:
    return urlencode({"voters": [slice_.voters]} | slice_.facets, doseq=True)


def _line(label: str, query: str, prediction: PairPrediction, n_votes: int, axis: Any) -> Line:
    return Line(
        label=label,
        query=query,
        difference=signed(prediction.difference),
        interval=signed_interval(prediction.ci_low, prediction.ci_high),
        verdict=_verdict(prediction),
        n_votes=count(n_votes),
        low=axis.at(prediction.ci_low),
        at=axis.at(prediction.difference),
        high=axis.at(prediction.ci_high),
    )


def _verdict(prediction: PairPrediction) -> str:
    if not prediction.is_separated:
        return gettext("not settled")
    return gettext("first is better") if prediction.difference > 0 else gettext("second is better")


def sentences(prediction: PairPrediction, first: str, second: str) -> list[str]:
    """Expected score, difference, and what is still needed, in words."""
    return [
        gettext(
            "%(first)s is expected to score %(score)s against %(second)s (95 %% interval %(interval)s); a win counts "
            "one point and a tie half."
        )
        % {
            "first": first,
            "second": second,
            "score": percent(prediction.expected_score),
            "interval": between(percent(prediction.score_low), percent(prediction.score_high)),
        },
        f"{_by_how_much(prediction)} {_needed(prediction, first, second)}",
    ]


def odds(prediction: PairPrediction, first: str, second: str) -> list[tuple[str, str]]:
    """Chances of the next vote; empty if the board's method gives none."""
    if prediction.p_win is None:
        return []
    return [
        (gettext("%(model)s wins") % {"model": first}, percent(prediction.p_win)),
        (gettext("A tie, or both bad"), percent(prediction.p_tie)),
        (gettext("%(model)s wins") % {"model": second}, percent(prediction.p_loss)),
    ]


def _by_how_much(prediction: PairPrediction) -> str:
    n_points = abs(round(prediction.difference))
    said = {"n": n_points, "interval": signed_interval(prediction.ci_low, prediction.ci_high)}
    if n_points == 0:
        return gettext("Its rating is the same (95 %% interval %(interval)s).") % said
    if prediction.difference > 0:
        return (
            ngettext(
                "Its rating is %(n)s point higher (95 %% interval %(interval)s).",
                "Its rating is %(n)s points higher (95 %% interval %(interval)s).",
                n_points,
            )
            % said
        )
    return (
        ngettext(
            "Its rating is %(n)s point lower (95 %% interval %(interval)s).",
            "Its rating is %(n)s points lower (95 %% interval %(interval)s).",
            n_points,
        )
        % said
    )


def _needed(prediction: PairPrediction, first: str, second: str) -> str:
    if prediction.is_separated:
        better = first if prediction.difference > 0 else second
        return gettext("The votes show that %(better)s is the better one.") % {"better": better}
    if prediction.votes_needed is None:
        return gettext(
            "The votes do not settle which is better, and no number of votes would if the two stay this equal."
        )
    return ngettext(
        "The votes do not settle which is better. If the difference stays as it is, about %(n)s further vote on "
        "exactly this pair would.",
        "The votes do not settle which is better. If the difference stays as it is, about %(n)s further votes on "
        "exactly this pair would.",
        prediction.votes_needed,
    ) % {"n": count(prediction.votes_needed)}
