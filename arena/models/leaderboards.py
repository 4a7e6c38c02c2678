"""Which boards were published? Immutable snapshots, and which of them is current. Next file to read: slices.py."""

from django.db import models
from django.urls import reverse

from arena.domain.metadata import VoterKind
from arena.domain.slices import KEY_LENGTH
from arena.domain.words import Word
from arena.models.catalog import Arena, Contestant


class RowStatus(Word):
    RANKED = "ranked", "ranked"
    PRELIMINARY = "preliminary", "preliminary"


class Snapshot(models.Model):
    """One published fit with its spec. Never updated, never deleted (migration 0002)."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="snapshots")
    voter_kind = models.CharField(max_length=5, choices=VoterKind.choices())
    slice = models.JSONField(default=dict, help_text="Facets of arena.domain.slices.Slice; empty for the whole board.")
    slice_key = models.CharField(max_length=KEY_LENGTH, blank=True, help_text="Slice.key; empty for the whole board.")
    created_at = models.DateTimeField()
    ledger_size = models.PositiveBigIntegerField()
    ledger_root = models.BinaryField()
    spec = models.JSONField(help_text="Every choice of the fit: ratings.spec.RatingSpec.")
    meta = models.JSONField(help_text="What the fit reports: votes, voters, method, seed, notes.")
    ranked_ids = models.JSONField(help_text="Slugs in the order of theta and of the covariance.")
    theta = models.BinaryField(help_text="Strengths of the ranked models, nats, float64.")
    covariance = models.BinaryField(help_text="Their covariance, nats squared, float64, row by row.")
    ids = models.JSONField(default=list, help_text="Slugs in the order of the counts, preliminary models too.")
    counts = models.BinaryField(
        default=bytes, help_text="zlib of votes by pair and outcome, little-endian int32, [side a, side b, outcome]."
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["arena", "voter_kind", "slice_key", "-id"], name="snapshot_latest")]

    def __str__(self) -> str:
        return f"snapshot {self.pk} of {self.arena}"

    def get_absolute_url(self) -> str:
        return reverse("web:snapshot", args=[self.pk])


class SnapshotRow(models.Model):
    """One contestant on one board. Never updated, never deleted (migration 0002)."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="rows")
    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="+", verbose_name="model")
    status = models.CharField(max_length=12, choices=RowStatus.choices())
    reason = models.CharField(max_length=40, blank=True, help_text="Why it is preliminary.")
    rating = models.FloatField(null=True)
    se_elo = models.FloatField(null=True)
    ci_low = models.FloatField(null=True)
    ci_high = models.FloatField(null=True)
    rank = models.PositiveIntegerField(null=True)
    rank_low = models.PositiveIntegerField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    rank_ub = models.PositiveIntegerField(null=True)
    expected_score = models.FloatField(null=True, help_text="Mean expected score against the other ranked models.")
    win_rate = models.FloatField(null=True, help_text="Points per vote; a tie or both bad is half a point.")
    both_bad_rate = models.FloatField(null=True)
    elo = models.FloatField(null=True, help_text="Online Elo, for reference; depends on the order of votes.")
    votes = models.PositiveIntegerField()
    wins = models.PositiveIntegerField()
    losses = models.PositiveIntegerField()
    ties = models.PositiveIntegerField()
    both_bad = models.PositiveIntegerField()
    place: int | None = None  # among the rows that are shown; set by whoever shows some

    class Meta:
        ordering = ["snapshot", "rank", "-rating"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "contestant"], name="row_once_per_snapshot")]

    def __str__(self) -> str:
        return f"{self.contestant}: {self.rating}"


class Leaderboard(models.Model):
    """A named ranking of an arena, whole or of a slice, and the snapshot that is current."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="leaderboards")
    voter_kind = models.CharField(max_length=5, choices=VoterKind.choices())
    slice_key = models.CharField(max_length=KEY_LENGTH, blank=True, help_text="Empty for the whole board.")
    current = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["arena", "voter_kind", "slice_key"], name="leaderboard_once")]

    def __str__(self) -> str:
        part = f", slice {self.slice_key}" if self.slice_key else ""
        return f"{self.arena}, votes of {self.get_voter_kind_display()}{part}"
