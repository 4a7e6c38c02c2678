"""When is an endpoint left alone for a while? The circuit breaker: failures in a row, or one that asking cannot mend.

Next file to read: queries/catalog.py, which leaves open ones out of the draw.
"""

from datetime import timedelta

from django.db.models import F

from arena.models import Endpoint
from arena.providers.base import ProviderError
from arena.queries.clock import database_now

FAILURES_TO_OPEN = 5
OPEN_FOR = timedelta(seconds=120)
OPEN_FOR_FATAL = timedelta(minutes=15)
MAX_ERROR_LENGTH = 200


def record_success(*, contestant_id: int) -> None:
    """Close the breaker; writes nothing while all is well."""
    Endpoint.objects.filter(contestant=contestant_id, n_failures__gt=0).update(n_failures=0, open_until=None)


def record_failure(*, contestant_id: int, error: ProviderError) -> None:
    """Count a failure, and open the breaker when it is one too many."""
    endpoint = Endpoint.objects.filter(contestant=contestant_id)
    endpoint.update(n_failures=F("n_failures") + 1, last_error=str(error)[:MAX_ERROR_LENGTH])
    now = database_now()
    if error.is_fatal:
        endpoint.update(open_until=now + OPEN_FOR_FATAL)
    else:
        endpoint.filter(n_failures__gte=FAILURES_TO_OPEN).update(open_until=now + OPEN_FOR)
