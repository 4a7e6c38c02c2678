"""How does an anonymous session become a voter? Next file to read: battles.py."""

from uuid import UUID

from arena.domain.consent import VERSION
from arena.models import Voter
from arena.queries.clock import database_now


def ensure_voter(*, voter_id: UUID) -> Voter:
    """The row of this session's voter, made at the first battle."""
    voter, _ = Voter.objects.get_or_create(id=voter_id)
    return voter


def give_consent(*, voter_id: UUID, is_given: bool) -> None:
    """Agree, or no longer agree, that texts of battles from now on are published."""
    ensure_voter(voter_id=voter_id)
    Voter.objects.filter(id=voter_id).update(
        was_asked=True,
        consent_version=VERSION if is_given else "",
        consented_at=database_now() if is_given else None,
    )


def voter_of_user(*, user_id: int) -> Voter:
    """The one voter that stands for all scripts of this account, made at its first call."""
    voter, _ = Voter.objects.get_or_create(user_id=user_id)
    return voter
