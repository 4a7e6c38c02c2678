"""How does a script come in? By a token of which only a hash is kept; it was shown once.

Next file to read: models/access.py, api/authentication.py.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from arena.domain.errors import NotFound
from arena.domain.roles import Role, grants
from arena.models import ApiToken
from arena.queries.clock import database_now

PREFIX = "fg_"
TOKEN_BYTES = 32  # of chance: a plain hash needs no salt and no stretching
HINT_LENGTH = 9
NOTE_USE_EVERY = timedelta(minutes=1)


def make_token(*, user: User, name: str, role: str = "", expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token of this account, and its text, which is nowhere else."""
    text = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    token = ApiToken.objects.create(
        user=user, name=name, role=role, expires_at=expires_at, hint=text[:HINT_LENGTH], digest=_digest(text)
    )
    return token, text


def token_of_text(*, text: str) -> ApiToken:
    """The token, with its user, and a note that it was used. Raises NotFound for one that opens nothing (any more)."""
    token = ApiToken.objects.select_related("user").filter(digest=_digest(text)).first()
    now = database_now()
    if token is None or not token.is_valid_at(now) or not token.user.is_active:
        raise NotFound
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - NOTE_USE_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


@transaction.atomic
def revoke_token(*, token_id: int) -> bool:
    """From now on it opens nothing; whether it did before."""
    return bool(ApiToken.objects.filter(pk=token_id, revoked_at__isnull=True).update(revoked_at=database_now()))


def may(*, token: ApiToken, permission: str) -> bool:
    """Whether its role allows this, and its user too. permission : of the arena's rows, such as add_prompt."""
    if not token.role or not token.user.is_staff:
        return False
    rows = tuple(model._meta.model_name or "" for model in apps.get_app_config("arena").get_models())
    is_granted = ("arena", permission) in grants(Role(token.role), rows)
    return is_granted and token.user.has_perm(f"arena.{permission}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
