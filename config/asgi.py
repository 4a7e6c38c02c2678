"""How do HTTP and WebSocket reach the site? Next file to read: urls.py, then arena/live/routing.py."""

# ruff: noqa: E402 - Django must be set up before anything that has models is imported
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ARENA_WEB_PROCESS", "true")  # short database time-outs: see settings.py

import django

django.setup()

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

from arena.background import adopt_running_loop, end_all
from arena.live.origin import OwnPagesOnly
from arena.live.routing import websocket_urlpatterns
from arena.providers.openai_compatible import close_connections
from arena.web.body_limit import BodyLimit

doors = ProtocolTypeRouter(
    {
        "http": BodyLimit(get_asgi_application()),
        "websocket": OwnPagesOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]
) -> None:
    adopt_running_loop()
    if scope["type"] == "lifespan":
        await live(receive, send)
    else:
        await doors(scope, receive, send)


async def live(receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]) -> None:
    """Begin and end with the server: battles that are being answered when it ends are void at once, and say so."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await end_all()
    await close_connections()
    await send({"type": "lifespan.shutdown.complete"})
