"""What do all pages share? A CSRF cookie, strict addresses, a voter, and a page for what cannot be done.

Next file to read: catalog.py, battles.py, leaderboards.py: the views, by noun.
"""

import re
from collections.abc import Callable, Sequence
from functools import wraps

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from arena.domain.errors import ArenaError
from arena.visitors import ensure_voter_id
from arena.web.errors import BadQuery, show_error

View = Callable[..., HttpResponse]
MAX_FIELDS = 100
TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")[^"]+')


def page(
    *methods: str, query: tuple[str, ...] = (), repeatable: tuple[str, ...] = (), is_for_readers: bool = False
) -> Callable[[View], View]:
    """A view as a page: these methods, and in the address only these parameters, each once unless it is repeatable.

    is_for_readers : whoever comes to read is given no session and becomes no voter.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @require_http_methods([*methods, "HEAD"])
        @never_cache
        @ensure_csrf_cookie
        def show(request: HttpRequest, **path: object) -> HttpResponse:
            if not is_for_readers:
                ensure_voter_id(request)
            try:
                _check_query(request, query, repeatable)
                _check_fields(request)
                return view(request, **path)
            except ArenaError as error:
                return show_error(request, error)

        return show

    return decorate


def _check_query(request: HttpRequest, allowed: tuple[str, ...], repeatable: tuple[str, ...]) -> None:
    for name, values in request.GET.lists():
        if name not in allowed or (len(values) > 1 and name not in repeatable):
            raise BadQuery(name, ", ".join(allowed) or "no parameters")


def _check_fields(request: HttpRequest) -> None:
    if sum(len(values) for _, values in request.POST.lists()) > MAX_FIELDS:
        raise TooManyFieldsSent(f"more than {MAX_FIELDS} fields")


def around_tokens(html: bytes) -> tuple[bytes, ...]:
    """A page in pieces, between which the token of its next visitor goes."""
    return tuple(TOKEN.split(html))


def with_own_tokens(request: HttpRequest, pieces: Sequence[bytes]) -> bytes:
    """The page for this visitor."""
    return get_token(request).encode().join(pieces)
