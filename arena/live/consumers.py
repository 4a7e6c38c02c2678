"""What does an open WebSocket get? Text of the voter's own battle as it comes; news of a board.

The client sends nothing.

Close codes: 4400 the client sent something, 4404 not yours, 4410 the battle is over, 4429 too many sockets;
1013 come back with after=n, something behind us is down. The database is the truth and the channel layer is fast news
of it: what the layer lost, and what another process wrote, is read from the database.
Next file to read: events.py for the payloads, watch.py for how a new board is noticed.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

from channels.consumer import get_handler_name
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.db import DatabaseError
from redis import RedisError

from arena.domain.battle_state import OPEN_STATES, WRITING_STATES, BattleState
from arena.domain.errors import NotFound
from arena.domain.visibility import NOBODY, Viewer
from arena.events import LAYER_ERRORS, Delta, Event, NewSnapshot, StateChange, battle_group, payload
from arena.live.watch import BoardWatch
from arena.queries.battles import deltas_after, state_of_voters_battle
from arena.queries.catalog import arena_by_slug

BAD_FRAME, NOT_YOURS, OVER, TOO_MANY = 4400, 4404, 4410, 4429
TRY_AGAIN = 1013
MAX_SOCKETS_PER_BATTLE = 3
LAYER_TIMEOUT_S = 1.0
LOOK_EVERY_S = 2.0
MAX_DIGITS = 9
log = logging.getLogger(__name__)
T = TypeVar("T")


class QuietConsumer(AsyncJsonWebsocketConsumer):
    """A socket on which only the server speaks."""

    channel_layer_alias: str | None = None

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]
    ) -> None:
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, DatabaseError) as error:
            log.warning("socket closed: %s", type(error).__name__)
            await self.close(TRY_AGAIN)
        finally:
            await self.leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without Channels' errand to a thread before each message: who asks the database here puts away after it."""
        await getattr(self, get_handler_name(message))(message)

    async def leave(self) -> None:
        """Undo what connect did, however the socket ended."""

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

    channel_layer_alias = "default"
    sockets: Counter[str] = Counter()  # of this process; enough to stop a runaway page

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_counted = False
        self.is_fed = False  # something came through the layer of late
        self.state: BattleState | None = None
        self.turn_to_send = asyncio.Lock()  # the layer and the database must not speak at the same time
        self.keeping_up: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.battle_id: UUID = self.scope["url_route"]["kwargs"]["battle_id"]
        self.group = battle_group(str(self.battle_id))
        self.viewer = _viewer(self.scope)
        after = _number_after(self.scope)
        if after is None:
            await self.refuse(BAD_FRAME)
            return
        try:
            await _in_database(self._find)
        except NotFound:
            await self.refuse(NOT_YOURS)
            return
        if self.sockets[self.group] >= MAX_SOCKETS_PER_BATTLE:
            await self.refuse(TOO_MANY)
            return
        self.sockets[self.group] += 1
        self.is_counted = True
        self.last_seq = after
        await self.accept()
        # Join first, then read what was saved: whatever is sent in between arrives twice and is dropped by its number.
        await self._tell_layer(self.channel_layer.group_add)
        await self._catch_up()
        self.keeping_up = asyncio.create_task(self._keep_up())

    async def leave(self) -> None:
        if not self.is_counted:
            return
        self.sockets[self.group] -= 1
        if not self.sockets[self.group]:
            del self.sockets[self.group]
        if self.keeping_up:
            self.keeping_up.cancel()
        await self._tell_layer(self.channel_layer.group_discard)

    async def forward(self, message: dict[str, Any]) -> None:
        """From the coordinator, through the channel layer."""
        self.is_fed = True
        deltas = [event for event in message["events"] if event["type"] == "delta"]
        async with self.turn_to_send:
            for delta in deltas:
                if delta["seq"] == self.last_seq + 1:
                    await self.send_json(delta)
                    self.last_seq = delta["seq"]
        if len(deltas) < len(message["events"]) or any(delta["seq"] > self.last_seq for delta in deltas):
            await self._catch_up()

    async def _catch_up(self) -> None:
        """Send what the database holds after last_seq, then the state if it is news."""
        async with self.turn_to_send:
            try:
                state, deltas = await _in_database(self._read)
            except NotFound:  # erased, or its voter is no member any more
                await self.close(NOT_YOURS)
                return
            for delta in deltas:
                await self.send_event(delta)
                self.last_seq = delta.seq
            if state == self.state:
                return
            self.state = state
            await self.send_event(StateChange(state=state))
            if state not in OPEN_STATES:
                await self.close(OVER)

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            was_fed, self.is_fed = self.is_fed, False
            if was_fed or self.state not in WRITING_STATES:
                continue
            try:
                await self._catch_up()
            except DatabaseError as error:
                log.warning("battle %s not read: %s", self.battle_id, type(error).__name__)
            except OSError:
                return  # the browser is gone

    async def _tell_layer(self, what: Callable[[str, str], Awaitable[None]]) -> None:
        """Without the layer the text still comes, from the database, every LOOK_EVERY_S."""
        try:
            async with asyncio.timeout(LAYER_TIMEOUT_S):
                await what(self.group, self.channel_name)
        except LAYER_ERRORS as error:
            log.warning("channel layer down: %s", type(error).__name__)

    def _find(self) -> BattleState:
        return state_of_voters_battle(self.battle_id, _voter_id(self.scope), self.viewer)

    def _read(self) -> tuple[BattleState, list[Delta]]:
        state = self._find()
        if state not in OPEN_STATES:
            return state, []
        return state, [Delta(d.side, d.turn, d.seq, d.text) for d in deltas_after(self.battle_id, self.last_seq)]


class LeaderboardConsumer(QuietConsumer):
    """Says when a new snapshot of an arena is current; with after=id also one that came before the socket opened."""

    arena_id: int | None = None

    async def connect(self) -> None:
        after = _number_after(self.scope)
        if after is None:
            await self.refuse(BAD_FRAME)
            return
        slug, viewer = self.scope["url_route"]["kwargs"]["arena"], _viewer(self.scope)
        try:
            arena_id = (await _in_database(lambda: arena_by_slug(slug, viewer))).pk
        except NotFound:
            await self.refuse(NOT_YOURS)
            return
        # Before the socket opens: what is published from then on is news to whoever opened it.
        self.arena_id = arena_id
        current = await BoardWatch.of_this_loop().join(arena_id, self)
        await self.accept()
        for snapshot_id in sorted(current):
            if after and snapshot_id > after:
                await self.new_snapshot(snapshot_id)

    async def leave(self) -> None:
        if self.arena_id is not None:
            BoardWatch.of_this_loop().leave(self.arena_id, self)

    async def new_snapshot(self, snapshot_id: int) -> None:
        await self.send_event(NewSnapshot(id=snapshot_id))


def _number_after(scope: dict[str, Any]) -> int | None:
    """The n of ?after=n, 0 without it, None if it is no number."""
    value = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("after", ["0"])[-1]
    return int(value) if value.isascii() and value.isdigit() and len(value) <= MAX_DIGITS else None


def _voter_id(scope: dict[str, Any]) -> UUID | None:
    stored = scope["session"].get("voter")
    return UUID(stored) if stored else None


def _viewer(scope: dict[str, Any]) -> Viewer:
    user = scope["user"]
    return Viewer(lambda: (user.pk, user.is_staff) if user.is_authenticated else NOBODY)


async def _in_database(step: Callable[[], T]) -> T:
    return await database_sync_to_async(step, thread_sensitive=False)()
