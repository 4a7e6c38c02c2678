"""Does work that outlives a request run on the loop of the server, or on one of our own?"""

import asyncio
import threading
import time

import pytest

from arena import background
from arena.background import adopt_running_loop, end_all, run_soon

WAIT_S = 10


def where():
    """A coroutine that says where it runs, and how to learn what it said."""
    said = []

    async def say():
        said.append((threading.current_thread().name, asyncio.get_running_loop()))

    return say(), said


def run():
    coroutine, said = where()
    run_soon(coroutine).result(WAIT_S)
    return said[0]


def end(loop):
    loop.call_soon_threadsafe(loop.stop)
    while loop.is_running():
        time.sleep(0.001)
    loop.close()


def test_without_a_server_a_thread_of_our_own_serves(monkeypatch):
    monkeypatch.setattr(background, "_loop", None)

    first, second = run(), run()

    assert first == second
    assert first[0] == "background"
    end(first[1])


async def test_loop_of_the_server_is_adopted(monkeypatch):
    monkeypatch.setattr(background, "_loop", None)
    adopt_running_loop()

    _, loop = await asyncio.to_thread(run)

    assert loop is asyncio.get_running_loop()


async def test_what_still_runs_at_the_end_is_told_and_waited_for(monkeypatch):
    monkeypatch.setattr(background, "_loop", None)
    adopt_running_loop()
    told = []

    async def work():
        try:
            await asyncio.sleep(WAIT_S)
        except asyncio.CancelledError:
            told.append("end")
            raise

    run_soon(work())
    await asyncio.sleep(0.01)

    await end_all()

    assert (told, background._running) == (["end"], set())


def test_loop_that_has_ended_is_replaced(monkeypatch):
    ended = asyncio.new_event_loop()
    ended.close()
    monkeypatch.setattr(background, "_loop", ended)

    name, loop = run()

    assert (name, loop is ended) == ("background", False)
    end(loop)


async def test_work_that_fails_is_a_line_in_the_log(monkeypatch, caplog):
    monkeypatch.setattr(background, "_loop", None)
    adopt_running_loop()

    async def fail():
        raise RuntimeError("surprise")

    future = run_soon(fail())

    with pytest.raises(RuntimeError, match="surprise"):
        await asyncio.wrap_future(future)
    assert [(record.levelname, record.name) for record in caplog.records] == [("ERROR", "arena.background")]
