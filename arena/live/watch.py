"""How does a web process notice a new board? It asks the database, once a second while anybody is looking.

One way for every set-up: it needs no Redis, and a board that was published while Redis was down is noticed too.
"""

import asyncio
import logging
from typing import Protocol
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.db import DatabaseError

from arena.queries.leaderboards import current_snapshot_ids

POLL_S = 1.0
NONE: frozenset[int] = frozenset()
log = logging.getLogger(__name__)


class Listener(Protocol):
    async def new_snapshot(self, snapshot_id: int) -> None: ...


class BoardWatch:
    """Listeners by arena, and one polling task while there are any."""

    _by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, "BoardWatch"] = WeakKeyDictionary()

    def __init__(self) -> None:
        self.listeners: dict[int, set[Listener]] = {}
        self.seen: dict[int, frozenset[int]] = {}
        self.task: asyncio.Task[None] | None = None

    @classmethod
    def of_this_loop(cls) -> "BoardWatch":
        return cls._by_loop.setdefault(asyncio.get_running_loop(), cls())

    async def join(self, arena_id: int, listener: Listener) -> frozenset[int]:
        """From now on the listener hears of new snapshots; the ones that are current now come back."""
        current = (await _current([arena_id]))[arena_id]
        # Who looked before keeps what it saw: something newer is still news to the others.
        self.seen.setdefault(arena_id, current)
        self.listeners.setdefault(arena_id, set()).add(listener)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._poll())
        return current

    def leave(self, arena_id: int, listener: Listener) -> None:
        listeners = self.listeners.get(arena_id, set())
        listeners.discard(listener)
        if not listeners:
            self.listeners.pop(arena_id, None)
            self.seen.pop(arena_id, None)
        if self.task and not self.listeners:
            self.task.cancel()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_S)
            try:
                await self._look()
            except DatabaseError as error:
                log.warning("boards not checked: %s", type(error).__name__)

    async def _look(self) -> None:
        for arena_id, ids in (await _current(list(self.listeners))).items():
            if arena_id not in self.listeners:
                continue  # the last one left meanwhile
            new = sorted(ids - self.seen.get(arena_id, NONE))
            self.seen[arena_id] = ids
            for listener in list(self.listeners[arena_id]):
                await _tell(listener, new)


async def _tell(listener: Listener, snapshot_ids: list[int]) -> None:
    """A browser that has just gone must not keep the news from the others."""
    try:
        for snapshot_id in snapshot_ids:
            await listener.new_snapshot(snapshot_id)
    except (OSError, RuntimeError) as error:
        log.info("a listener is gone: %s", type(error).__name__)


async def _current(arena_ids: list[int]) -> dict[int, frozenset[int]]:
    return await database_sync_to_async(current_snapshot_ids, thread_sensitive=False)(arena_ids)
