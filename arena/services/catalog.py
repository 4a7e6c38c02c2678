"""How does the catalogue change where it has consequences? Entering, pausing, retiring. Next file: ledger.py."""

from hashlib import sha256

from django.db import transaction

from arena.domain.metadata import EntryStatus
from arena.models import Arena, Entry
from arena.services.ledger import open_ledger, record_event

# Steps that readers of the board must be able to see later; a draft is nobody's business yet.
PUBLIC_STEPS = {EntryStatus.ACTIVE: "add", EntryStatus.RETIRED: "retire"}


@transaction.atomic
def save_arena(*, arena: Arena) -> None:
    """Save an arena; a new one gets its empty ledger."""
    arena.save()
    open_ledger(arena=arena)


@transaction.atomic
def set_entry_status(*, entry_id: int, status: EntryStatus) -> bool:
    """Move an entry to another status; whether it changed. Becoming active and being retired go into the ledger."""
    entry = Entry.objects.select_for_update(of=("self",)).select_related("contestant").get(pk=entry_id)
    if entry.status == status:
        return False
    Entry.objects.filter(pk=entry_id).update(status=status)
    if status in PUBLIC_STEPS:
        contestant = entry.contestant
        record_event(
            arena_id=entry.arena_id,
            kind="model",
            op=PUBLIC_STEPS[status],
            id=contestant.slug,
            name=contestant.name,
            meta_sha=_digest(contestant.organisation, contestant.version, contestant.precision),
        )
    return True


def _digest(*facts: str) -> str:
    """Which facts the name stood for at that moment, without repeating them in every entry."""
    return sha256("\x1f".join(facts).encode()).hexdigest()
