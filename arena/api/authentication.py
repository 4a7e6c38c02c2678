"""Who may send an unsafe call? A browser that proves it is on our page (CSRF), or a script with its token.

Who the voter behind it is: voters.py.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from arena.api.errors import CSRFFailed
from arena.domain.errors import NotFound
from arena.models import ApiToken
from arena.services.tokens import token_of_text

SCHEME = "Token"
MAX_BAD_TOKENS, BAD_TOKENS_WITHIN_S = 20, 600


class ScriptTokenAuthentication(BaseAuthentication):
    """`Authorization: Token ...`; needs no CSRF token, because no browser sends this header by itself."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None for another scheme. Raises AuthenticationFailed (401), Throttled (429) after too many bad ones."""
        scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        refuse_guessing(request)
        try:
            token = token_of_text(text=text.strip())
        except NotFound:
            count_bad_token(request)
            raise AuthenticationFailed("There is no such token, or it has expired or was revoked.") from None
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return SCHEME


def refuse_guessing(request: Request) -> None:
    """Raises Throttled where this address showed too many bad tokens."""
    if settings.HAS_LIMITS and cache.get(_bad_tokens(request), 0) >= MAX_BAD_TOKENS:
        raise Throttled(wait=BAD_TOKENS_WITHIN_S)


def count_bad_token(request: Request) -> None:
    if settings.HAS_LIMITS:
        cache.add(_bad_tokens(request), 0, BAD_TOKENS_WITHIN_S)
        cache.incr(_bad_tokens(request))


def _bad_tokens(request: Request) -> str:
    return f"bad-tokens:{request.META.get('REMOTE_ADDR', '')}"


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
