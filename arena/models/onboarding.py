"""What of a new model is half done? Everything an operator typed, and the last test; never a key.

Next file to read: services/onboarding.py.
"""

import uuid

from django.db import models

from arena.models.catalog import MAX_NAME_LENGTH


class ModelDraft(models.Model):
    """A model that is being added. It is nobody's business until it is saved, and goes away then."""

    # Named by the page before it is kept, so that two requests of one page keep one draft.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True)
    values = models.JSONField(default=dict, help_text="What was typed, right or wrong.")
    tested_sha = models.CharField(max_length=64, blank=True, help_text="Which settings passed the last good test.")
    by = models.CharField(max_length=150)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]

    def __str__(self) -> str:
        return self.name or "model without a name"
