"""Where does a model stand, and how did it come there? Next file: services/catalog.py, which takes the steps."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from arena.domain.metadata import EntryStatus
from arena.domain.visibility import Visibility
from arena.models import Arena, Contestant, Entry, EntryStep

OPERATOR = "an operator"
NOBODY = "the site itself"


@dataclass(frozen=True)
class PublicStep:
    """A step as everybody may see it. by : never a name."""

    arena: Arena
    at: datetime
    before: EntryStatus
    status: EntryStatus
    by: str
    reason: str


def public_steps_of(contestant: Contestant) -> list[PublicStep]:
    """The history of a model in the public arenas, newest first."""
    steps = steps_of(contestant).filter(entry__arena__visibility=Visibility.PUBLIC)
    return [
        PublicStep(
            arena=step.entry.arena,
            at=step.created_at,
            before=EntryStatus(step.status_before),
            status=EntryStatus(step.status),
            by=OPERATOR if step.by else NOBODY,
            reason=step.reason,
        )
        for step in steps
    ]


def steps_of(contestant: Contestant) -> QuerySet[EntryStep]:
    """Every step in every arena, newest first."""
    return EntryStep.objects.filter(entry__contestant=contestant).select_related("entry__arena").order_by("-id")


def standing_of(entry: Entry) -> str:
    """The status in words, or why an active model is not asked just now."""
    status = EntryStatus(entry.status)
    if status is EntryStatus.ACTIVE and entry.contestant.is_paused:
        return "paused, its endpoint fails"
    return status.label
