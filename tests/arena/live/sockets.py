"""How does a test talk to a consumer? A socket to the whole ASGI application, without a network.

(channels.testing brings one, and with it a server that this project does not use.)
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator

HOST = "localhost:8000"
OWN_ORIGIN = f"http://{HOST}"
WAIT_S = 5


class Socket(ApplicationCommunicator):
    """A browser's end of a WebSocket."""

    def __init__(self, application: Callable, path: str, cookie: str | None, origin: str | None) -> None:
        address = urlsplit(path)
        headers = {"host": HOST, "origin": origin, "cookie": cookie}
        scope = {
            "type": "websocket",
            "path": address.path,
            "query_string": address.query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items() if value is not None],
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def handshake(self) -> bool:
        """Whether the server accepted."""
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(WAIT_S))["type"] == "websocket.accept"

    async def say(self, **frame: str | bytes) -> None:
        await self.send_input({"type": "websocket.receive", **frame})

    async def hear(self, n: int) -> list[Any]:
        """The next n frames."""
        frames = []
        for _ in range(n):
            message = await self.receive_output(WAIT_S)
            assert message["type"] == "websocket.send", message
            frames.append(json.loads(message["text"]))
        return frames

    async def hear_to_the_end(self) -> tuple[list[Any], int]:
        """The remaining frames, and the code with which the server closed."""
        frames = []
        while (message := await self.receive_output(WAIT_S))["type"] != "websocket.close":
            frames.append(json.loads(message["text"]))
        return frames, message["code"]

    async def hang_up(self) -> None:
        if not self.future.done():
            await self.send_input({"type": "websocket.disconnect", "code": 1001})
            await self.wait(WAIT_S)
