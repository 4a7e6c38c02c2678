"""What does a visitor see when something cannot be done? One page for every error of the arena.

Next file to read: page.py, which turns what a view raises into these.
"""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, gettext_noop
from django.views import defaults
from psycopg_pool import PoolTimeout

from arena.domain.errors import (
    AlreadyVoted,
    ArenaError,
    BadFilter,
    BattleOver,
    ChallengeNeeded,
    InvalidInput,
    NoBattles,
    NotFound,
    NotReady,
    TooManySlices,
    TooManyStarts,
    TooManyUploads,
    UnsupportedUpload,
    UploadTooLarge,
)

DATABASE_DOWN = (OperationalError, InterfaceError, PoolTimeout)
UNAVAILABLE = gettext_noop("The site cannot reach its database at the moment. Please try again in a few seconds.")
FAULT = "Something went wrong here; it was not your request. Please try again later."
RETRY_AFTER_S = 2
API_PREFIX = "/api/"


class BadQuery(ArenaError):
    """What stands behind the question mark of the address is not something this page understands."""

    code = "bad_query"

    def __init__(self, name: str, allowed: str) -> None:
        said = {"name": name, "allowed": allowed}
        super().__init__(
            gettext("The address asks for something this page does not know: %(name)s. It understands %(allowed)s.")
            % said
        )


STATUSES: dict[type[ArenaError], int] = {
    BadQuery: 400,
    BadFilter: 400,
    NotFound: 404,
    NotReady: 409,
    AlreadyVoted: 409,
    BattleOver: 410,
    UploadTooLarge: 413,
    UnsupportedUpload: 415,
    InvalidInput: 422,
    ChallengeNeeded: 403,
    TooManySlices: 429,
    TooManyStarts: 429,
    TooManyUploads: 429,
    NoBattles: 503,
}
TITLES = {
    400: gettext_lazy("That address does not work"),
    403: gettext_lazy("One moment"),
    404: gettext_lazy("Nothing here"),
    409: gettext_lazy("Not just now"),
    410: gettext_lazy("This battle is over"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Not taken"),
    422: gettext_lazy("Please check what you sent"),
    429: gettext_lazy("Please wait a little"),
    503: gettext_lazy("Not available at the moment"),
}


def status_of(error: ArenaError) -> int:
    """Raises the error itself if no door was meant to see it."""
    for known, status in STATUSES.items():
        if isinstance(error, known):
            return status
    raise error


def show_error(request: HttpRequest, error: ArenaError) -> HttpResponse:
    status = status_of(error)
    context = {
        "title": TITLES[status],
        "sentence": gettext(str(error)),
        "problems": [gettext(sentence) for sentence in error.sentences] if isinstance(error, InvalidInput) else [],
    }
    return say_when(render(request, "arena/error.html", context, status=status), error)


def say_when(response: HttpResponse, error: ArenaError | None) -> HttpResponse:
    """Where the error ends by itself, after how long it is worth asking again."""
    if error is not None and error.retry_after_s is not None:
        response["Retry-After"] = str(error.retry_after_s)
    return response


def show_unavailable(request: HttpRequest) -> HttpResponse:
    response = render(request, "503.html", {"sentence": UNAVAILABLE}, status=503)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. A database that went away while the session was saved is a 503 here as well."""
    is_down = isinstance(sys.exc_info()[1], DATABASE_DOWN)
    if request.path.startswith(API_PREFIX):
        return answer_unavailable() if is_down else JsonResponse({"code": "error", "detail": FAULT}, status=500)
    return show_unavailable(request) if is_down else defaults.server_error(request)


def answer_unavailable() -> JsonResponse:
    """The same to a program."""
    body = {"code": "unavailable", "detail": UNAVAILABLE}
    return JsonResponse(body, status=503, headers={"Retry-After": str(RETRY_AFTER_S)})
