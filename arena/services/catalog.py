"""How does the catalogue change where it has consequences? Entering, retiring, renaming. Next file: ledger.py."""

from hashlib import sha256

from django.db import transaction

from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant, Entry
from arena.services.ledger import open_ledger, record_event

# Steps that readers of the board must be able to see later; a draft is nobody's business yet.
PUBLIC_STEPS = {EntryStatus.ACTIVE: "add", EntryStatus.RETIRED: "retire"}
PUBLIC_STATUSES = (EntryStatus.ACTIVE, EntryStatus.PAUSED, EntryStatus.RETIRED)


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
        _record_step(entry.arena_id, PUBLIC_STEPS[status], entry.contestant)
    return True


@transaction.atomic
def save_contestant(*, contestant: Contestant) -> None:
    """Save a contestant. Another name goes into the ledger of every arena in which it stands, or stood."""
    name_before = Contestant.objects.filter(pk=contestant.pk).values_list("name", flat=True).first()
    contestant.save()
    if name_before in (None, contestant.name):
        return
    for entry in contestant.entries.filter(status__in=PUBLIC_STATUSES).order_by("arena_id"):
        _record_step(entry.arena_id, "rename", contestant)


def _record_step(arena_id: int, step: str, contestant: Contestant) -> None:
    record_event(
        arena_id=arena_id,
        kind="model",
        op=step,
        id=contestant.slug,
        name=contestant.name,
        meta_sha=_digest(contestant.organisation, contestant.version, contestant.precision),
    )


def _digest(*facts: str) -> str:
    """Which facts the name stood for at that moment, without repeating them in every entry."""
    return sha256("\x1f".join(facts).encode()).hexdigest()
