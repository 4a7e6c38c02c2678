"""Who runs the arena? The first operator account. Next file to read: roles.py, management/commands/up.py."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from arena.domain.roles import Role
from arena.services.roles import give_role

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
