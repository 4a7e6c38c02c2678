"""Which alarms are known, and who was told of them? Next file to read: services/alarms.py."""

from django.db import models
from django.db.models import Q

from arena.domain.alarms import AlarmEvent, Channel


class AlarmNotice(models.Model):
    """One alarm from when it was first seen until it ended."""

    name = models.CharField(max_length=40)
    about = models.CharField(max_length=200)
    sentence = models.CharField(max_length=500)
    link = models.CharField(max_length=300)
    since = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField(help_text="When the last message about it was written.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "alarm"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "about"], condition=Q(ended_at__isnull=True), name="alarm_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.about}"


class AlarmMessage(models.Model):
    """What is to be told by one way, until it was sent. The outbox of alarms."""

    notice = models.ForeignKey(AlarmNotice, on_delete=models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=8, choices=Channel.choices())
    event = models.CharField(max_length=8, choices=AlarmEvent.choices())
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    n_tries = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "message about an alarm"
        verbose_name_plural = "messages about alarms"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=list(Channel)), name="alarm_channel_known"),
            models.CheckConstraint(condition=Q(event__in=list(AlarmEvent)), name="alarm_event_known"),
        ]
        indexes = [
            models.Index(fields=["channel", "next_try_at"], condition=Q(sent_at__isnull=True), name="alarm_message_due")
        ]

    def __str__(self) -> str:
        return f"{self.notice} {AlarmEvent(self.event).label}, by {Channel(self.channel).label}"
