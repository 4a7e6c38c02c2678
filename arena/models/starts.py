"""What is counted so that nobody floods the arena? Starts by network, and challenges that were solved.

Networks stand here only as a keyed hash that changes every day. Next file to read: services/starts.py.
"""

from django.db import models


class StartCounter(models.Model):
    """Starts from one network in one window; used where there is no Redis, or while it is down."""

    key = models.CharField(max_length=100, primary_key=True)
    n = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class SolvedChallenge(models.Model):
    """A solution that was accepted, so that it is accepted once."""

    digest = models.CharField(max_length=128, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
