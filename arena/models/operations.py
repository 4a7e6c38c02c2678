"""Which part of the site last said that it lives? Next file to read: queries/alarms.py, which asks."""

from django.db import models

WORKER = "worker"


class Heartbeat(models.Model):
    """Written by the timetable through a worker: old, and one of the two is silent."""

    name = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.seen_at:%H:%M:%S}"
