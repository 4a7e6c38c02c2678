"""Which pictures did voters bring, and with which turn did each go? Next file to read: services/uploads.py."""

import uuid

from django.db import models

from arena.models.battles import Battle
from arena.models.voters import Voter


class Upload(models.Model):
    """A picture, already written anew by us. The file of an erased voter is deleted before the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    voter = models.ForeignKey(Voter, on_delete=models.CASCADE, related_name="uploads")
    file = models.FileField(upload_to="uploads/", unique=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["voter", "-created_at"], name="upload_of_voter")]

    def __str__(self) -> str:
        return f"upload {str(self.id)[:8]}"


class TurnAttachment(models.Model):
    """A picture that goes with the prompt of a turn; both sides get it."""

    battle = models.ForeignKey(Battle, on_delete=models.CASCADE, related_name="attachments")
    turn = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="attachments")

    class Meta:
        ordering = ["battle", "turn", "position"]
        constraints = [models.UniqueConstraint(fields=["battle", "turn", "position"], name="attachment_place_once")]

    def __str__(self) -> str:
        return f"{self.upload} in turn {self.turn} of {self.battle}"
