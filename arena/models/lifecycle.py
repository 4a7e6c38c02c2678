"""Which steps did an entry take, when, by whom and why? Next file to read: services/catalog.py, which takes them."""

from django.db import models
from django.db.models import Q

from arena.domain.metadata import EntryStatus
from arena.models.catalog import Entry

MAX_REASON_LENGTH = 200


class EntryStep(models.Model):
    """Never updated, never deleted: triggers of the database refuse both (migration 0002)."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="steps")
    status_before = models.CharField("from", max_length=10, choices=EntryStatus.choices())
    status = models.CharField("to", max_length=10, choices=EntryStatus.choices())
    # A login and no reference: the step stays as it is when an account is renamed or leaves.
    by = models.CharField(max_length=150, blank=True, help_text="Login; empty where nobody took the step by hand.")
    reason = models.CharField(max_length=MAX_REASON_LENGTH, blank=True, help_text="Public.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name = "step of an entry"
        verbose_name_plural = "steps of entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=list(EntryStatus), status_before__in=list(EntryStatus)), name="step_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry}: {self.status_before} to {self.status}"
