"""Is whoever is signed in let into the rooms of the staff? And what of allauth is different here.

Accounts are made by owners only; a session of the staff ends after eight hours, used or not; where a second factor is
required, one has to be shown in the session. Next file to read: staff/site.py, which asks before every page.
"""

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from arena.domain.words import Word

STAFF_SESSION_S = 8 * 60 * 60
RECENT_S = 300  # whoever signed in so lately is not asked again before changing a second factor
SINCE = "staff_since"
MFA = "mfa"


class Lack(Word):
    """What a session of the staff lacks."""

    AGE = "age", "You signed in more than eight hours ago. Please sign in again."
    ENROLMENT = "enrolment", "Staff of this site need a second factor. Set one up here, then go on."
    PROOF = "proof", "Show your second factor to go on."


def lack_of(request: HttpRequest) -> Lack | None:
    """Why the staff's rooms stay closed to this signed-in member of the staff; None if they are open."""
    if not 0 <= time.time() - request.session.get(SINCE, 0) < STAFF_SESSION_S:
        return Lack.AGE
    if not settings.IS_SECOND_FACTOR_REQUIRED:
        return None
    if any(record["method"] == MFA for record in get_authentication_records(request, request.user)):
        return None
    return Lack.PROOF if is_mfa_enabled(request.user) else Lack.ENROLMENT


def begin_staff_session(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> None:
    """From now on eight hours, for somebody of the staff; other sessions last as long as those of voters."""
    if getattr(user, "is_staff", False):
        request.session[SINCE] = time.time()
        request.session.set_expiry(STAFF_SESSION_S)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        if self.request is None:
            return True
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < RECENT_S for record in records)


class StaffLoginForm(LoginForm):
    """allauth sets how long the session lasts after everybody else had a say; this has the last one."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response = super().login(request, redirect_url=redirect_url)
        begin_staff_session(request, request.user)
        return response


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors lie encrypted in the database, under a key made of the site's own."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"arena.second-factor").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
