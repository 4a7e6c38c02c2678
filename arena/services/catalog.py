"""How does the catalogue change where it has consequences? Entering, retiring, weighing, renaming.

Next file to read: versions.py, where a model takes the place of another.
"""

from hashlib import sha256

from django.db import transaction

from arena.domain.lifecycle import check_step
from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant, Entry, EntryStep
from arena.models.lifecycle import MAX_REASON_LENGTH
from arena.queries.clock import database_now
from arena.services.ledger import open_ledger, record_event

# Steps that readers of the board must be able to see later; a draft is nobody's business yet.
PUBLIC_STEPS = {EntryStatus.ACTIVE: "add", EntryStatus.RETIRED: "retire"}
PUBLIC_STATUSES = (EntryStatus.ACTIVE, EntryStatus.PAUSED, EntryStatus.RETIRED)


@transaction.atomic
def save_arena(*, arena: Arena) -> None:
    """Save an arena; a new one gets its empty ledger, and another consent text the next version."""
    arena.consent_text = arena.consent_text.replace("\r\n", "\n").strip()
    kept = Arena.objects.select_for_update().filter(pk=arena.pk).values_list("consent_text", "consent_version").first()
    text, version = kept or ("", 0)
    arena.consent_version = version + (arena.consent_text != text)
    arena.save()
    open_ledger(arena=arena)


@transaction.atomic
def set_entry_status(*, entry_id: int, status: EntryStatus, by: str = "", reason: str = "") -> bool:
    """Move an entry to another status; whether it changed. Becoming active and being retired go into the ledger.

    by : login of the operator, empty where nobody took the step by hand.   reason : public.   Raises IllegalStep.
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("contestant").get(pk=entry_id)
    if entry.status == status:
        return False
    check_step(entry.contestant.name, EntryStatus(entry.status), EntryStatus(status))
    Entry.objects.filter(pk=entry_id).update(status=status)
    record_step(entry=entry, before=EntryStatus(entry.status), status=status, by=by, reason=reason)
    if status in PUBLIC_STEPS:
        weight = {"weight": f"{entry.exposure:g}"} if status == EntryStatus.ACTIVE and entry.exposure != 1 else {}
        _record_step(entry.arena_id, PUBLIC_STEPS[status], entry.contestant, **weight)
    return True


@transaction.atomic
def set_exposure(*, entry_id: int, exposure: float, by: str = "", reason: str = "") -> bool:
    """Let an entry be drawn more or less often; whether it changed. In its history, and in the ledger once it competed.

    by, reason : as set_entry_status takes them.
    """
    entry = Entry.objects.select_for_update(of=("self",)).select_related("contestant").get(pk=entry_id)
    before, status = entry.exposure, EntryStatus(entry.status)
    if before == exposure:
        return False
    entry.exposure = exposure
    entry.save(update_fields=["exposure"])
    if status is EntryStatus.DRAFT:
        return True
    change = f"exposure {before:g}, now {exposure:g}"
    record_step(entry=entry, before=status, status=status, by=by, reason=f"{change}: {reason}" if reason else change)
    if status in PUBLIC_STATUSES:
        _record_step(entry.arena_id, "weigh", entry.contestant, weight=f"{exposure:g}")
    return True


def record_step(*, entry: Entry, before: EntryStatus, status: EntryStatus, by: str = "", reason: str = "") -> None:
    """One dated line in the history of an entry."""
    EntryStep.objects.create(
        entry=entry,
        status_before=before,
        status=status,
        by=by,
        reason=" ".join(reason.split())[:MAX_REASON_LENGTH],
        created_at=database_now(),
    )


@transaction.atomic
def save_contestant(*, contestant: Contestant) -> None:
    """Save a contestant. Another name goes into the ledger of every arena in which it stands, or stood."""
    name_before = Contestant.objects.filter(pk=contestant.pk).values_list("name", flat=True).first()
    contestant.save()
    if name_before in (None, contestant.name):
        return
    for entry in contestant.entries.filter(status__in=PUBLIC_STATUSES).order_by("arena_id"):
        _record_step(entry.arena_id, "rename", contestant)


def _record_step(arena_id: int, step: str, contestant: Contestant, **weight: str) -> None:
    record_event(
        arena_id=arena_id,
        kind="model",
        op=step,
        id=contestant.slug,
        name=contestant.name,
        meta_sha=_digest(contestant.organisation, contestant.version, contestant.precision),
        **weight,
    )


def _digest(*facts: str) -> str:
    """Which facts the name stood for at that moment, without repeating them in every entry."""
    return sha256("\x1f".join(facts).encode()).hexdigest()
