"""Who votes, and what did they agree to? An anonymous identity, or an automatic judge. Next file to read: votes.py."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from arena.domain.metadata import VoterKind
from arena.models.catalog import Arena

SECRET_BYTES = 32


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


class Voter(models.Model):
    """Deleting the row, and with it the secret, makes the published pseudonyms untraceable."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=5, choices=VoterKind.choices(), default=VoterKind.HUMAN)
    secret = models.BinaryField(default=new_secret, editable=False)
    label = models.CharField(
        max_length=100, null=True, blank=True, help_text="Name of a judge, or of a voter in an imported file."
    )
    origin = models.CharField(max_length=100, default="live", help_text="The import that brought this voter, or live.")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    is_flagged = models.BooleanField(
        default=False, help_text="Votes of a flagged identity are accepted and kept, and excluded from the boards."
    )
    consent_version = models.CharField(
        max_length=20, blank=True, help_text="Of the text under which this voter agreed that texts are published."
    )
    was_asked = models.BooleanField("was asked for consent", default=False)
    consented_at = models.DateTimeField(null=True, blank=True)
    trusted_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Solved a challenge; is asked for none until then."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(VoterKind)), name="voter_kind_known"),
            models.UniqueConstraint(fields=["origin", "kind", "label"], name="voter_label_once_per_origin"),
        ]

    def __str__(self) -> str:
        return self.label or f"voter {str(self.id)[:8]}"


class ArenaConsent(models.Model):
    """What a voter last said to an arena that asks in words of its own; what was said to the site is on the voter."""

    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="arena_consents")
    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(help_text="Of the text that was read.")
    is_given = models.BooleanField()
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["voter", "arena"]
        constraints = [models.UniqueConstraint(fields=["voter", "arena"], name="arena_consent_once")]

    def __str__(self) -> str:
        return f"{self.voter}, {self.arena}: {'yes' if self.is_given else 'no'} to version {self.version}"
