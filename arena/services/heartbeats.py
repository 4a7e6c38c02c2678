"""Who says that it lives? Next file to read: queries/alarms.py."""

from arena.models import Heartbeat
from arena.queries.clock import database_now


def note_heartbeat(*, name: str) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": database_now()})
