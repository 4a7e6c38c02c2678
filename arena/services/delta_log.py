"""How is text saved before it is sent, for a hundred battles at once? While one save runs, the next ones gather.

At low load nothing waits; at high load one transaction serves many battles. Next file to read: coordinator.py.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import transaction

from arena.domain.battle_state import BattleState
from arena.events import Delta as DeltaEvent
from arena.models import Battle, Delta
from arena.queries.clock import database_now


@dataclass(frozen=True)
class Standing:
    """What became of a battle since the last save."""

    is_answering: bool
    is_stop_requested: bool


@dataclass(frozen=True)
class _Entry:
    battle_id: UUID
    last_seq: int
    events: Sequence[DeltaEvent]
    saved: asyncio.Future[Standing]


class DeltaLog:
    """Saves deltas and signs of life of all battles of one event loop."""

    def __init__(self) -> None:
        self.waiting: list[_Entry] = []
        self.task: asyncio.Task[None] | None = None

    async def save(self, battle_id: UUID, last_seq: int, events: Sequence[DeltaEvent]) -> Standing:
        """Returns when the events are durable; nothing is saved of a battle that is no longer answering."""
        entry = _Entry(battle_id, last_seq, events, asyncio.get_running_loop().create_future())
        self.waiting.append(entry)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        return await entry.saved

    async def _run(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            try:
                standings = await database_sync_to_async(_save, thread_sensitive=False)(batch)
            except Exception as error:  # the coordinators decide; each is told
                for entry in batch:
                    if not entry.saved.done():
                        entry.saved.set_exception(error)
                continue
            for entry, standing in zip(batch, standings, strict=True):
                if not entry.saved.done():
                    entry.saved.set_result(standing)


@transaction.atomic
def _save(batch: Sequence[_Entry]) -> list[Standing]:
    # Locked in one order, so that two web processes never wait for each other in a circle.
    found = {
        battle.id: battle
        for battle in Battle.objects.select_for_update()
        .filter(id__in=[entry.battle_id for entry in batch])
        .only("id", "state", "is_stop_requested", "last_seq", "heartbeat_at")
        .order_by("id")
    }
    now, changed, deltas, standings = database_now(), [], [], []
    for entry in batch:
        battle = found.get(entry.battle_id)
        is_answering = battle is not None and battle.state == BattleState.ANSWERING
        standings.append(Standing(is_answering, battle is not None and battle.is_stop_requested))
        if battle is not None and is_answering:
            battle.last_seq, battle.heartbeat_at = entry.last_seq, now
            changed.append(battle)
            deltas += [
                Delta(battle_id=battle.id, seq=e.seq, side=e.side, turn=e.turn, text=e.text) for e in entry.events
            ]
    Battle.objects.bulk_update(changed, ["last_seq", "heartbeat_at"])
    Delta.objects.bulk_create(deltas)
    return standings
