"""When is an endpoint left alone for a while? The circuit breaker: failures in a row, or one that asking cannot mend.
And is it still the same model that answers there?

An endpoint that is left alone pauses its model: everybody can see it, and it ends with the first answer that comes.
Next file to read: queries/catalog.py, which leaves open ones out of the draw.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from arena.domain.lifecycle import BREAKER
from arena.domain.metadata import EntryStatus
from arena.models import Endpoint, Entry
from arena.providers.base import ProviderError
from arena.queries.clock import database_now
from arena.services.catalog import record_step

FAILURES_TO_OPEN = 5
OPEN_FOR = timedelta(seconds=120)
OPEN_FOR_FATAL = timedelta(minutes=15)
MAX_ERROR_LENGTH = 200
MAX_REPORTED_MODELS = 20
ANSWERS_AGAIN = "the endpoint answers again"
ASKED_AGAIN = "it may be asked again"


@transaction.atomic
def record_success(*, contestant_id: int) -> None:
    """Close the breaker and end the pause; writes nothing while all is well."""
    endpoint = Endpoint.objects.filter(contestant=contestant_id)
    if not endpoint.filter(n_failures__gt=0).update(n_failures=0, open_until=None):
        return
    if endpoint.filter(paused_at__isnull=False).update(paused_at=None):
        _record_steps(contestant_id, EntryStatus.PAUSED, EntryStatus.ACTIVE, ANSWERS_AGAIN)


@transaction.atomic
def record_failure(*, contestant_id: int, error: ProviderError) -> None:
    """Count a failure, and open the breaker when it is one too many."""
    endpoint = Endpoint.objects.filter(contestant=contestant_id)
    endpoint.update(n_failures=F("n_failures") + 1, last_error=str(error)[:MAX_ERROR_LENGTH])
    now = database_now()
    if error.is_fatal:
        is_open = endpoint.update(open_until=now + OPEN_FOR_FATAL)
    else:
        is_open = endpoint.filter(n_failures__gte=FAILURES_TO_OPEN).update(open_until=now + OPEN_FOR)
    if is_open and endpoint.filter(paused_at__isnull=True).update(paused_at=now):
        _record_steps(contestant_id, EntryStatus.ACTIVE, EntryStatus.PAUSED, BREAKER)


@transaction.atomic
def ask_again(*, contestant_id: int, by: str) -> bool:
    """Close the breaker because an operator says so; whether it was open."""
    endpoint = Endpoint.objects.filter(contestant=contestant_id)
    if not endpoint.filter(n_failures__gt=0).update(n_failures=0, open_until=None):
        return False
    if endpoint.filter(paused_at__isnull=False).update(paused_at=None):
        _record_steps(contestant_id, EntryStatus.PAUSED, EntryStatus.ACTIVE, ASKED_AGAIN, by)
    return True


@transaction.atomic
def note_reported_model(*, contestant_id: int, name: str) -> None:
    """Remember the name under which an answer came; one that is new beside others is a change. Else writes nothing.

    Fingerprints are left alone: they change with every release of a server, and say nothing about the model.
    """
    endpoints = Endpoint.objects.filter(contestant=contestant_id)
    if not name or name in (endpoints.values_list("reported_models", flat=True).first() or ()):
        return
    endpoint = endpoints.select_for_update().first()
    if endpoint is None or name in endpoint.reported_models:
        return
    if endpoint.reported_models:
        endpoint.model_changed_at = endpoint.model_changed_at or database_now()
    endpoint.reported_models = [*endpoint.reported_models, name][-MAX_REPORTED_MODELS:]
    endpoint.save(update_fields=["reported_models", "model_changed_at"])


def accept_model(*, contestant_id: int) -> bool:
    """An operator says that it is the same model under another name; whether one had changed."""
    changed = Endpoint.objects.filter(contestant=contestant_id, model_changed_at__isnull=False)
    return changed.update(model_changed_at=None) == 1


def _record_steps(contestant_id: int, before: EntryStatus, status: EntryStatus, reason: str, by: str = "") -> None:
    """In every arena where the model is active. The entry stays active, for that is what the operator wants of it."""
    for entry in Entry.objects.filter(contestant=contestant_id, status=EntryStatus.ACTIVE).order_by("arena"):
        record_step(entry=entry, before=before, status=status, reason=reason, by=by)
