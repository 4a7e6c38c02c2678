"""How does a model come in? Half-done work is kept as it was typed; then contestant, endpoint and entries at once.

Next file to read: endpoint_test.py, which tries it before; catalog.py.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from django.db import IntegrityError, transaction

from arena.domain.errors import InvalidInput
from arena.domain.metadata import EntryStatus
from arena.models import Contestant, Endpoint, Entry, ModelDraft
from arena.models.catalog import MAX_NAME_LENGTH
from arena.services.catalog import save_contestant, set_entry_status

MAX_VALUE_LENGTH = 20_000


class AlreadyAdded(Exception):
    """This draft has become a model: somebody sent it twice."""

    def __init__(self, contestant: Contestant) -> None:
        super().__init__(f"{contestant} is in already")
        self.contestant = contestant


@transaction.atomic
def keep_draft(*, draft_id: UUID, values: Mapping[str, str | list[str]], by: str) -> ModelDraft:
    """What was typed so far, in place of what was kept before. Raises AlreadyAdded."""
    kept = {name: value for name, value in values.items() if value and len(value) <= MAX_VALUE_LENGTH}
    name = " ".join(str(values.get("name") or values.get("model_name") or "").split())[:MAX_NAME_LENGTH]
    draft, _ = ModelDraft.objects.update_or_create(id=draft_id, defaults={"values": kept, "name": name, "by": by})
    check_not_added(draft_id=draft_id)
    return draft


def check_not_added(*, draft_id: UUID) -> None:
    """Raises AlreadyAdded."""
    contestant = Contestant.objects.filter(draft_id=draft_id).first()
    if contestant is not None:
        raise AlreadyAdded(contestant)


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
    """All of a new model, or nothing; all rows checked by their forms before. Its draft goes away.

    Raises AlreadyAdded; InvalidInput where another model took the slug meanwhile.
    """
    if draft_id is not None:
        # Of two requests at once the second waits here until the first is through.
        ModelDraft.objects.select_for_update().filter(pk=draft_id).first()
        check_not_added(draft_id=draft_id)
        contestant.draft_id = draft_id
    _save_new(contestant)
    if endpoint is not None:
        endpoint.contestant = contestant
        endpoint.save()
    for arena_id in arena_ids:
        entry = Entry.objects.create(arena_id=arena_id, contestant=contestant, exposure=exposure)
        set_entry_status(entry_id=entry.pk, status=status, by=by, reason=reason)
    ModelDraft.objects.filter(pk=draft_id).delete()
    return contestant


def _save_new(contestant: Contestant) -> None:
    """Raises InvalidInput."""
    try:
        with transaction.atomic():
            save_contestant(contestant=contestant)
    except IntegrityError:
        if not Contestant.objects.filter(slug=contestant.slug).exists():
            raise
        raise InvalidInput({"slug": ["There is a model at this address already."]}) from None
