"""How does an anonymous session become a voter? Next file to read: battles.py."""

from uuid import UUID

from arena.models import Voter


def ensure_voter(*, voter_id: UUID) -> Voter:
    """The row of this session's voter, made at the first battle."""
    voter, _ = Voter.objects.get_or_create(id=voter_id)
    return voter


def voter_of_user(*, user_id: int) -> Voter:
    """The one voter that stands for all scripts of this account, made at its first call."""
    voter, _ = Voter.objects.get_or_create(user_id=user_id)
    return voter
