"""How does the catalogue change where it has consequences? Entering, retiring, weighing, renaming.

Next file to read: versions.py, where a model takes the place of another.
"""

from collections.abc import Collection
from hashlib import sha256

from django.db import transaction

from arena.domain.errors import InvalidInput
from arena.domain.lifecycle import IllegalStep, check_step
from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant, Entry, EntryStep
from arena.models.lifecycle import MAX_REASON_LENGTH
from arena.queries.catalog import has_endpoint, has_outputs
from arena.queries.clock import database_now
from arena.services.ledger import open_ledger, record_event

# Steps that readers of the board must be able to see later; a draft is nobody's business yet.
PUBLIC_STEPS = {EntryStatus.ACTIVE: "add", EntryStatus.RETIRED: "retire"}
CHECKED_BY = ("moderation", "moderation_base_url", "moderation_model")
PUBLIC_STATUSES = (EntryStatus.ACTIVE, EntryStatus.PAUSED, EntryStatus.RETIRED)


@transaction.atomic
def save_arena(*, arena: Arena) -> None:
    """Save an arena; a new one gets its empty ledger, another consent text the next version, another check its date."""
    arena.consent_text = arena.consent_text.replace("\r\n", "\n").strip()
    kept = Arena.objects.select_for_update().filter(pk=arena.pk).first()
    text, version = (kept.consent_text, kept.consent_version) if kept else ("", 0)
    arena.consent_version = version + (arena.consent_text != text)
    is_same_check = kept is not None and all(getattr(kept, name) == getattr(arena, name) for name in CHECKED_BY)
    arena.checked_since = (kept.checked_since if kept and is_same_check else None) or database_now()
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
def enter_models(
    *, contestant_ids: Collection[int], arena_id: int, status: EntryStatus, by: str, reason: str = ""
) -> list[Contestant]:
    """Enter these models into an arena, or move them on there, all or none; those whose status changed.

    Raises InvalidInput, a sentence for each step that cannot be taken and each model that would have nothing to show.
    """
    arena = Arena.objects.get(pk=arena_id)
    contestants = list(Contestant.objects.filter(pk__in=contestant_ids).select_related("endpoint").order_by("slug"))
    faults = []
    if status is EntryStatus.ACTIVE:
        silent = [c.name for c in contestants if not has_endpoint(c) and not has_outputs(c, arena)]
        faults += [f"{name} has neither an endpoint that is on nor a stored output in {arena}." for name in silent]
    moved = []
    for contestant in contestants:
        entry, _ = Entry.objects.get_or_create(arena=arena, contestant=contestant)
        try:
            if set_entry_status(entry_id=entry.pk, status=status, by=by, reason=reason):
                moved.append(contestant)
        except IllegalStep as error:
            faults.append(str(error))
    if faults:
        raise InvalidInput({"models": faults})
    return moved


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
