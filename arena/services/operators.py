"""Who runs the arena? The first operator account. Next file to read: management/commands/up.py."""

import secrets

from django.contrib.auth import get_user_model

LOGIN = "operator"
PASSWORD_BYTES = 12


def create_first_operator() -> tuple[str, str] | None:
    """Login and password of a new superuser, or None where there is one already. The password is shown once."""
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    users.create_superuser(username=LOGIN, password=password)
    return LOGIN, password
