"""From which pages may a socket be opened? From our own only: browsers say which page asks, and send its cookies along.

Same host and same port: another program on the same machine is a foreign page. Next file to read: consumers.py.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

DEFAULT_PORTS = {"http": "80", "https": "443"}

Application = Callable[[dict[str, Any], Callable[[], Awaitable], Callable[[Any], Awaitable]], Awaitable[None]]


class OwnPagesOnly:
    """Refuses a handshake, before it is accepted, whose Origin is missing, null, or not the host it is addressed to."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(
        self, scope: dict[str, Any], receive: Callable[[], Awaitable], send: Callable[[Any], Awaitable]
    ) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        is_own = is_own_page(headers.get(b"origin", ""), headers.get(b"host", ""))
        await (self.application if is_own else WebsocketDenier())(scope, receive, send)


def is_own_page(origin: str, host: str) -> bool:
    """Whether a page of this origin is ours, when it was we who were called by this name."""
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    scheme, _, name_and_port = origin.lower().partition("://")
    if scheme not in DEFAULT_PORTS:
        return False
    asked, asking = _place(host, scheme), _place(name_and_port, scheme)
    return bool(asked[0]) and asked == asking and validate_host(asked[0], settings.ALLOWED_HOSTS)


def _place(host: str, scheme: str) -> tuple[str, str]:
    name, port = split_domain_port(host)
    return name, port or DEFAULT_PORTS[scheme]
