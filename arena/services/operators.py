"""Who runs the arena? The first operator account, and those let in from the command line. Next file: roles.py."""

import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from arena.domain.roles import Role
from arena.services.roles import give_role
from arena.services.second_factor import end_sessions, forget_second_factor

LOGIN = "operator"
PASSWORD_BYTES = 12


@transaction.atomic
def create_first_operator() -> tuple[str, str] | None:
    """Login and password of a new owner, or None where somebody owns the site. The password is shown once."""
    users = get_user_model().objects
    if users.filter(Q(is_superuser=True) | Q(groups__name=Role.OWNER)).exists():
        return None
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    give_role(user=users.create_user(username=LOGIN, password=password), role=Role.OWNER)
    return LOGIN, password


@transaction.atomic
def admit_staff(*, login: str, role: Role | None = None, is_reset: bool = False) -> tuple[User, str | None]:
    """An account of the staff, made where there is none, an owner unless a role is said; all its sessions end.

    Its password comes back where it is new: for a new account, and with is_reset, which also forgets the second factor.
    """
    user, is_new = User.objects.get_or_create(username=login)
    if is_new or role:
        give_role(user=user, role=role or Role.OWNER)
    if not is_new and not is_reset:
        end_sessions(user_id=user.pk)
        return user, None
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user.set_password(password)
    user.save(update_fields=["password"])
    forget_second_factor(user_id=user.pk)
    return user, password
