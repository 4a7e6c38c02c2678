"""What did a voter decide? One immutable row a battle; beside it what may have to be erased, and the outbox.

Next file to read: ledger.py.
"""

from django.db import models
from django.db.models import Q

from arena.domain.metadata import VoterKind
from arena.models.battles import Battle
from ratings.outcomes import Outcome

LIVE = "live"  # the source of votes that were cast here
MAX_COMMENT_LENGTH = 2_000


class Vote(models.Model):
    """Never updated, never deleted: triggers of the database refuse both (migration 0002)."""

    battle = models.OneToOneField(Battle, on_delete=models.PROTECT, related_name="vote")
    outcome = models.CharField(max_length=8, choices=[(outcome.site_label, outcome.site_label) for outcome in Outcome])
    voter_kind = models.CharField(max_length=5, choices=VoterKind.choices())
    source = models.CharField(max_length=60, default=LIVE)
    is_ranked = models.BooleanField()
    elapsed_ms = models.PositiveIntegerField(null=True, blank=True, help_text="From complete answers to the vote.")
    reveal = models.JSONField(
        null=True, blank=True, help_text="What the voter was shown, ratings of that moment included."
    )
    created_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        # Counted from the index alone. No condition in it: SQLite uses none that a parameter has to meet.
        indexes = [models.Index(fields=["created_at", "source", "voter_kind"], name="vote_when")]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=[outcome.site_label for outcome in Outcome]), name="vote_outcome_known"
            ),
            models.CheckConstraint(condition=Q(voter_kind__in=list(VoterKind)), name="vote_voter_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} in {self.battle}"


class VoteNote(models.Model):
    """What the voter wrote and ticked beside the vote; erased when asked."""

    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="note")
    reasons = models.JSONField(default=list)
    comment = models.CharField(max_length=MAX_COMMENT_LENGTH, blank=True)

    def __str__(self) -> str:
        return f"note on {self.vote}"


class PendingVote(models.Model):
    """The outbox: written with the vote, taken by the sequencer."""

    vote = models.OneToOneField(Vote, on_delete=models.PROTECT, related_name="pending")
    arena = models.ForeignKey("arena.Arena", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"pending {self.vote}"
