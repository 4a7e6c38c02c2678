"""What is known of a voter, to the voter alone? Next file to read: services/voters.py."""

from uuid import UUID

from arena.models import Voter


def consent_of(voter_id: UUID) -> bool | None:
    """Whether texts may be published; None while nobody has asked."""
    voter = Voter.objects.filter(id=voter_id).only("consent_version", "consented_at", "was_asked").first()
    if voter is None or not voter.was_asked:
        return None
    return bool(voter.consent_version)
