"""How does a voter meet a battle? Read, choose, see who it was. Next file to read: answers.py, reveal.py."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from arena.domain.battle_state import BattleState
from arena.domain.blinding import BlindBattle
from arena.domain.errors import AlreadyVoted, BattleOver, NotFound, NotReady
from arena.domain.reasons import VoteReason
from arena.models.votes import MAX_COMMENT_LENGTH
from arena.queries.battles import battle_of_voter, blind_battle
from arena.queries.catalog import arena_by_slug
from arena.services.battles import skip_battle
from arena.services.votes import cast_vote
from arena.visitors import ensure_voter_id
from arena.web.answers import show_prompt, show_sides
from arena.web.errors import status_of
from arena.web.outcomes import CHOICES
from arena.web.page import page
from arena.web.reveal import reveal

WRITING = (BattleState.DRAWN, BattleState.ANSWERING)
OVER = (BattleState.EXPIRED, BattleState.VOID)


@page("GET", "POST")
def battle(request: HttpRequest, arena: str, battle: UUID) -> HttpResponse:
    """The one page of a battle, before and after the vote; its form votes or skips."""
    voter_id = ensure_voter_id(request)
    if request.method != "POST":
        return _show(request, arena, battle, voter_id)
    try:
        if "skip" in request.POST:
            skip_battle(voter_id=voter_id, battle_id=battle)
        else:
            _vote(request, battle, voter_id)
    except (NotReady, AlreadyVoted, BattleOver) as error:
        return _show(request, arena, battle, voter_id, notice=str(error), status=status_of(error))
    return redirect("web:battle", arena=arena, battle=battle)


def _vote(request: HttpRequest, battle_id: UUID, voter_id: UUID) -> None:
    known = [reason for reason in VoteReason if reason.value in request.POST.getlist("reasons")]
    cast_vote(
        voter_id=voter_id,
        battle_id=battle_id,
        outcome=request.POST.get("outcome", ""),
        reasons=[reason.value for reason in known],
        comment=request.POST.get("comment", ""),
    )


def _show(
    request: HttpRequest, arena_slug: str, battle_id: UUID, voter_id: UUID, notice: str = "", status: int = 200
) -> HttpResponse:
    blind = blind_battle(battle_id, voter_id)
    if blind.arena != arena_slug:
        raise NotFound
    context = _blind_context(blind) | {"notice": notice}
    if blind.state == BattleState.VOTED:
        context["reveal"] = reveal(battle_of_voter(battle_id, voter_id), voter_id)
    return render(request, "arena/battle.html", context, status=status)


def _blind_context(battle: BlindBattle) -> dict[str, object]:
    return {
        "arena": arena_by_slug(battle.arena),
        "battle": battle,
        "is_writing": battle.state in WRITING,
        "is_ready": battle.state == BattleState.READY,
        "is_over": battle.state in OVER,
        "prompt": show_prompt(battle),
        "sides": show_sides(battle),
        "choices": CHOICES,
        "reasons": list(VoteReason),
        "max_comment_length": MAX_COMMENT_LENGTH,
    }
