"""With which table of probabilities were pairs drawn? Kept for ever, so that every draw can be checked.

Next file to read: ratings/pairing_table.py, the same value without a database.
"""

from django.db import models

from arena.models.catalog import Arena


class SamplerSnapshot(models.Model):
    """One table of pair probabilities of an arena. Never updated, never deleted (migration 0002)."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="sampler_snapshots")
    created_at = models.DateTimeField()
    snapshot = models.ForeignKey(
        "arena.Snapshot",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The fit before it.",
    )
    rule = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    settings = models.TextField(help_text="JSON: exploration, cap and the operator's other choices.")
    ids = models.JSONField(help_text="Slugs of the models, in the order of the table.")
    exposures = models.JSONField(default=list, help_text="The operator's weight of each model.")
    weight_classes = models.JSONField(default=list, help_text="Of each model, where the rule looks at them.")
    triangle = models.BinaryField(help_text="zlib of the upper triangle, row by row, little-endian float32.")
    digest = models.CharField(max_length=64, help_text="SHA-256 over all of it.")
    plan = models.JSONField(default=dict, help_text="How many votes are still needed: arena.queries.planning.Plan.")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["arena", "-id"], name="sampler_newest")]

    def __str__(self) -> str:
        return f"table {self.pk} of {self.arena}: {self.rule} {self.version}"
