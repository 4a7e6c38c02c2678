"""What happens around every request? Static files, trusted proxies, languages, a database that is down. Next: urls."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import Redirect, StaticFile

from arena.web.errors import API_PREFIX, DATABASE_DOWN, answer_unavailable, show_unavailable

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


class StaticFilesMiddleware:
    """ServeStatic's files, but each (small) one is read whole in the thread of its request.

    ServeStatic streams from a file opened in a thread of its own: a visitor who leaves while it is being opened leaves
    it open for ever. And it takes an asynchronous chain only, see OneThreadHandler in config/asgi.py.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.files = ServeStaticMiddleware(_never_called).files

    def __call__(self, request: HttpRequest) -> HttpResponse:
        file = self.files.get(request.path_info)
        return self.get_response(request) if file is None else _read(file, request)


async def _never_called(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def _read(static_file: StaticFile | Redirect, request: HttpRequest) -> HttpResponse:
    found = static_file.get_response(request.method or "GET", request.META)
    response = HttpResponse(status=int(found.status))
    del response["Content-Type"]
    for name, value in found.headers:
        if value is not None:
            response[name] = value
    if found.file is not None:
        with found.file as file:
            response.content = file.read()
    return response


class TrustedProxyMiddleware:
    """The client's address: REMOTE_ADDR, or the entry that the configured number of our own proxies vouches for."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        n_proxies = settings.N_TRUSTED_PROXIES
        if n_proxies:
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            if len(hops) >= n_proxies and (address := hops[-n_proxies].strip()):
                request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


class PageLocaleMiddleware(LocaleMiddleware):
    """Pages in the language of the reader; the API is for programs and speaks one."""

    def process_request(self, request: HttpRequest) -> None:
        if not request.path.startswith(API_PREFIX):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if request.path.startswith(API_PREFIX) else super().process_response(request, response)


class DatabaseDownMiddleware:
    """A database that does not answer is a 503 with a sentence, never a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DATABASE_DOWN):
            return None
        log.error("database unavailable: %s", type(exception).__name__)
        if not request.path.startswith(API_PREFIX):
            return show_unavailable(request)
        return answer_unavailable()
