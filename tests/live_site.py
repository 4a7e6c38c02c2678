"""How does a test get the whole site over real HTTP and WebSockets? uvicorn in a thread, over the test database."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.servers import LOOPBACK

START_TIMEOUT_S = 10
STOP_TIMEOUT_S = 10


@contextmanager
def live_site() -> Iterator[str]:
    """The address of the site. Needs a database that other threads see: a transactional one."""
    from config.asgi import application  # Django must be set up by pytest-django first

    listener = socket.create_server((LOOPBACK, 0))
    config = uvicorn.Config(
        application, log_level="warning", lifespan="on", timeout_graceful_shutdown=2, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="live site", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the live site did not start; its log is above")
            time.sleep(0.005)
        yield f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(STOP_TIMEOUT_S)
        listener.close()
        if thread.is_alive():
            raise RuntimeError("the live site did not stop: a request or a socket is still open")
