"""How does a web process notice a new board? It asks the database, once a second while anybody is looking.

One way for every set-up: it needs no Redis, and a board that was published while Redis was down is noticed too.
"""

import asyncio
import logging
from typing import Protocol

from channels.db import database_sync_to_async
from django.db import DatabaseError

from arena.queries.leaderboards import current_snapshot_ids

POLL_S = 1.0
log = logging.getLogger(__name__)


class Listener(Protocol):
    async def new_snapshot(self, snapshot_id: int) -> None: ...


class BoardWatch:
    """Listeners by arena, and one polling task while there are any."""

    _instance: "BoardWatch | None" = None

    def __init__(self) -> None:
        self.listeners: dict[int, set[Listener]] = {}
        self.seen: dict[int, frozenset[int]] = {}
        self.task: asyncio.Task[None] | None = None

    @classmethod
    def of_this_process(cls) -> "BoardWatch":
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    async def join(self, arena_id: int, listener: Listener) -> None:
        if arena_id not in self.listeners:
            self.seen |= await database_sync_to_async(current_snapshot_ids)([arena_id])
        self.listeners.setdefault(arena_id, set()).add(listener)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._poll())

    def leave(self, arena_id: int, listener: Listener) -> None:
        listeners = self.listeners.get(arena_id, set())
        listeners.discard(listener)
        if not listeners:
            self.listeners.pop(arena_id, None)
            self.seen.pop(arena_id, None)

    async def _poll(self) -> None:
        while self.listeners:
            await asyncio.sleep(POLL_S)
            try:
                await self._look()
            except DatabaseError as error:
                log.warning("boards not checked: %s", type(error).__name__)

    async def _look(self) -> None:
        now = await database_sync_to_async(current_snapshot_ids)(list(self.listeners))
        for arena_id, ids in now.items():
            new = ids - self.seen.get(arena_id, frozenset())
            self.seen[arena_id] = ids
            for snapshot_id in sorted(new):
                for listener in list(self.listeners.get(arena_id, ())):
                    await listener.new_snapshot(snapshot_id)
