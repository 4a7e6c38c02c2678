"""Where does work run that outlives a request? On the event loop of the web server, or on one of our own.

The in-memory channel layer reaches sockets only from the loop they live on, so the server's loop is adopted when there
is one. Elsewhere (a command, a test) a thread of its own serves. Next file to read: services/responses.py.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def adopt_running_loop() -> None:
    """Called by the ASGI application: from now on background work runs here."""
    global _loop
    _loop = asyncio.get_running_loop()


def run_soon(coroutine: Coroutine[Any, Any, None]) -> Future[None]:
    """Start a coroutine from any thread."""
    return asyncio.run_coroutine_threadsafe(coroutine, _usable_loop())


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
