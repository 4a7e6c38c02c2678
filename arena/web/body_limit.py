"""How large may the body of a request be? Counted before Django keeps it: anything that comes would go to disk first.

The ASGI wrapper cuts the body off and says so in the scope; the middleware answers 413 with the usual headers. What the
client still sends is read and thrown away, so that it gets to read the answer. Next file to read: page.py.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from arena.media import MAX_IMAGE_BYTES
from arena.web.middleware import API_PREFIX, GetResponse

MIB = 1024 * 1024
MAX_FORM_BYTES = MIB  # what may be in it is less and said elsewhere, in words that fit
MAX_PICTURE_BYTES = MAX_IMAGE_BYTES + MIB
MAX_ADMIN_BYTES = 64 * MIB
PICTURE_PREFIXES = ("/a/", "/api/v1/uploads/", "/api/v1/staff/arenas/")  # and files of votes
CUT = "arena.is_body_cut"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class BodyLimit:
    """An ASGI application that gets at most so many bytes of a body, by Content-Length or by counting."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        limit = max_body_bytes(scope["path"])
        scope[CUT] = _stated_length(scope) > limit
        await self.application(scope, _Body(scope, receive, limit).receive, send)


class _Body:
    """What is received, up to the limit."""

    def __init__(self, scope: dict[str, Any], receive: Receive, limit: int) -> None:
        self.scope, self.receive_more, self.limit = scope, receive, limit
        self.n_bytes, self.has_ended = 0, False

    async def receive(self) -> dict[str, Any]:
        if self.scope[CUT]:
            return await self._end()
        message = await self.receive_more()
        self.n_bytes += len(message.get("body", b""))
        if self.n_bytes > self.limit:
            self.scope[CUT] = True
            return await self._end()
        return message

    async def _end(self) -> dict[str, Any]:
        """First the end of the body; later only whether the client has gone."""
        if not self.has_ended:
            self.has_ended = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await self.receive_more())["type"] == "http.request":
            pass
        return message


class BodyLimitMiddleware:
    """A body that was cut off is a 413 with a sentence; no view sees it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scope = getattr(request, "scope", {})
        return _too_large(request) if scope.get(CUT) else self.get_response(request)


def max_body_bytes(path: str) -> int:
    if path.startswith(f"/{settings.ADMIN_PATH}"):
        return MAX_ADMIN_BYTES
    return MAX_PICTURE_BYTES if path.startswith(PICTURE_PREFIXES) else MAX_FORM_BYTES


def _stated_length(scope: dict[str, Any]) -> int:
    stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(stated) if stated.isdigit() else 0


def _too_large(request: HttpRequest) -> HttpResponse:
    sentence = f"What you sent is larger than the {max_body_bytes(request.path) // MIB} MB that this address takes."
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"code": "too_large", "detail": sentence}, status=413)
    context = {"title": "Too large", "sentence": f"{sentence} Nothing was kept."}
    return render(request, "arena/error.html", context, status=413)
