"""What is written when a turn begins, is complete, or comes to nothing? The coordinator's steps in the database.

Next file to read: coordinator.py, which takes them; endpoints.py, which remembers failures.
"""

from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from arena.domain.battle_state import BattleState, Side, UnrankedReason, VoidReason, states_before
from arena.domain.leaks import reveals_identity
from arena.domain.modality import Modality
from arena.domain.moderation import HELD_BACK, Check
from arena.domain.pacing import Pacing
from arena.domain.prompts import clean_text, is_blank
from arena.models import Battle, Response
from arena.providers.base import Attachment, Message, ProviderError, Request
from arena.queries.battles import identity_names, response_text, shown_responses
from arena.queries.clock import database_now
from arena.services.answers import Answer, Run
from arena.services.endpoints import note_reported_model, record_failure, record_success
from arena.services.moderation import HeldBack, Moderation, moderation_of
from arena.services.spending import mark_called, reported_cost, settle_calls

MAX_ERROR_LENGTH = 200


@transaction.atomic
def begin_turn(*, battle_id: UUID) -> Run | None:
    """Take the battle and say what each side is asked; None if somebody else has it or it is over."""
    taken = Battle.objects.filter(id=battle_id, state=BattleState.DRAWN).update(
        state=BattleState.ANSWERING, heartbeat_at=database_now(), is_stop_requested=False
    )
    if not taken:
        return None
    battle = Battle.objects.select_related("arena", "prompt", "contestant_a__endpoint", "contestant_b__endpoint").get(
        id=battle_id
    )
    responses = shown_responses(battle)
    answers = [_answer(battle, responses, response) for response in responses if not response.is_done]
    mark_called(response_ids=[answer.response_id for answer in answers if not answer.is_stored])
    arena, moderation = battle.arena, _moderation(battle, responses)
    # What is checked is shown when all of it has passed.
    pacing = Pacing(arena.pacing) if moderation is None else Pacing.WHEN_COMPLETE
    return Run(battle_id, Modality(arena.modality), pacing, battle.last_seq, answers, moderation)


@transaction.atomic
def finish_turn(*, run: Run) -> BattleState:
    """Keep both answers; the battle is ready, or void if nobody said anything. What it is now."""
    battle = Battle.objects.select_for_update(of=("self",)).select_related("arena", "prompt").get(id=run.battle_id)
    if battle.state != BattleState.ANSWERING:
        settle_calls(answers=run.answers)
        return BattleState(battle.state)
    for answer in sorted(run.answers, key=lambda answer: answer.contestant_id):  # one order of locks, whoever is A
        _keep(answer)
    settle_calls(answers=run.answers)
    if all(is_blank(answer.text) and answer.media is None for answer in run.answers):
        return _void(battle, VoidReason.FAILED)
    _look_for_leaks(battle)
    responses = shown_responses(battle)
    sides = [[clean_text(response_text(r)).strip() for r in responses if r.side == side] for side in Side]
    battle.is_identical = sides[0] == sides[1] and not any(r.media for r in responses)
    battle.state, battle.ready_at = BattleState.READY, database_now()
    battle.save(update_fields=["state", "ready_at", "is_identical", "unranked_reason"])
    return BattleState.READY


@transaction.atomic
def give_up(
    *,
    run: Run,
    reason: VoidReason = VoidReason.FAILED,
    answer: Answer | None = None,
    error: ProviderError | None = None,
) -> BattleState:
    """Void the battle; what went wrong is kept for operators and told to nobody else. What the battle is now."""
    battle = Battle.objects.select_for_update().get(id=run.battle_id)
    if answer is not None and error is not None:
        record_failure(contestant_id=answer.contestant_id, error=error)
    settle_calls(answers=run.answers, failed={answer.response_id: error.kind} if answer and error else None)
    if battle.state not in states_before(BattleState.VOID):
        return BattleState(battle.state)
    if answer is not None and error is not None:
        Response.objects.filter(id=answer.response_id).update(
            text=answer.text, error=str(error)[:MAX_ERROR_LENGTH], error_kind=error.kind
        )
    return _void(battle, reason)


@transaction.atomic
def hold_back(*, run: Run, held: HeldBack) -> BattleState:
    """Void the battle because a text did not pass; it counts against nobody, and the text is not kept."""
    battle = Battle.objects.select_for_update().get(id=run.battle_id)
    settle_calls(answers=run.answers)
    if battle.state not in states_before(BattleState.VOID):
        return BattleState(battle.state)
    about, ids = ("the answer", [held.response_id]) if held.response_id else ("the prompt", _ids(run))
    Response.objects.filter(id__in=ids).update(error=f"{about}: {held}"[:MAX_ERROR_LENGTH], error_kind=HELD_BACK)
    return _void(battle, VoidReason.MODERATED)


def _ids(run: Run) -> list[int]:
    return [answer.response_id for answer in run.answers]


def _void(battle: Battle, reason: VoidReason) -> BattleState:
    battle.state, battle.void_reason = BattleState.VOID, reason
    battle.save(update_fields=["state", "void_reason"])
    return BattleState.VOID


def _answer(battle: Battle, responses: list[Response], response: Response) -> Answer:
    contestant = battle.contestant_a if response.side == Side.A else battle.contestant_b
    if response.output_id:
        return Answer(
            response_id=response.id,
            contestant_id=contestant.id,
            side=Side(response.side),
            turn=response.turn,
            provider="",
            request=Request(contestant=contestant.slug, messages=()),
            is_stored=True,
            text=response.output.text,
            is_complete=True,
        )
    endpoint = contestant.endpoint
    return Answer(
        response_id=response.id,
        contestant_id=contestant.id,
        side=Side(response.side),
        turn=response.turn,
        provider=endpoint.provider,
        request=Request(
            contestant=contestant.slug,
            messages=_conversation(battle, responses, response),
            base_url=endpoint.base_url,
            model_name=endpoint.model_name,
            key_name=endpoint.key_name,
            parameters=endpoint.parameters,
        ),
    )


def _moderation(battle: Battle, responses: list[Response]) -> Moderation | None:
    asked = max(responses, key=lambda response: response.turn)
    typed = asked.prompt_text or ("" if battle.prompt.is_in_pool else battle.prompt.text)
    pictures = tuple(_attached(battle).get(asked.turn, ())) if battle.arena.moderation != Check.OFF else ()
    return moderation_of(battle.arena, typed=typed, pictures=pictures)


def _conversation(battle: Battle, responses: list[Response], response: Response) -> tuple[Message, ...]:
    """What was said before, as this side sees it: each side has only its own answers."""
    messages = []
    attached = _attached(battle)
    for earlier in responses:
        if earlier.side == response.side and earlier.turn <= response.turn:
            pictures = tuple(attached.get(earlier.turn, ()))
            messages.append(Message("user", earlier.prompt_text or battle.prompt.text, pictures))
            if earlier.turn < response.turn:
                messages.append(Message("assistant", earlier.text))
    return tuple(messages)


def _attached(battle: Battle) -> dict[int, list[Attachment]]:
    """The voter's pictures by turn."""
    by_turn: dict[int, list[Attachment]] = {}
    for row in battle.attachments.select_related("upload").order_by("turn", "position"):
        with row.upload.file.open() as file:
            by_turn.setdefault(row.turn, []).append(Attachment(row.upload.media_type, file.read()))
    return by_turn


def _keep(answer: Answer) -> None:
    if answer.is_stored:
        Response.objects.filter(id=answer.response_id).update(is_done=True)
        return
    record_success(contestant_id=answer.contestant_id)
    response = Response.objects.get(id=answer.response_id)
    response.text = answer.text
    response.is_done = True
    response.first_token_ms, response.latency_ms = answer.first_token_ms, answer.latency_ms
    response.input_tokens, response.output_tokens = answer.report.input_tokens, answer.report.output_tokens
    response.cost_usd = reported_cost(answer)
    response.reported_model, response.fingerprint = answer.report.model[:200], answer.report.fingerprint[:100]
    response.finish_reason = answer.report.finish_reason[:40]
    if answer.media is not None:
        response.media_type = answer.media.media_type
        response.media.save(answer.media.file_name, ContentFile(answer.media.data), save=False)
    response.save()
    note_reported_model(contestant_id=answer.contestant_id, name=response.reported_model)


def _look_for_leaks(battle: Battle) -> None:
    if battle.unranked_reason:
        return
    names = identity_names(battle)
    for response in shown_responses(battle):
        prompt = response.prompt_text or battle.prompt.text
        if reveals_identity(response_text(response), names, prompt):
            battle.unranked_reason = UnrankedReason.IDENTITY_LEAK
