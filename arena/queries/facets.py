"""What can a board be filtered by? Counts of votes by facet, and who takes part. Next file to read: slices.py."""

from collections.abc import Mapping

from arena.domain.metadata import EntryStatus, VoterKind
from arena.models import Arena, Entry, FacetCounts


def kept_facet_counts(arena: Arena, voter_kind: VoterKind) -> Mapping[str, Mapping[str, int]]:
    """Counted votes by facet and value, as of the last count; empty before the first."""
    kept = FacetCounts.objects.filter(arena=arena, voter_kind=voter_kind).first()
    return kept.counts if kept else {}


def public_entries(arena: Arena) -> list[Entry]:
    """All that are more than drafts here, with their contestants, by slug."""
    entries = arena.entries.exclude(status=EntryStatus.DRAFT)
    return list(entries.select_related("contestant").order_by("contestant__slug"))
