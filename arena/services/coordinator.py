"""How do both sides of a battle answer together? One asyncio task reads both providers, paces them, saves and sends.

It runs in the web process from the moment a turn begins, whether or not a browser listens. A side that fails voids the
battle; it never counts against a contestant. Next file to read: responses.py, the steps in the database.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

from arena.background import run_soon
from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.pacing import TICK_S, Pacing, is_release_moment, n_to_send
from arena.events import Delta, StateChange, send_to_battle
from arena.media import MediaError, rewrite
from arena.providers.base import ProviderError
from arena.providers.registry import PROVIDERS
from arena.services.answers import Answer, Run
from arena.services.delta_log import DeltaLog
from arena.services.moderation import HeldBack
from arena.services.responses import begin_turn, finish_turn, give_up, hold_back

FIRST_CHUNK_TIMEOUT_S = 60.0
IDLE_TIMEOUT_S = 30.0
TOTAL_TIMEOUT_S = 180.0
HEARTBEAT_EVERY_S = 5.0
MAX_ANSWER_BYTES = 512 * 1024
MAX_CHUNKS = 20_000
STOPPED = "stopped"
CUT = "cut"
MS_PER_S = 1_000

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

log = logging.getLogger(__name__)
_logs: WeakKeyDictionary[asyncio.AbstractEventLoop, DeltaLog] = WeakKeyDictionary()


class SideFailed(Exception):
    """One side did not answer."""

    def __init__(self, answer: Answer, error: ProviderError) -> None:
        super().__init__(str(error))
        self.answer, self.error = answer, error


def launch(battle_id: UUID) -> None:
    """Start answering in the background of this process."""
    run_soon(run_battle(battle_id))


async def run_battle(battle_id: UUID) -> None:
    """Let both sides of the newest turn answer: ready when both are complete, void when one fails."""
    run = await _in_database(begin_turn)(battle_id=battle_id)
    if run is None:
        return
    try:
        await _announce(battle_id, BattleState.ANSWERING)
        if run.moderation is not None:
            await run.moderation.pass_prompt()
        await _answer(run)
        state = await _in_database(finish_turn)(run=run)
    except SideFailed as failed:
        state = await _in_database(give_up)(run=run, answer=failed.answer, error=failed.error)
    except HeldBack as held:
        state = await _in_database(hold_back)(run=run, held=held)
    except asyncio.CancelledError:  # the web process is going down: say so now instead of leaving it to the sweep
        await asyncio.shield(_in_database(give_up)(run=run, reason=VoidReason.LOST))
        raise
    except Exception:
        log.exception("battle %s: the coordinator failed", battle_id)
        state = await _in_database(give_up)(run=run, reason=VoidReason.LOST)
    await _announce(battle_id, state)


async def _answer(run: Run) -> None:
    """Until both sides are complete and sent, the voter said stop, or the battle is over.

    Raises SideFailed, HeldBack.
    """
    has_news = asyncio.Event()
    readers = [asyncio.create_task(_read(answer, run, has_news)) for answer in run.answers if not answer.is_stored]
    try:
        await _pace(run, readers, has_news)
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


async def _read(answer: Answer, run: Run, has_news: asyncio.Event) -> None:
    """Collect what one provider says.

    Raises SideFailed as the provider fails, or if it does not come to an end; HeldBack.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    chunks = PROVIDERS[answer.provider].stream(answer.request)
    is_cut = False
    try:
        while True:
            limit = IDLE_TIMEOUT_S if answer.n_chunks else FIRST_CHUNK_TIMEOUT_S
            async with asyncio.timeout(min(limit, began + TOTAL_TIMEOUT_S - clock())):
                chunk = await anext(chunks, None)
            if chunk is None:
                break
            answer.take(chunk)
            if answer.first_token_ms is None and (chunk.text or chunk.media):
                answer.first_token_ms = (clock() - began) * MS_PER_S
            has_news.set()
            if answer.n_bytes > MAX_ANSWER_BYTES or answer.n_chunks >= MAX_CHUNKS:
                is_cut = True
                break
        if answer.raw_media is not None:
            answer.media = await asyncio.to_thread(rewrite, answer.raw_media.data, run.modality)
    except MediaError as error:
        raise SideFailed(answer, ProviderError(str(error), "protocol")) from error
    except TimeoutError:
        raise SideFailed(answer, ProviderError("no end in time", "timeout")) from None
    except ProviderError as error:
        raise SideFailed(answer, error) from error
    finally:
        with suppress(RuntimeError, ProviderError):
            await chunks.aclose()
        has_news.set()
    answer.latency_ms = (clock() - began) * MS_PER_S
    if run.moderation is not None:  # complete, and thereby shown, only when it has passed
        await run.moderation.pass_answer(answer.response_id, answer.text, answer.media)
    answer.end(CUT if is_cut else "")


async def _pace(run: Run, readers: list[asyncio.Task[None]], has_news: asyncio.Event) -> None:
    """Save and send what may be seen, tick by tick."""
    clock = asyncio.get_running_loop().time
    began = saved_at = clock()
    elapsed_s, is_moment = 0.0, False
    while not _is_all_shown(run, is_moment):
        await _tick(run, has_news)
        for reader in readers:
            if reader.done():
                reader.result()
        before_s, elapsed_s = elapsed_s, clock() - began
        is_moment = is_release_moment(before_s, elapsed_s)
        is_first = run.is_unseen
        events = _next_deltas(run, is_moment)
        if not events and clock() - saved_at < HEARTBEAT_EVERY_S:
            continue
        standing = await _delta_log().save(run.battle_id, events, is_first=is_first)
        saved_at = clock()
        if not standing.is_answering:
            return
        if events:
            await send_to_battle(str(run.battle_id), *events)
        if standing.is_stop_requested:
            await _stop(run)
            return


def _is_all_shown(run: Run, is_moment: bool) -> bool:
    return all(answer.is_sent for answer in run.answers) and (is_moment or run.pacing is not Pacing.WHEN_COMPLETE)


async def _stop(run: Run) -> None:
    """Both answers end with what was shown; where nothing is shown before the end, both as long as the shorter."""
    writing = [answer for answer in run.answers if not answer.is_complete]
    is_hidden = run.pacing is Pacing.WHEN_COMPLETE and writing
    limit = min(len(answer.text) for answer in writing) if is_hidden else 0
    for answer in run.answers:
        answer.text = answer.text[: max(limit, answer.n_sent)]
        if run.moderation is not None:
            await run.moderation.pass_answer(answer.response_id, answer.text, answer.media)
        answer.end(STOPPED)
    if events := _next_deltas(run, is_moment=True):
        await _delta_log().save(run.battle_id, events)
        await send_to_battle(str(run.battle_id), *events)


async def _tick(run: Run, has_news: asyncio.Event) -> None:
    """Wait for the next moment at which something may be shown; a first word of a raw side is shown at once."""
    if run.pacing is Pacing.RAW and run.is_unseen:
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_S):
                await has_news.wait()
        has_news.clear()
        return
    await asyncio.sleep(TICK_S)


def _next_deltas(run: Run, is_moment: bool) -> list[Delta]:
    events = []
    may_go = n_to_send(run.pacing, [answer.progress for answer in run.answers], is_moment=is_moment)
    for answer, n in zip(run.answers, may_go, strict=True):
        if n:
            text = answer.text[answer.n_sent : answer.n_sent + n]
            answer.n_sent += n
            run.seq += 1
            events.append(Delta(side=answer.side, turn=answer.turn, seq=run.seq, text=text))
    return events


async def _announce(battle_id: UUID, state: BattleState) -> None:
    await send_to_battle(str(battle_id), StateChange(state=state))


def _delta_log() -> DeltaLog:
    return _logs.setdefault(asyncio.get_running_loop(), DeltaLog())


def _in_database(step: Callable[Arguments, Result]) -> Callable[Arguments, Awaitable[Result]]:
    return database_sync_to_async(step, thread_sensitive=False)
