"""What is known of a voter, to the voter alone? And which texts may be shown? Next file to read: services/voters.py."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from arena.domain.visibility import Viewer
from arena.models import Arena, ArenaConsent, Voter
from arena.queries.visibility import enterable


def consent_of(voter_id: UUID, arena: Arena | None = None) -> bool | None:
    """Whether texts may be published; None while nobody has asked.

    arena : in which; None for the site's own question, which holds wherever an arena does not ask in words of its own.
    """
    if arena is not None and arena.consent_text:
        return _said_to(arena, voter_id)
    voter = Voter.objects.filter(id=voter_id).only("consent_version", "consented_at", "was_asked").first()
    if voter is None or not voter.was_asked:
        return None
    return bool(voter.consent_version)


def agrees(voter: Voter, arena: Arena) -> bool:
    """Whether texts of a battle that this voter begins here now may be published."""
    return bool(_said_to(arena, voter.pk) if arena.consent_text else voter.consent_version)


def arena_consents_of(voter_id: UUID, viewer: Viewer) -> QuerySet[ArenaConsent]:
    """What this voter agreed to in arenas that ask in words of their own and are open to them, by name of the arena."""
    given = ArenaConsent.objects.filter(enterable(viewer, "arena"), voter=voter_id, is_given=True)
    given = given.exclude(arena__consent_text="")
    return given.select_related("arena").order_by("arena__name")


def still_agrees() -> Q:
    """Of a battle whose texts may be published: its voter has not taken that back since, here or everywhere."""
    own = ArenaConsent.objects.filter(voter=OuterRef("voter"), arena=OuterRef("arena"), is_given=True)
    to_site = Q(arena__consent_text="", voter__isnull=False) & ~Q(voter__consent_version="")
    return to_site | ~Q(arena__consent_text="") & Exists(own)


def _said_to(arena: Arena, voter_id: UUID) -> bool | None:
    """To the present version of the arena's own text; None if nothing was said."""
    said = ArenaConsent.objects.filter(voter=voter_id, arena=arena, version=arena.consent_version)
    return said.values_list("is_given", flat=True).first()
