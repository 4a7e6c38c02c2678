"""Who may send an unsafe call? A browser that proves it is on our page (CSRF), or a script with its token.

Who the voter behind it is: voters.py.
"""

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.authentication import BaseAuthentication, CSRFCheck, TokenAuthentication
from rest_framework.request import Request

from arena.api.errors import CSRFFailed


class ScriptTokenAuthentication(TokenAuthentication):
    """`Authorization: Token ...`; needs no CSRF token, because no browser sends this header by itself."""

    def authenticate_header(self, request: Request) -> str | None:
        return None  # a bad token is a 403: the API has no 401


class VoterSessionAuthentication(BaseAuthentication):
    """Every other caller is an anonymous voter in a session, and must prove unsafe calls by X-CSRFToken.

    Who is signed in as an operator plays no role here, so the user is never loaded.
    """

    def authenticate(self, request: Request) -> None:
        check_csrf(request._request)


def check_csrf(request: HttpRequest) -> None:
    """Raises CSRFFailed."""
    # Django would look for the token in a form first, and parse the body for that. The API takes no forms.
    request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    check = CSRFCheck(_no_response)
    check.process_request(request)
    reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
    if reason:
        raise CSRFFailed(f"{reason} Send the csrf_token of GET session/ as X-CSRFToken.")


def _no_response(request: HttpRequest) -> Any:
    raise AssertionError("the check is used without a view behind it")
