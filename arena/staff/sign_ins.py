"""What follows a sign-in, and a change of a second factor? A session that ends, and a line in the trail of the staff.

Members of private arenas are no staff: of them nothing is noted. Next file to read: sign_in.py, trail.py.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from arena.domain.audit import Actor, Door
from arena.services.audit import note_step
from arena.sign_in import MFA, begin_staff_session


@receiver(user_logged_in, dispatch_uid="arena.staff")
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    begin_staff_session(request, user)
    _note(user, "sign in")


@receiver(user_logged_out, dispatch_uid="arena.staff")
def signed_out(user: User | None, **kwargs: Any) -> None:
    _note(user, "sign out")


@receiver(authenticator_added, dispatch_uid="arena.staff")
def second_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Whoever has just set one up has shown it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method=MFA, id=authenticator.pk, type=authenticator.type)
    _note(user, "add second factor", after={"kind": authenticator.type})


@receiver(authenticator_removed, dispatch_uid="arena.staff")
def second_factor_removed(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(user, "remove second factor", before={"kind": authenticator.type})


@receiver(authenticator_reset, dispatch_uid="arena.staff")
def second_factor_reset(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    _note(user, "renew second factor", after={"kind": authenticator.type})


def _note(user: User | None, action: str, **values: Any) -> None:
    if user is not None and user.is_staff:
        note_step(actor=Actor(user.get_username(), Door.SIGN_IN), action=action, row=user, **values)
