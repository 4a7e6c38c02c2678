"""Which slices did somebody ask for, and what is kept so that any of them is fitted at once?

Next file to read: services/slices.py.
"""

from django.db import models

from arena.domain.metadata import VoterKind
from arena.domain.slices import KEY_LENGTH
from arena.models.catalog import Arena
from arena.models.votes import Vote


class SliceRequest(models.Model):
    """A slice that was asked for; the sweep finds those that wait. The least recently asked ones are forgotten."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="slice_requests")
    voter_kind = models.CharField(max_length=5, choices=VoterKind.choices())
    slice_key = models.CharField(max_length=KEY_LENGTH)
    slice = models.JSONField(help_text="Facets of arena.domain.slices.Slice.")
    is_standard = models.BooleanField(default=False, help_text="Fitted after each publication, asked for or not.")
    is_pending = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    ledger_size = models.PositiveBigIntegerField(null=True, blank=True, help_text="Of the last fit.")
    refusal = models.TextField(blank=True, help_text="Why the last fit gave no board: what is missing.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["arena", "voter_kind", "slice_key"], name="slice_request_once")]
        indexes = [
            models.Index(fields=["is_pending", "asked_at"], name="slice_request_pending"),
            models.Index(fields=["arena", "asked_at"], name="slice_request_oldest"),
        ]

    def __str__(self) -> str:
        return f"slice {self.slice_key} of {self.arena}"


class FacetCounts(models.Model):
    """How many counted votes each value of each facet has, and each day; for one publication."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="facet_counts")
    voter_kind = models.CharField(max_length=5, choices=VoterKind.choices())
    ledger_size = models.PositiveBigIntegerField()
    counted_at = models.DateTimeField()
    counts = models.JSONField(help_text="By facet, by value, the number of votes.")

    class Meta:
        verbose_name_plural = "facet counts"
        constraints = [models.UniqueConstraint(fields=["arena", "voter_kind"], name="facet_counts_once")]

    def __str__(self) -> str:
        return f"facets of {self.arena}, votes of {self.get_voter_kind_display()}"


class VoteStyle(models.Model):
    """The looks of the two answers of a vote, counted once."""

    vote = models.OneToOneField(Vote, on_delete=models.CASCADE, primary_key=True, related_name="style")
    counts = models.BinaryField(
        help_text="Features of ratings.features, little-endian int32, side a then side b; empty without texts."
    )

    def __str__(self) -> str:
        return f"style of {self.vote_id}"
