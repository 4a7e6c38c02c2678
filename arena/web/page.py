"""What do all pages share? A voter, a CSRF cookie, strict addresses, and a page for what cannot be done.

Next file to read: catalog.py, battles.py, leaderboards.py: the views, by noun.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from arena.domain.errors import ArenaError
from arena.visitors import ensure_voter_id
from arena.web.errors import BadQuery, show_error

View = Callable[..., HttpResponse]


def page(*methods: str, query: tuple[str, ...] = (), repeatable: tuple[str, ...] = ()) -> Callable[[View], View]:
    """A view as a page: these methods, and in the address only these parameters, each once unless it is repeatable."""

    def decorate(view: View) -> View:
        @wraps(view)
        @require_http_methods([*methods, "HEAD"])
        @never_cache
        @ensure_csrf_cookie
        def show(request: HttpRequest, **path: object) -> HttpResponse:
            ensure_voter_id(request)
            try:
                _check_query(request, query, repeatable)
                return view(request, **path)
            except ArenaError as error:
                return show_error(request, error)

        return show

    return decorate


def _check_query(request: HttpRequest, allowed: tuple[str, ...], repeatable: tuple[str, ...]) -> None:
    for name, values in request.GET.lists():
        if name not in allowed or (len(values) > 1 and name not in repeatable):
            raise BadQuery(name, ", ".join(allowed) or "no parameters")
