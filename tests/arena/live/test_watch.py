"""Is every new board noticed, whatever happens to a listener or to the database?"""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError

from arena.domain.metadata import VoterKind
from arena.live import watch
from arena.live.watch import BoardWatch
from tests.arena.live.rows import publish

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 5


class Ear:
    """Listens, or breaks like a socket whose browser has gone."""

    def __init__(self, error=None):
        self.heard = asyncio.Queue()
        self.error = error

    async def new_snapshot(self, snapshot_id):
        if self.error:
            raise self.error
        self.heard.put_nowait(snapshot_id)

    async def next(self):
        async with asyncio.timeout(WAIT_S):
            return await self.heard.get()


@pytest.fixture
async def board_watch(monkeypatch):
    monkeypatch.setattr(watch, "POLL_S", 0.02)
    return BoardWatch.of_this_loop()


async def test_listener_hears_of_each_board(arena, board_watch):
    ear = Ear()
    before = await sync_to_async(publish)(arena)
    current = await board_watch.join(arena.pk, ear)

    human = await sync_to_async(publish)(arena)
    heard_first = await ear.next()
    judge = await sync_to_async(publish)(arena, VoterKind.JUDGE)
    heard_second = await ear.next()
    board_watch.leave(arena.pk, ear)

    assert (current, heard_first, heard_second) == ({before}, human, judge)


async def test_watch_survives_a_database_error(arena, board_watch, monkeypatch):
    ear, n_failures = Ear(), iter(range(3))
    await board_watch.join(arena.pk, ear)
    read = watch.current_snapshot_ids

    def fail_three_times(arena_ids):
        if next(n_failures, None) is not None:
            raise OperationalError("gone")
        return read(arena_ids)

    monkeypatch.setattr(watch, "current_snapshot_ids", fail_three_times)
    snapshot_id = await sync_to_async(publish)(arena)

    assert await ear.next() == snapshot_id
    board_watch.leave(arena.pk, ear)


@pytest.mark.parametrize("error", [ConnectionResetError(), RuntimeError("websocket.send after websocket.close")])
async def test_listener_that_breaks_does_not_deafen_the_others(arena, board_watch, error):
    broken, ears = Ear(error), [Ear(), Ear()]
    for listener in (ears[0], broken, ears[1]):
        await board_watch.join(arena.pk, listener)

    snapshot_ids = [await sync_to_async(publish)(arena) for _ in range(2)]
    last = [await ears[0].next(), await ears[1].next()]
    while last != [snapshot_ids[1]] * 2:  # two boards in one tick are told as the newest one
        last = [await ears[0].next(), await ears[1].next()]
    for listener in (broken, *ears):
        board_watch.leave(arena.pk, listener)

    assert last == [snapshot_ids[1]] * 2


async def test_second_listener_does_not_take_the_news_from_the_first(arena, board_watch):
    first, second = Ear(), Ear()
    await board_watch.join(arena.pk, first)
    board_watch.task.cancel()  # nothing is noticed until somebody joins
    snapshot_id = await sync_to_async(publish)(arena)

    current = await board_watch.join(arena.pk, second)
    heard = await first.next()
    for listener in (first, second):
        board_watch.leave(arena.pk, listener)

    assert (current, heard) == ({snapshot_id}, snapshot_id)


async def test_nobody_is_asked_for_when_nobody_listens(arena, board_watch):
    ear = Ear()
    await board_watch.join(arena.pk, ear)

    board_watch.leave(arena.pk, ear)
    await asyncio.wait([board_watch.task])

    assert (board_watch.task.cancelled(), board_watch.listeners, board_watch.seen) == (True, {}, {})
