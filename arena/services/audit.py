"""How is a step of the staff kept? As one row that nobody can change. Next file to read: domain/audit.py."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from arena.domain.audit import Actor, without_secrets
from arena.models import AuditEntry
from arena.models.access import MAX_WHY_LENGTH

MAX_NAME_LENGTH = 200
MAX_ACTION_LENGTH = 60


def note_step(
    *,
    actor: Actor,
    action: str,
    row: Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> None:
    """Keep that this was done. Call it in the transaction of the step, so that neither is without the other."""
    AuditEntry.objects.create(
        actor=actor.who,
        door=actor.door,
        token=actor.token,
        action=action[:MAX_ACTION_LENGTH],
        row_type=row._meta.label_lower if row is not None else "",
        row_id=str(row.pk) if row is not None else "",
        row_name=str(row)[:MAX_NAME_LENGTH] if row is not None else "",
        before=without_secrets(before or {}),
        after=without_secrets(after or {}),
        why=why[:MAX_WHY_LENGTH],
    )
