"""How often did a network begin something in this window? Counted in Redis, or in the database where there is none.

Either adds and asks in one step. A Redis that is down, or that restarts, begins at nothing. Next file: starts.py.
"""

import logging
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from redis import RedisError

from arena.models import StartCounter

QUIET_AFTER_FAILURE_S = 5.0

log = logging.getLogger(__name__)
_without_redis_until = 0.0


def count_up(*, name: str, limit: int, window_s: int, now: datetime) -> bool:
    """Whether there was room for one more in this window; then it is counted."""
    number = int(now.timestamp()) // window_s
    key = f"{name}/{number}"
    if not settings.IS_EMBEDDED and time.monotonic() >= _without_redis_until:
        try:
            return _in_redis(key, limit, window_s)
        except (RedisError, OSError) as error:
            _do_without_redis(error)
    return _in_database(key, limit, now + timedelta(seconds=window_s))


def delete_old_counters(*, now: datetime) -> None:
    StartCounter.objects.filter(expires_at__lte=now).delete()


def _do_without_redis(error: Exception) -> None:
    """For a while: who waits for a Redis that hangs holds the locks of this start."""
    global _without_redis_until
    _without_redis_until = time.monotonic() + QUIET_AFTER_FAILURE_S
    log.warning("redis unreachable, starts are counted in the database: %s", type(error).__name__)


def _in_redis(key: str, limit: int, window_s: int) -> bool:
    cache.add(key, 0, timeout=2 * window_s)  # only where there is none
    try:
        has_room = cache.incr(key) <= limit
    except ValueError:  # it expired between the two
        cache.add(key, 1, timeout=2 * window_s)
        return True
    if not has_room:
        cache.decr(key)
    return has_room


def _in_database(key: str, limit: int, expires_at: datetime) -> bool:
    """The row stays locked to the end of the transaction; a start that comes to nothing is not counted."""
    StartCounter.objects.bulk_create([StartCounter(key=key, expires_at=expires_at)], ignore_conflicts=True)
    return bool(StartCounter.objects.filter(key=key, n__lt=limit).update(n=F("n") + 1))
