"""How do HTTP and WebSocket reach the site? Next file to read: urls.py, then arena/live/routing.py."""

# ruff: noqa: E402 - Django must be set up before anything that has models is imported
import gc
import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ARENA_WEB_PROCESS", "true")  # short database time-outs: see settings.py

import django

django.setup()

from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import resolvers

from arena.background import adopt_running_loop, end_all
from arena.live.origin import OwnPagesOnly
from arena.live.routing import websocket_urlpatterns
from arena.providers.openai_compatible import close_connections
from arena.web.body_limit import BodyLimit


class OneThreadHandler(ASGIHandler):
    """A request runs from the first middleware through the view in one thread.

    Django's own chain of asynchronous middleware goes to a thread and back for each of them, some twenty times a
    request, and under load each way waits for the interpreter (docs/decisions/0007).
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


doors = ProtocolTypeRouter(
    {
        "http": BodyLimit(OneThreadHandler()),
        "websocket": OwnPagesOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)


def search_garbage_rarely() -> None:
    """A search for cyclic garbage stops all battles, for 0.1 to 0.3 s where it looks at everything.

    What the program itself consists of, once it is loaded whole, is left out for good.
    """
    resolvers.get_resolver().reverse_dict  # noqa: B018  (loads all views)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)


if settings.ENV.is_web_process:
    search_garbage_rarely()


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
