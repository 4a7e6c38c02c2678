"""Who complained of which battle, and what did an operator decide? Next file to read: services/reports.py."""

from django.db import models
from django.db.models import Q

from arena.domain.moderation import MAX_NOTE_LENGTH, ReportAbout, ReportReason, ReportState
from arena.models.battles import Battle
from arena.models.voters import Voter


class Report(models.Model):
    """A complaint about a text of a battle. One of each voter about each text."""

    battle = models.ForeignKey(Battle, on_delete=models.PROTECT, related_name="reports")
    about = models.CharField(max_length=6, choices=ReportAbout.choices())
    reason = models.CharField(max_length=10, choices=ReportReason.choices())
    note = models.CharField(max_length=MAX_NOTE_LENGTH, blank=True)
    voter = models.ForeignKey(Voter, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReportState.choices(), default=ReportState.OPEN)
    decided_by = models.CharField(max_length=150, blank=True, help_text="Login.")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(about__in=list(ReportAbout)), name="report_about_known"),
            models.CheckConstraint(condition=Q(reason__in=list(ReportReason)), name="report_reason_known"),
            models.CheckConstraint(condition=Q(state__in=list(ReportState)), name="report_state_known"),
            models.UniqueConstraint(fields=["battle", "about", "voter"], name="report_once"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="report_queue")]

    def __str__(self) -> str:
        return f"{ReportAbout(self.about).label} of {self.battle}"
