"""What is a prompt about, and who says so? One row each time somebody or something said. Next file to read: votes.py.

The values that hold are on the prompt itself; services/labels.py keeps them there.
"""

from django.db import models
from django.db.models import Q

from arena.domain.labels import LabelSource
from arena.models.catalog import Arena, Prompt


class Labelling(models.Model):
    """Labels that one source gave a prompt at one time. Later ones of a source replace its earlier ones."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="labellings")
    source = models.CharField(max_length=10, choices=LabelSource.choices())
    version = models.CharField(max_length=80, blank=True, help_text="Of the rules or the classifier; who, of a person.")
    values = models.JSONField(help_text="Fields of arena.domain.labels.Labels that this source knows.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["arena", "id"], name="labelling_news")]
        constraints = [models.CheckConstraint(condition=Q(source__in=list(LabelSource)), name="labelling_source_known")]

    def __str__(self) -> str:
        return f"{self.prompt} by {self.source}"
