"""How does a voter meet a battle? Read, choose, see who it was. Next file to read: answers.py, reveal.py."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from arena.domain.battle_state import WRITING_STATES, BattleState
from arena.domain.blinding import BlindBattle
from arena.domain.errors import AlreadyVoted, AtSpendingCap, BattleOver, InvalidInput, NotFound, NotReady
from arena.domain.reasons import VoteReason
from arena.domain.visibility import Viewer
from arena.models.votes import MAX_COMMENT_LENGTH
from arena.queries.battles import battle_of_voter, blind_battle, blinded, shared_battle
from arena.queries.catalog import arena_by_slug
from arena.queries.visibility import check_may_see
from arena.services.battles import share_battle, skip_battle
from arena.services.turns import add_turn, regenerate, stop_answers
from arena.services.votes import cast_vote
from arena.visitors import ensure_voter_id, viewer_of
from arena.web.answers import has_films, show_prompt, show_sides
from arena.web.attachments import NO_ATTACHMENTS, Attachments, is_only_about_pictures, read_attachments
from arena.web.errors import status_of
from arena.web.outcomes import CHOICES
from arena.web.page import page
from arena.web.reveal import reveal, shared_reveal
from arena.web.share_card import draw_card

OVER = (BattleState.EXPIRED, BattleState.VOID)


@page("GET", "POST")
def battle(request: HttpRequest, arena: str, battle: UUID) -> HttpResponse:
    """The one page of a battle, before and after the vote; its form votes or skips."""
    voter_id = ensure_voter_id(request)
    check_may_see(battle, viewer_of(request))
    if request.method != "POST":
        return _show(request, arena, battle, voter_id)
    is_turn = _is_turn_begun(request)
    attachments = (
        read_attachments(request, arena_by_slug(arena, viewer_of(request)), voter_id) if is_turn else NO_ATTACHMENTS
    )
    if attachments.problem or is_only_about_pictures(request):
        status = status_of(attachments.problem) if attachments.problem else 200
        return _show(request, arena, battle, voter_id, attachments, status=status)
    try:
        _act(request, battle, voter_id, attachments)
    except InvalidInput as error:
        if "turn" not in request.POST:
            raise
        return _show(request, arena, battle, voter_id, attachments, error.sentences[0], status_of(error))
    except (NotReady, AlreadyVoted, BattleOver, AtSpendingCap) as error:
        return _show(request, arena, battle, voter_id, attachments, str(error), status_of(error))
    return redirect("web:battle", arena=arena, battle=battle)


def _is_turn_begun(request: HttpRequest) -> bool:
    return "turn" in request.POST or is_only_about_pictures(request)


def _act(request: HttpRequest, battle_id: UUID, voter_id: UUID, attachments: Attachments) -> None:
    """What the pressed button says; each is one call."""
    said = request.POST
    if "skip" in said:
        skip_battle(voter_id=voter_id, battle_id=battle_id)
    elif "stop" in said:
        stop_answers(voter_id=voter_id, battle_id=battle_id)
    elif "again" in said:
        regenerate(voter_id=voter_id, battle_id=battle_id)
    elif "turn" in said:
        typed = said.get("prompt", "")
        add_turn(voter_id=voter_id, battle_id=battle_id, prompt_text=typed, attachments=attachments.ids)
    elif "share" in said:
        share_battle(voter_id=voter_id, battle_id=battle_id, is_shared=said["share"] == "yes")
    else:
        _vote(request, battle_id, voter_id)


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
    request: HttpRequest,
    arena_slug: str,
    battle_id: UUID,
    voter_id: UUID,
    attachments: Attachments = NO_ATTACHMENTS,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    try:
        blind = blind_battle(battle_id, voter_id)
    except NotFound:
        return _show_shared(request, arena_slug, battle_id)
    if blind.arena != arena_slug:
        raise NotFound
    context = _blind_context(blind, viewer_of(request)) | {
        "notice": notice,
        "attachments": attachments,
        "typed_turn": request.POST.get("prompt", ""),
        "is_turn_begun": _is_turn_begun(request),
    }
    if blind.state == BattleState.VOTED:
        finished = battle_of_voter(battle_id, voter_id)
        context |= {"reveal": reveal(finished, voter_id), "is_shared": finished.is_shared}
    return render(request, "arena/battle.html", context, status=status)


def _show_shared(request: HttpRequest, arena_slug: str, battle_id: UUID) -> HttpResponse:
    """The battle of somebody else, who opened it to everybody. Raises NotFound."""
    battle = shared_battle(battle_id, viewer_of(request))
    if battle.arena.slug != arena_slug:
        raise NotFound
    address = request.build_absolute_uri(reverse("web:battle", args=[arena_slug, battle_id]))
    context = _blind_context(blinded(battle), viewer_of(request)) | {
        "reveal": shared_reveal(battle),
        "address": address,
    }
    return render(request, "arena/shared.html", context)


@page("GET")
def card(request: HttpRequest, arena: str, battle: UUID) -> HttpResponse:
    """The picture of a shared battle, for places that show links with pictures. Raises NotFound."""
    found = shared_battle(battle, viewer_of(request))
    shown = shared_reveal(found)
    picture = draw_card(found.arena.name, found.prompt.text, shown.a.name, shown.b.name, shown.verdict)
    return HttpResponse(picture, content_type="image/png")


def _blind_context(battle: BlindBattle, viewer: Viewer) -> dict[str, object]:
    sides = show_sides(battle)
    arena = arena_by_slug(battle.arena, viewer)
    return {
        "arena": arena,
        "battle": battle,
        "is_writing": battle.state in WRITING_STATES,
        "is_ready": battle.state == BattleState.READY,
        "is_over": battle.state in OVER,
        "prompt": show_prompt(battle),
        "sides": sides,
        "has_films": has_films(sides),
        "choices": [choice for choice in CHOICES if choice.outcome in arena.outcomes],
        "reasons": [reason for reason in VoteReason if reason.value in arena.reasons],
        "can_stop": battle.is_live and battle.state in WRITING_STATES,
        "can_go_on": battle.is_live and battle.state == BattleState.READY,
        "has_turns_left": len(battle.a.turns) < battle.max_turns,
        "max_comment_length": MAX_COMMENT_LENGTH,
    }
