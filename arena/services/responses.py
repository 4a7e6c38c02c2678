"""How do both sides answer? One asyncio coordinator a battle reads both providers and paces them together.

It runs in the web process from the moment the battle is drawn, whether or not a browser listens.
Next file to read: providers/base.py, live/consumers.py.
"""

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import transaction

from arena.background import run_soon
from arena.domain.battle_state import BattleState, Side, VoidReason, states_before
from arena.events import Delta as DeltaEvent
from arena.events import StateChange, send_to_battle
from arena.models import Battle, Delta, Response
from arena.providers.base import Message, ProviderError, Request
from arena.providers.registry import PROVIDERS
from arena.queries.clock import database_now

TICK_S = 0.1
CHARACTERS_PER_TICK = 24  # a fast reader's pace, the same for both sides
TOTAL_TIMEOUT_S = 180.0
MAX_ANSWER_LENGTH = 512 * 1024
MAX_ERROR_LENGTH = 200

log = logging.getLogger(__name__)


@dataclass
class _Answer:
    """One side while it answers: what has arrived, and how much of it has been sent."""

    response_id: int
    side: Side
    turn: int
    request: Request
    provider: str
    arrived: str = ""
    n_sent: int = 0
    is_complete: bool = False
    finish_reason: str = ""
    first_token_ms: float | None = None
    latency_ms: float | None = None

    @property
    def is_sent(self) -> bool:
        return self.is_complete and self.n_sent == len(self.arrived)


@dataclass
class _Run:
    battle_id: UUID
    answers: list[_Answer]
    seq: int


def launch(battle_id: UUID) -> None:
    """Start answering in the background of this process."""
    run_soon(run_battle(battle_id))


async def run_battle(battle_id: UUID) -> None:
    """Let both sides of the newest turn answer: ready when both are complete, void when one fails."""
    run = await database_sync_to_async(_begin, thread_sensitive=False)(battle_id)
    if run is None:
        return
    await _announce(battle_id, BattleState.ANSWERING)
    readers = [asyncio.create_task(_read(answer)) for answer in run.answers]
    try:
        async with asyncio.timeout(TOTAL_TIMEOUT_S):
            await _pace(run, readers)
    except (ProviderError, TimeoutError) as error:
        await _stop(readers)
        await database_sync_to_async(_give_up, thread_sensitive=False)(run, str(error) or type(error).__name__)
        await _announce(battle_id, BattleState.VOID)
        return
    except Exception:
        await _stop(readers)
        log.exception("battle %s: the coordinator failed", battle_id)
        await database_sync_to_async(_give_up, thread_sensitive=False)(run, "coordinator failed")
        await _announce(battle_id, BattleState.VOID)
        return
    is_ready = await database_sync_to_async(_finish, thread_sensitive=False)(run)
    if is_ready:
        await _announce(battle_id, BattleState.READY)


async def _read(answer: _Answer) -> None:
    """Collect what one provider says. Raises ProviderError as the provider does, or if it never ends."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async for chunk in PROVIDERS[answer.provider].stream(answer.request):
        if chunk.text and answer.first_token_ms is None:
            answer.first_token_ms = (clock() - began) * 1000
        answer.arrived += chunk.text
        answer.finish_reason = chunk.finish_reason or answer.finish_reason
        if len(answer.arrived) > MAX_ANSWER_LENGTH:
            raise ProviderError("the answer is longer than any answer may be")
    answer.latency_ms = (clock() - began) * 1000
    answer.is_complete = True


async def _pace(run: _Run, readers: list[asyncio.Task]) -> None:
    """Send both sides in step, so that neither speed nor chunks name a contestant."""
    while not all(answer.is_sent for answer in run.answers):
        await asyncio.sleep(TICK_S)
        for reader in readers:
            if reader.done():
                reader.result()
        if not all(answer.arrived or answer.is_complete for answer in run.answers):
            continue  # nobody starts before both can
        events = [event for answer in run.answers if (event := _next_delta(run, answer))]
        if await database_sync_to_async(_save_progress, thread_sensitive=False)(run, events):
            for event in events:
                await send_to_battle(str(run.battle_id), event)
        else:
            await _stop(readers)  # skipped meanwhile: nobody is waiting for the rest
            return


def _next_delta(run: _Run, answer: _Answer) -> DeltaEvent | None:
    text = answer.arrived[answer.n_sent : answer.n_sent + CHARACTERS_PER_TICK]
    if not text:
        return None
    answer.n_sent += len(text)
    run.seq += 1
    return DeltaEvent(side=answer.side, turn=answer.turn, seq=run.seq, text=text)


async def _stop(readers: list[asyncio.Task]) -> None:
    for reader in readers:
        reader.cancel()
    await asyncio.gather(*readers, return_exceptions=True)


async def _announce(battle_id: UUID, state: BattleState) -> None:
    await send_to_battle(str(battle_id), StateChange(state=state))


@transaction.atomic
def _begin(battle_id: UUID) -> _Run | None:
    """Take the battle; None if somebody else has it or it is over."""
    now = database_now()
    taken = Battle.objects.filter(id=battle_id, state__in=states_before(BattleState.ANSWERING)).update(
        state=BattleState.ANSWERING, heartbeat_at=now
    )
    if not taken:
        return None
    battle = Battle.objects.select_related("prompt", "contestant_a__endpoint", "contestant_b__endpoint").get(
        id=battle_id
    )
    return _Run(battle_id, [_answer(battle, response) for response in _unanswered(battle)], battle.last_seq)


def _unanswered(battle: Battle) -> list[Response]:
    return list(battle.responses.filter(is_done=False).order_by("turn", "side"))


def _answer(battle: Battle, response: Response) -> _Answer:
    contestant = battle.contestant_a if response.side == Side.A else battle.contestant_b
    endpoint = contestant.endpoint
    return _Answer(
        response_id=response.id,
        side=Side(response.side),
        turn=response.turn,
        provider=endpoint.provider,
        request=Request(
            contestant=contestant.slug,
            messages=(Message("user", battle.prompt.text),),
            base_url=endpoint.base_url,
            model_name=endpoint.model_name,
            key_name=endpoint.key_name,
            parameters=endpoint.parameters,
        ),
    )


@transaction.atomic
def _save_progress(run: _Run, events: list[DeltaEvent]) -> bool:
    """Keep what is about to be sent, and the sign of life; False if the battle is no longer answering."""
    is_alive = Battle.objects.filter(id=run.battle_id, state=BattleState.ANSWERING).update(
        heartbeat_at=database_now(), last_seq=run.seq
    )
    if is_alive:
        Delta.objects.bulk_create(
            Delta(battle_id=run.battle_id, seq=e.seq, side=e.side, turn=e.turn, text=e.text) for e in events
        )
    return bool(is_alive)


@transaction.atomic
def _finish(run: _Run) -> bool:
    for answer in run.answers:
        Response.objects.filter(id=answer.response_id).update(
            text=answer.arrived,
            is_done=True,
            finish_reason=answer.finish_reason,
            first_token_ms=answer.first_token_ms,
            latency_ms=answer.latency_ms,
        )
    return bool(
        Battle.objects.filter(id=run.battle_id, state=BattleState.ANSWERING).update(
            state=BattleState.READY, ready_at=database_now()
        )
    )


@transaction.atomic
def _give_up(run: _Run, error: str) -> None:
    failed = [answer.response_id for answer in run.answers if not answer.is_complete]
    Response.objects.filter(id__in=failed).update(error=error[:MAX_ERROR_LENGTH])
    Battle.objects.filter(id=run.battle_id, state__in=states_before(BattleState.VOID)).update(
        state=BattleState.VOID, void_reason=VoidReason.FAILED
    )
