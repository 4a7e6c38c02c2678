"""What may be seen of a battle? Before the vote only blind values leave this file.

Next file to read: domain/blinding.py for the types, services/battles.py for how battles come to be.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from arena.domain.battle_state import OPEN_STATES, BattleState, Side, VoidReason
from arena.domain.blinding import BlindBattle, BlindMedia, BlindSide, BlindTurn
from arena.domain.errors import NotFound
from arena.domain.moderation import HELD_BACK
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Battle, Delta, Response
from arena.providers.openai_compatible import REFUSED
from arena.queries.clock import database_now
from arena.queries.visibility import may_enter

HAS_FAILED = ~Q(error_kind__in=("", HELD_BACK))
"""Of a response: its model did not answer. What a check held back counts against nobody."""


def battle_of_voter(battle_id: UUID, voter_id: UUID | None) -> Battle:
    """The row, for services and for what is shown after the vote. Raises NotFound, also if it is another voter's."""
    if voter_id is None:
        raise NotFound
    try:
        return Battle.objects.select_related("arena", "prompt").get(id=battle_id, voter_id=voter_id)
    except Battle.DoesNotExist:
        raise NotFound from None


def shared_battle(battle_id: UUID, viewer: Viewer = OUTSIDER) -> Battle:
    """A finished battle that its voter opened to everybody who may enter its arena. Raises NotFound."""
    shared = Battle.objects.select_related("arena", "prompt", "contestant_a", "contestant_b", "vote")
    battle = shared.filter(id=battle_id, is_shared=True, state=BattleState.VOTED).first()
    if battle is None or not may_enter(battle.arena, viewer):
        raise NotFound
    return battle


def blind_battle(battle_id: UUID, voter_id: UUID | None) -> BlindBattle:
    """What its voter may see before the vote. Raises NotFound, also if it is another voter's."""
    return blinded(battle_of_voter(battle_id, voter_id))


def state_of_voters_battle(battle_id: UUID, voter_id: UUID | None, viewer: Viewer = OUTSIDER) -> BattleState:
    """Only how far it is, for what asks every other second.

    Raises NotFound, also if it is another voter's, or of an arena that this viewer may not enter any more.
    """
    own = Battle.objects.filter(id=battle_id, voter_id=voter_id).select_related("arena")
    battle = own.only("state", "expires_at", "arena__visibility").first()
    if battle is None or voter_id is None or not may_enter(battle.arena, viewer):
        raise NotFound
    return _state_now(battle)


def blinded(battle: Battle) -> BlindBattle:
    """The battle without anything that could name a contestant."""
    responses = shown_responses(battle)
    turns = _turns_by_side(battle, responses)
    return BlindBattle(
        id=str(battle.id),
        arena=battle.arena.slug,
        state=_state_now(battle),
        void_reason=VoidReason(battle.void_reason) if battle.void_reason else None,
        prompt_id=battle.prompt.key,
        prompt=battle.prompt.text,
        language=battle.prompt.language,
        commitment=bytes(battle.commitment).hex() if battle.commitment else None,
        expires_at=battle.expires_at,
        last_seq=battle.last_seq,
        is_live=battle.replay_of_id is None and not any(response.output_id for response in responses),
        max_turns=battle.arena.max_turns,
        a=BlindSide(turns[Side.A]),
        b=BlindSide(turns[Side.B]),
    )


def _state_now(battle: Battle) -> BattleState:
    """Expired from the moment on which votes are refused, although the sweep may write it down a little later."""
    state = BattleState(battle.state)
    is_over = state in OPEN_STATES and battle.expires_at is not None and battle.expires_at <= database_now()
    return BattleState.EXPIRED if is_over else state


def open_battle(arena_id: int, voter_id: UUID | None) -> Battle | None:
    """The voter's newest battle in this arena that still waits for a vote."""
    if voter_id is None:
        return None
    waiting = Battle.objects.filter(arena_id=arena_id, voter_id=voter_id, state__in=OPEN_STATES)
    return waiting.exclude(expires_at__lte=database_now()).order_by("-created_at").first()


def deltas_after(battle_id: UUID, seq: int) -> QuerySet[Delta]:
    """What was sent after seq, in order."""
    return Delta.objects.filter(battle_id=battle_id, seq__gt=seq).order_by("seq")


def shown_responses(battle: Battle) -> list[Response]:
    """The newest generation of each side and turn, by turn and side."""
    newest = {
        (response.turn, response.side): response
        for response in battle.responses.select_related("output").order_by("generation")
    }
    return [newest[place] for place in sorted(newest)]


def identity_names(battle: Battle) -> set[str]:
    """Everything under which the two contestants are known."""
    names: set[str] = set()
    for contestant in (battle.contestant_a, battle.contestant_b):
        names |= {contestant.name, contestant.slug, contestant.organisation, *contestant.aliases} - {""}
    return names


def response_text(response: Response, deltas: Iterable[Delta] = ()) -> str:
    """The text of a response: of the stored output, as finished, or as far as it has come."""
    if not response.is_done:
        return "".join(delta.text for delta in deltas)
    return response.output.text if response.output_id else response.text


def _turns_by_side(battle: Battle, responses: Iterable[Response]) -> dict[Side, tuple[BlindTurn, ...]]:
    turns: dict[Side, list[BlindTurn]] = {Side.A: [], Side.B: []}
    deltas = list(battle.deltas.order_by("seq"))
    attached = _attachments_by_turn(battle)
    for response in responses:
        own = [delta for delta in deltas if (delta.side, delta.turn) == (response.side, response.turn)]
        turns[Side(response.side)].append(
            BlindTurn(
                prompt=response.prompt_text or battle.prompt.text,
                text=response_text(response, own),
                media=_media(response),
                is_done=response.is_done,
                is_declined=response.finish_reason == REFUSED,
                attachments=tuple(attached.get(response.turn, ())),
            )
        )
    return {side: tuple(of_side) for side, of_side in turns.items()}


def _attachments_by_turn(battle: Battle) -> dict[int, list[BlindMedia]]:
    by_turn: dict[int, list[BlindMedia]] = {}
    for row in battle.attachments.select_related("upload").order_by("turn", "position"):
        by_turn.setdefault(row.turn, []).append(BlindMedia(row.upload.file.url, row.upload.media_type))
    return by_turn


def _media(response: Response) -> tuple[BlindMedia, ...]:
    if response.media:
        return (BlindMedia(response.media.url, response.media_type),)
    if response.is_done and response.output_id and response.output.file:
        return (BlindMedia(response.output.file.url, response.output.media_type),)
    return ()
