"""What has this voter done so far, and what may be done with it? Next file to read: queries/votes.py."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from arena.domain.errors import InvalidInput
from arena.models import Vote
from arena.queries.catalog import arena_by_slug
from arena.queries.voters import arena_consents_of, consent_of
from arena.queries.votes import agreement_of_voter, n_votes_of_voter, visible_votes_of_voter
from arena.services.erasure import erase_voter
from arena.services.voters import give_arena_consent, give_consent
from arena.visitors import ensure_voter_id, viewer_of
from arena.web.outcomes import outcome_sentence
from arena.web.page import page

N_SHOWN = 100


@page("GET", "POST")
def me(request: HttpRequest) -> HttpResponse:
    """My votes, my consent, and the way out."""
    if request.method == "POST":
        return _act(request)
    voter_id = ensure_voter_id(request)
    context = {
        "arena_consents": arena_consents_of(voter_id, viewer_of(request)),
        "n_votes": n_votes_of_voter(voter_id),
        "n_shown": N_SHOWN,
        "agreement": agreement_of_voter(voter_id),
        "consent": consent_of(voter_id),
        "votes": [
            {"battle": vote.battle, "created_at": vote.created_at, "sentence": _sentence(vote)}
            for vote in visible_votes_of_voter(voter_id, viewer_of(request))[:N_SHOWN]
        ],
    }
    return render(request, "arena/me.html", context)


@page("GET")
def download(request: HttpRequest) -> HttpResponse:
    """All of the voter's own votes in arenas that they may enter, with what was typed beside them."""
    votes = visible_votes_of_voter(ensure_voter_id(request), viewer_of(request))
    votes = [_row(vote) for vote in votes.select_related("note", "battle__prompt")]
    response = JsonResponse({"votes": votes}, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-votes.json"'
    return response


def _act(request: HttpRequest) -> HttpResponse:
    voter_id = ensure_voter_id(request)
    if "erase" in request.POST:
        if request.POST.get("sure") != "yes":
            raise InvalidInput({"sure": ["Tick the box to say that you are sure. Nothing was erased."]})
        erase_voter(voter_id=voter_id)
        request.session.flush()
        return redirect("web:home")
    is_given, version = request.POST.get("publish") == "yes", request.POST.get("version", "")
    if "arena" in request.POST:
        arena = arena_by_slug(request.POST["arena"], viewer_of(request))
        give_arena_consent(voter_id=voter_id, arena=arena, is_given=is_given, version=_number(version))
    else:
        give_consent(voter_id=voter_id, is_given=is_given)
    back = request.POST.get("back", "")
    return redirect("web:arena", arena=back) if back.replace("-", "").replace("_", "").isalnum() else redirect("web:me")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _sentence(vote: Vote) -> str:
    return outcome_sentence(vote.outcome, vote.battle.contestant_a.name, vote.battle.contestant_b.name)


def _row(vote: Vote) -> dict[str, Any]:
    note = getattr(vote, "note", None)
    return {
        "battle": str(vote.battle_id),
        "arena": vote.battle.arena.slug,
        "prompt": vote.battle.prompt.text,
        "model_a": vote.battle.contestant_a.slug,
        "model_b": vote.battle.contestant_b.slug,
        "outcome": vote.outcome,
        "ranked": vote.is_ranked,
        "reasons": note.reasons if note else [],
        "comment": note.comment if note else "",
        "timestamp": vote.created_at.isoformat() if vote.created_at else None,
    }
