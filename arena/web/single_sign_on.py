"""How does somebody come in by the organisation's own sign-in? By OpenID Connect, stricter here than in allauth.

Both addresses are a 404 where ARENA_OIDC_ISSUER names nobody. allauth keeps state, PKCE and sessions; here the answers
of the provider are checked before a row is written: addresses; signature, issuer, audience, end, nonce of its token.
Next file to read: domain/single_sign_on.py, services/members.py.
"""

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import jwt
import requests
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from arena.domain.single_sign_on import Person, SignInRefused, SingleSignOn, is_safe_address
from arena.services.members import check_newcomer, set_groups, take_in

log = logging.getLogger(__name__)

PROVIDER = "openid_connect"
ALGORITHMS = ("RS256", "ES256")
BACKEND = "django.contrib.auth.backends.ModelBackend"
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
CLOCK_LEEWAY_S = 60
MAX_SUBJECT = 191  # what allauth has room for
FAILED = gettext_noop("The sign-in did not come to an end. Please start it again.")
SILENT = gettext_noop("Your organisation's sign-in does not answer. Please try again in a few minutes.")


class Untrusted(OAuth2Error):
    """What the provider said is not to be relied upon; its text is ours, and may be logged."""


class ProviderAdapter(OpenIDConnectOAuth2Adapter):
    """The provider's side: what it says of itself and of whoever signed in."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Where its doors are: each of them as safe as the issuer itself, and of the issuer that was configured."""
        if not hasattr(self, "_known_config"):
            site = _site()
            said = _json(f"{site.issuer.rstrip('/')}/.well-known/openid-configuration")
            if said.get("issuer") != site.issuer:
                raise Untrusted("the provider names another issuer")
            userinfo = said.get("userinfo_endpoint")
            if not all(is_safe_address(address) for address in (*map(said.get, ENDPOINTS), userinfo or site.issuer)):
                raise Untrusted("the provider names an address that is neither https nor on loopback")
            self._known_config = said
        return self._known_config

    @property
    def basic_auth(self) -> bool:
        """Where a provider does not say, the standard says basic."""
        return "client_secret_post" not in (self.openid_config.get("token_endpoint_auth_methods_supported") or ())

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            data = super().get_access_token_data(*args, **kwargs)
        except (OAuth2Error, KeyError, TypeError, ValueError) as error:
            raise Untrusted("no token for the code: is the client secret right?") from error
        tokens = [data.get(name) for name in ("access_token", "id_token")] if isinstance(data, dict) else [None]
        if not all(isinstance(token, str) and token.isascii() and token.isprintable() for token in tokens):
            raise Untrusted("no access token or no id token")
        return data

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        return SocialToken(token=data["access_token"])

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Nothing has been written when this ends, well or not."""
        id_token = self._verified(kwargs["response"]["id_token"])
        userinfo: dict[str, Any] = {}
        if address := self.openid_config.get("userinfo_endpoint"):
            userinfo = _json(address, headers={"Authorization": f"Bearer {token.token}"})
            if userinfo.get("sub") != id_token["sub"]:
                raise Untrusted("userinfo is about somebody else")
        site = _site()
        person = site.person_of(id_token, userinfo)
        check_newcomer(issuer=site.issuer, subject=id_token["sub"], person=person)
        login = self.get_provider().sociallogin_from_response(request, {"sub": id_token["sub"], "email": person.email})
        login.person = person
        return login

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{reverse('sso_callback')}"

    def _verified(self, id_token: str) -> dict[str, Any]:
        """Signed by the provider, for this site, just now, in answer to this very session."""
        site = _site()
        try:
            claims = jwt.decode(
                id_token,
                key=self._key_of(jwt.get_unverified_header(id_token)),
                algorithms=ALGORITHMS,
                issuer=site.issuer,
                audience=site.client_id,
                leeway=CLOCK_LEEWAY_S,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise Untrusted(f"id token: {type(error).__name__}") from error
        nonce, subject = claims["nonce"], claims["sub"]
        if not (isinstance(nonce, str) and self.nonce and secrets.compare_digest(nonce.encode(), self.nonce.encode())):
            raise Untrusted("id token of another sign-in")
        if claims.get("azp", site.client_id) != site.client_id:
            raise Untrusted("id token for another site")
        if not (isinstance(subject, str) and subject.isprintable() and 0 < len(subject) <= MAX_SUBJECT):
            raise Untrusted("no subject that could be kept")
        return claims

    def _key_of(self, header: dict[str, Any]) -> jwt.PyJWK:
        """A provider with one key need not name it."""
        keys = _json(self.openid_config["jwks_uri"]).get("keys")
        fitting = [key for key in keys if isinstance(key, dict) and key.get("kid") == header.get("kid")] if keys else []
        if len(fitting) != 1 or header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidKeyError("no such key")
        return jwt.PyJWK(fitting[0], algorithm=header["alg"])


class Provider(OpenIDConnectProvider):
    """The site's side. What stands in the address changes nothing but the page that follows."""

    oauth2_adapter_class = ProviderAdapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        target = get_next_redirect_url(request)
        return {"process": "login", **({"next_url": target} if target else {})}

    def redirect(self, request: HttpRequest, process: str, *args: Any, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        auth_params = {**self.get_auth_params(), "nonce": nonce}
        return super().redirect(request, process, *args, auth_params=auth_params, nonce=nonce, **kwargs)

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of a person is kept that is not needed."""
        return {}


class SocialAdapter(DefaultSocialAccountAdapter):
    """What allauth asks the site: one provider, from the environment; members only."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        site = settings.SINGLE_SIGN_ON
        if site is None:
            return []
        app = SocialApp(
            provider=PROVIDER,
            provider_id=site.issuer,
            name="OpenID Connect",
            client_id=site.client_id,
            secret=site.client_secret,
            settings={"server_url": site.issuer, "oauth_pkce_enabled": True, "email_authentication": False},
        )
        return [app]

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> Provider:
        return Provider(request, app=self.get_app(request, provider))

    def get_requests_session(self) -> requests.Session:
        """Goes nowhere but where it is sent: neither to another address, nor with what lies in files of the machine."""
        session = super().get_requests_session()
        session.max_redirects, session.trust_env = 0, False
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return True

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The address is the name: what people call themselves elsewhere could be a name of the staff here."""
        user = sociallogin.user
        user.username = user.email = data["email"]
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        sociallogin.user.backend = BACKEND
        if sociallogin.is_existing:
            set_groups(user=sociallogin.user, person=sociallogin.person)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        person: Person = sociallogin.person
        with transaction.atomic():
            user = super().save_user(request, sociallogin, form)
            take_in(user=user, person=person)
        return user

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> NoReturn:
        raise ImmediateHttpResponse(_explain(request, exception))


class CallbackView(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response


def door(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Not there unless it is configured; whatever the provider does, a page."""

    @wraps(view)
    @never_cache
    @require_GET
    def show(request: HttpRequest) -> HttpResponse:
        _site()
        try:
            return view(request)
        except (SignInRefused, OAuth2Error, requests.RequestException, IntegrityError) as error:
            return _explain(request, error)

    return show


@door
def begin(request: HttpRequest) -> HttpResponse:
    """Off to the provider; whoever is signed in stays who they are."""
    if request.user.is_authenticated:
        return redirect(get_next_redirect_url(request) or settings.LOGIN_REDIRECT_URL)
    return _adapter(request).get_provider().redirect_from_request(request)


@door
def finish(request: HttpRequest) -> HttpResponse:
    """Back from the provider."""
    return CallbackView.adapter_view(_adapter(request))(request)


def _site() -> SingleSignOn:
    if settings.SINGLE_SIGN_ON is None:
        raise Http404
    return settings.SINGLE_SIGN_ON


def _adapter(request: HttpRequest) -> ProviderAdapter:
    return ProviderAdapter(request, _site().issuer)


def _json(address: str, **kwargs: Any) -> dict[str, Any]:
    with SocialAdapter().get_requests_session() as session:
        response = session.get(address, **kwargs)
        response.raise_for_status()
        said = response.json()
    if not isinstance(said, dict):
        raise Untrusted("the provider does not answer in JSON objects")
    return said


def _explain(request: HttpRequest, error: Exception | None) -> HttpResponse:
    """Never in the provider's words, which may hold what was sent to it."""
    is_silent = isinstance(error, requests.RequestException)
    if error is not None and not isinstance(error, SignInRefused):
        log.warning("single sign-on failed: %s", error if isinstance(error, Untrusted) else type(error).__name__)
    sentence = str(error) if isinstance(error, SignInRefused) else SILENT if is_silent else FAILED
    context = {"title": gettext("You are not signed in"), "sentence": gettext(str(sentence))}
    return render(request, "arena/error.html", context, status=503 if is_silent else 403)
