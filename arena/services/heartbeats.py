"""Who says that it lives? Next file to read: queries/alarms.py."""

from datetime import timedelta

from arena.models import Heartbeat
from arena.queries.clock import database_now

NEWS_AFTER = timedelta(seconds=5)  # sooner again says nothing new


def note_heartbeat(*, name: str) -> None:
    now = database_now()
    _, is_new = Heartbeat.objects.get_or_create(name=name, defaults={"seen_at": now})
    if not is_new:
        Heartbeat.objects.filter(name=name, seen_at__lt=now - NEWS_AFTER).update(seen_at=now)
