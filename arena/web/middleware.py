"""What happens around every request? Trusted proxies; a database that is down. Next file to read: urls.py."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from psycopg_pool import PoolTimeout

API_PREFIX = "/api/"
RETRY_AFTER_S = 2
UNAVAILABLE = "The site cannot reach its database at the moment. Please try again in a few seconds."
log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


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


class DatabaseDownMiddleware:
    """A database that does not answer is a 503 with a sentence, never a traceback."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, (OperationalError, InterfaceError, PoolTimeout)):
            return None
        log.error("database unavailable: %s", type(exception).__name__)
        if request.path.startswith(API_PREFIX):
            response: HttpResponse = JsonResponse({"code": "unavailable", "detail": UNAVAILABLE}, status=503)
        else:
            response = render(request, "503.html", {"sentence": UNAVAILABLE}, status=503)
        response["Retry-After"] = str(RETRY_AFTER_S)
        return response
