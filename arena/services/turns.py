"""How does a voter go on before the vote? Another turn, another generation, or: stop. Next file: coordinator.py."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from arena.domain.battle_state import WRITING_STATES, BattleState, Side, UnrankedReason
from arena.domain.errors import AtSpendingCap, BattleExpired, BattleVoid, InvalidInput, NotReady
from arena.domain.leaks import asks_identity
from arena.domain.prompts import check_prompt
from arena.models import Battle, Response
from arena.queries.battles import battle_of_voter, shown_responses
from arena.queries.clock import database_now
from arena.services.coordinator import launch
from arena.services.spending import Call, NoRoom, reserve_calls
from arena.services.uploads import attach, find_attachments

MAX_REGENERATIONS = 5


def add_turn(*, voter_id: UUID | None, battle_id: UUID, prompt_text: str, attachments: Sequence[UUID] = ()) -> None:
    """Ask both sides something further.

    attachments : ids of pictures that this voter has brought.
    Raises NotFound, NotReady, BattleOver, AtSpendingCap; InvalidInput for the prompt, too many turns, or stored sides.
    """
    text = check_prompt(prompt_text)
    with transaction.atomic():
        battle = _ready_battle(battle_id, voter_id)
        if battle.n_turns >= battle.arena.max_turns:
            raise InvalidInput({"prompt": [f"A battle in this arena has at most {battle.arena.max_turns} turns."]})
        _check_both_live(battle)
        uploads = find_attachments(arena=battle.arena, voter_id=voter_id, upload_ids=attachments)
        battle.n_turns += 1
        if asks_identity(text) and not battle.unranked_reason:
            battle.unranked_reason = UnrankedReason.IDENTITY_LEAK
        _answer_again(battle, ["n_turns", "unranked_reason"])
        said = shown_responses(battle)
        added = Response.objects.bulk_create(
            Response(battle=battle, side=side, turn=battle.n_turns, prompt_text=text) for side in Side
        )
        attach(battle=battle, turn=battle.n_turns, uploads=uploads)
        _reserve(battle, said, added)
        transaction.on_commit(lambda: launch(battle_id))


def regenerate(*, voter_id: UUID | None, battle_id: UUID) -> None:
    """Let both sides answer the newest turn again. What they said is kept, and the vote will not count.

    Raises NotFound, InvalidInput, NotReady, BattleOver, AtSpendingCap.
    """
    with transaction.atomic():
        battle = _ready_battle(battle_id, voter_id)
        if battle.n_regenerations >= MAX_REGENERATIONS:
            raise InvalidInput({"battle": [f"Answers can be generated again at most {MAX_REGENERATIONS} times."]})
        _check_both_live(battle)
        said = shown_responses(battle)
        newest = [response for response in said if response.turn == battle.n_turns]
        battle.n_regenerations += 1
        battle.unranked_reason = battle.unranked_reason or UnrankedReason.REGENERATED
        _answer_again(battle, ["n_regenerations", "unranked_reason"])
        added = Response.objects.bulk_create(
            Response(
                battle=battle,
                side=response.side,
                turn=response.turn,
                prompt_text=response.prompt_text,
                generation=response.generation + 1,
            )
            for response in newest
        )
        battle.deltas.filter(turn=battle.n_turns).delete()
        _reserve(battle, [response for response in said if response.turn < battle.n_turns], added)
        transaction.on_commit(lambda: launch(battle_id))


def stop_answers(*, voter_id: UUID | None, battle_id: UUID) -> None:
    """Both answers end where they are; the coordinator, in whichever process it runs, sees it at its next step.

    Raises NotFound, BattleOver. A battle that is not answering stays as it is.
    """
    battle = battle_of_voter(battle_id, voter_id)
    _check_not_over(battle)
    Battle.objects.filter(id=battle_id, state__in=WRITING_STATES).update(is_stop_requested=True)


def _ready_battle(battle_id: UUID, voter_id: UUID | None) -> Battle:
    """The voter's battle, locked, waiting for a vote."""
    battle_of_voter(battle_id, voter_id)
    battle = Battle.objects.select_for_update(of=("self",)).select_related("arena", "prompt").get(id=battle_id)
    _check_not_over(battle)
    if battle.state != BattleState.READY:
        raise NotReady
    return battle


def _answer_again(battle: Battle, changed: list[str]) -> None:
    """No vote from this moment on until both sides are complete again."""
    battle.state, battle.heartbeat_at = BattleState.DRAWN, database_now()
    battle.save(update_fields=[*changed, "state", "heartbeat_at"])


def _reserve(battle: Battle, said: Sequence[Response], asked: Sequence[Response]) -> None:
    """Set money aside for the answers that are asked now. said : of the turns before.   Raises AtSpendingCap."""
    contestants = {Side.A: battle.contestant_a_id, Side.B: battle.contestant_b_id}
    n_pictures = battle.attachments.count()
    calls = []
    for response in asked:
        own = [earlier for earlier in said if earlier.side == response.side]
        texts = [battle.prompt.text, response.prompt_text, *(part for r in own for part in (r.prompt_text, r.text))]
        calls.append(Call(contestants[Side(response.side)], texts, n_pictures, response.pk))
    try:
        reserve_calls(calls=calls, voter_id=battle.voter_id)
    except NoRoom as error:
        raise AtSpendingCap from error


def _check_not_over(battle: Battle) -> None:
    if battle.state == BattleState.VOTED:
        raise NotReady("This battle already has your vote; the answers are closed.")
    if battle.state == BattleState.EXPIRED:
        raise BattleExpired
    if battle.state == BattleState.VOID:
        raise BattleVoid


def _check_both_live(battle: Battle) -> None:
    if battle.replay_of_id or any(response.output_id for response in shown_responses(battle)):
        raise InvalidInput({"battle": ["These answers were stored before; their models are not asked anew."]})
