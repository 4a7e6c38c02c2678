"""How does a model come in? Half-done work is kept as it was typed; then contestant, endpoint and entries at once.

Next file to read: endpoint_test.py, which tries it before; catalog.py.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from arena.domain.metadata import EntryStatus
from arena.models import Contestant, Endpoint, Entry, ModelDraft
from arena.models.catalog import MAX_NAME_LENGTH
from arena.services.catalog import save_contestant, set_entry_status

MAX_VALUE_LENGTH = 20_000


def keep_draft(*, draft_id: UUID, values: Mapping[str, str | list[str]], by: str) -> ModelDraft:
    """What was typed so far, in place of what was kept before."""
    kept = {name: value for name, value in values.items() if value and len(value) <= MAX_VALUE_LENGTH}
    name = " ".join(str(values.get("name") or values.get("model_name") or "").split())[:MAX_NAME_LENGTH]
    draft, _ = ModelDraft.objects.update_or_create(id=draft_id, defaults={"values": kept, "name": name, "by": by})
    return draft


def drop_draft(*, draft_id: UUID) -> None:
    ModelDraft.objects.filter(pk=draft_id).delete()


def note_good_test(*, draft_id: UUID, endpoint: Endpoint) -> None:
    """Remember which settings passed; other settings are untested."""
    ModelDraft.objects.filter(pk=draft_id).update(tested_sha=settings_sha(endpoint))


def settings_sha(endpoint: Endpoint) -> str:
    """What a test holds for: where, whom, with which key and parameters."""
    parts = [endpoint.provider, endpoint.base_url, endpoint.model_name, endpoint.key_name, endpoint.parameters]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def add_model(
    *,
    contestant: Contestant,
    endpoint: Endpoint | None,
    arena_ids: Sequence[int],
    status: EntryStatus,
    exposure: float,
    by: str,
    reason: str = "",
    draft_id: UUID | None = None,
) -> Contestant:
    """All of a new model, or nothing; all rows checked by their forms before. Its draft goes away."""
    save_contestant(contestant=contestant)
    if endpoint is not None:
        endpoint.contestant = contestant
        endpoint.save()
    for arena_id in arena_ids:
        entry = Entry.objects.create(arena_id=arena_id, contestant=contestant, exposure=exposure)
        set_entry_status(entry_id=entry.pk, status=status, by=by, reason=reason)
    ModelDraft.objects.filter(pk=draft_id).delete()
    return contestant
