"""How does somebody who lost a second factor come back? It is forgotten, and every session of the account ends."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from arena.queries.clock import database_now


@transaction.atomic
def forget_second_factor(*, user_id: int) -> None:
    """Authenticator apps, passkeys and recovery codes of this account go, and with them whoever may have found them."""
    Authenticator.objects.filter(user=user_id).delete()
    end_sessions(user_id=user_id)


def end_sessions(*, user_id: int) -> None:
    """Sign this account out everywhere."""
    for session in Session.objects.filter(expire_date__gt=database_now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user_id):
            session.delete()
