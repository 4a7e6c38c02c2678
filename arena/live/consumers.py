"""What does an open WebSocket get? Text of the voter's own battle as it comes; news of a board. The client sends nothing.

Close codes: 4400 the client sent something, 4404 not yours, 4410 the battle is over, 4429 too many sockets.
Next file to read: events.py for the payloads, watch.py for how a new board is noticed.
"""

from collections import Counter
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from arena.domain.battle_state import OPEN_STATES, BattleState
from arena.domain.blinding import BlindBattle
from arena.domain.errors import NotFound
from arena.events import Delta, Event, NewSnapshot, StateChange, battle_group, payload
from arena.live.watch import BoardWatch
from arena.queries.battles import blind_battle, deltas_after
from arena.queries.catalog import arena_by_slug
from arena.visitors import SESSION_KEY

BAD_FRAME, NOT_YOURS, OVER, TOO_MANY = 4400, 4404, 4410, 4429
MAX_SOCKETS_PER_BATTLE = 3


class QuietConsumer(AsyncJsonWebsocketConsumer):
    """A socket on which only the server speaks."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        await self.close(BAD_FRAME)

    async def refuse(self, code: int) -> None:
        """Accept first: a browser learns the close code only of a connection that was open."""
        await self.accept()
        await self.close(code)

    async def send_event(self, event: Event) -> None:
        await self.send_json(payload(event))


class BattleConsumer(QuietConsumer):
    """The text of one battle to its voter, from after=n on, without gaps or repeats."""

    sockets: Counter[str] = Counter()  # of this process; enough to stop a runaway page

    async def connect(self) -> None:
        self.battle_id: UUID = self.scope["url_route"]["kwargs"]["battle_id"]
        self.group = battle_group(str(self.battle_id))
        self.is_counted = False
        after = _sequence_number(self.scope["query_string"])
        if after is None:
            await self.refuse(BAD_FRAME)
            return
        if self.sockets[self.group] >= MAX_SOCKETS_PER_BATTLE:
            await self.refuse(TOO_MANY)
            return
        self.sockets[self.group] += 1
        self.is_counted = True
        try:
            await database_sync_to_async(self._find)()
        except NotFound:
            await self.refuse(NOT_YOURS)
            return
        # Join first, then read what was saved: whatever is sent in between arrives twice and is dropped by its number.
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self._catch_up(after)

    async def disconnect(self, code: int) -> None:
        if self.is_counted:
            self.sockets[self.group] -= 1
            if not self.sockets[self.group]:
                del self.sockets[self.group]
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def forward(self, message: dict[str, Any]) -> None:
        """From the coordinator, through the channel layer."""
        event = message["event"]
        if event["type"] == "delta":
            if event["seq"] <= self.last_seq:
                return
            self.last_seq = event["seq"]
        await self.send_json(event)
        if event["type"] == "state" and event["state"] not in OPEN_STATES:
            await self.close(OVER)

    async def _catch_up(self, after: int) -> None:
        self.last_seq = after
        battle, deltas = await database_sync_to_async(self._read)(after)
        for delta in deltas:
            await self.send_event(delta)
            self.last_seq = delta.seq
        await self.send_event(StateChange(state=battle.state))
        if battle.state not in OPEN_STATES:
            await self.close(OVER)

    def _find(self) -> BlindBattle:
        return blind_battle(self.battle_id, _voter_id(self.scope))

    def _read(self, after: int) -> tuple[BlindBattle, list[Delta]]:
        battle = self._find()
        if battle.state not in (BattleState.DRAWN, BattleState.ANSWERING, BattleState.READY):
            return battle, []
        return battle, [Delta(d.side, d.turn, d.seq, d.text) for d in deltas_after(self.battle_id, after)]


class LeaderboardConsumer(QuietConsumer):
    """Says when a new snapshot of an arena is current."""

    async def connect(self) -> None:
        slug = self.scope["url_route"]["kwargs"]["arena"]
        try:
            self.arena_id = (await database_sync_to_async(arena_by_slug)(slug)).pk
        except NotFound:
            self.arena_id = None
            await self.refuse(NOT_YOURS)
            return
        await self.accept()
        await BoardWatch.of_this_process().join(self.arena_id, self)

    async def disconnect(self, code: int) -> None:
        if self.arena_id is not None:
            BoardWatch.of_this_process().leave(self.arena_id, self)

    async def new_snapshot(self, snapshot_id: int) -> None:
        await self.send_event(NewSnapshot(id=snapshot_id))


def _sequence_number(query_string: bytes) -> int | None:
    value = parse_qs(query_string.decode("latin-1")).get("after", ["0"])[-1]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _voter_id(scope: dict[str, Any]) -> UUID | None:
    stored = scope["session"].get(SESSION_KEY)
    return UUID(stored) if stored else None
