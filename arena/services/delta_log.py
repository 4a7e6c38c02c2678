"""How is text saved before it is sent, for a hundred battles at once? While one save runs, the next ones gather.

After each there is a rest, in which more gather. The first words of an answer do not wait. Next file: coordinator.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from arena.domain.battle_state import BattleState
from arena.events import Delta as DeltaEvent
from arena.gathering import Gatherer
from arena.models import Battle, Delta
from arena.queries.clock import database_now


@dataclass(frozen=True)
class Standing:
    """What became of a battle since the last save."""

    is_answering: bool
    is_stop_requested: bool


REST_S = 0.05
NO_STANDING = Standing(is_answering=False, is_stop_requested=False)
SEEN = ("id", "state", "is_stop_requested")


@dataclass(frozen=True)
class _Entry:
    battle_id: UUID
    events: Sequence[DeltaEvent]


class DeltaLog:
    """Saves deltas and signs of life of all battles of one event loop."""

    def __init__(self) -> None:
        self.gatherer = Gatherer(_in_database, REST_S)

    async def save(self, battle_id: UUID, events: Sequence[DeltaEvent], *, is_first: bool = False) -> Standing:
        """Returns when the events are durable; nothing is saved of a battle that is no longer answering.

        is_first : somebody looks at an empty page until these are there, so they wait for no others.
        """
        entry = _Entry(battle_id, events)
        if is_first:
            [standing] = await _in_database([entry])
            return standing
        return await self.gatherer.put(entry)


async def _in_database(batch: Sequence[_Entry]) -> list[Standing]:
    return await database_sync_to_async(_save, thread_sensitive=False)(batch)


@transaction.atomic
def _save(batch: Sequence[_Entry]) -> list[Standing]:
    # Locked in one order, so that two web processes never wait for each other in a circle. Plain values and one
    # statement a table: this runs some hundred times a second.
    rows = Battle.objects.select_for_update().filter(id__in=[entry.battle_id for entry in batch]).order_by("id")
    found = {row[0]: Standing(row[1] == BattleState.ANSWERING, row[2]) for row in rows.values_list(*SEEN)}
    standings = [found.get(entry.battle_id, NO_STANDING) for entry in batch]
    answering = [entry for entry, standing in zip(batch, standings, strict=True) if standing.is_answering]
    Delta.objects.bulk_create(
        Delta(battle_id=entry.battle_id, seq=e.seq, side=e.side, turn=e.turn, text=e.text)
        for entry in answering
        for e in entry.events
    )
    newest = Delta.objects.filter(battle=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    Battle.objects.filter(id__in=[entry.battle_id for entry in answering]).update(
        heartbeat_at=database_now(), last_seq=Greatest("last_seq", Coalesce(Subquery(newest), 0))
    )
    return standings
