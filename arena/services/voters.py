"""How does an anonymous session become a voter, and agree to something? Next file to read: battles.py."""

from uuid import UUID

from django.db import transaction

from arena.domain.consent import VERSION
from arena.domain.errors import InvalidInput
from arena.models import Arena, ArenaConsent, Voter
from arena.queries.clock import database_now


def ensure_voter(*, voter_id: UUID) -> Voter:
    """The row of this session's voter, made at the first battle."""
    voter, _ = Voter.objects.get_or_create(id=voter_id)
    return voter


@transaction.atomic
def give_consent(*, voter_id: UUID, is_given: bool) -> None:
    """Agree, or no longer agree, that texts of battles from now on are published. A no holds in every arena."""
    ensure_voter(voter_id=voter_id)
    now = database_now()
    Voter.objects.filter(id=voter_id).update(
        was_asked=True,
        consent_version=VERSION if is_given else "",
        consented_at=now if is_given else None,
    )
    if not is_given:
        ArenaConsent.objects.filter(voter=voter_id, is_given=True).update(is_given=False, said_at=now)


def give_arena_consent(*, voter_id: UUID, arena: Arena, is_given: bool, version: int | None) -> None:
    """The same in one arena that asks in words of its own.

    version : of the text that was read; a no needs none. Raises InvalidInput if the arena asks another one now.
    """
    if not arena.consent_text:
        raise InvalidInput({"arena": ["This arena asks nothing of its own; the question of the site holds here."]})
    if is_given and version != arena.consent_version:
        raise InvalidInput({"version": ["The text has changed since. Read it, and say again what holds."]})
    ensure_voter(voter_id=voter_id)
    said = {"version": arena.consent_version, "is_given": is_given, "said_at": database_now()}
    ArenaConsent.objects.update_or_create(voter_id=voter_id, arena=arena, defaults=said)


def voter_of_user(*, user_id: int) -> Voter:
    """The one voter that stands for all scripts of this account, made at its first call."""
    voter, _ = Voter.objects.get_or_create(user_id=user_id)
    return voter
