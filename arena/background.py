"""Where does work run that outlives a request? On the event loop of the web server, or on one of our own.

The in-memory channel layer reaches sockets only from the loop they live on, so the server's loop is adopted when there
is one. Elsewhere (a command, a test) a thread of its own serves. Next file to read: services/responses.py.
"""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

END_WITHIN_S = 5.0

log = logging.getLogger(__name__)
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_running: set[asyncio.Task[None]] = set()


def adopt_running_loop() -> None:
    """Called by the ASGI application: from now on background work runs here."""
    global _loop
    _loop = asyncio.get_running_loop()


def run_soon(coroutine: Coroutine[Any, Any, None]) -> Future[None]:
    """Start a coroutine from any thread."""
    return asyncio.run_coroutine_threadsafe(_known(coroutine), _usable_loop())


async def end_all() -> None:
    """Called before the server ends, on its loop: cancel what still runs, and give it time to say so."""
    for task in _running:
        task.cancel()
    if _running:
        await asyncio.wait(_running, timeout=END_WITHIN_S)


async def _known(coroutine: Coroutine[Any, Any, None]) -> None:
    task = asyncio.current_task()
    assert task is not None
    _running.add(task)
    try:
        await coroutine
    except Exception:
        log.exception("background work failed")  # nobody waits for it who could be told
        raise
    finally:
        _running.discard(task)


def _usable_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None or not _loop.is_running():
            _loop = asyncio.new_event_loop()
            is_started = threading.Event()
            _loop.call_soon(is_started.set)
            threading.Thread(target=_loop.run_forever, name="background", daemon=True).start()
            is_started.wait()
        return _loop
