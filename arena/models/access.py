"""Who did what behind the scenes, what waits for a second person, and which scripts may come in?

Next file to read: services/audit.py, services/second_person.py, services/tokens.py.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from arena.domain.audit import ChangeKind, ChangeState, Door
from arena.domain.roles import Role
from arena.models.catalog import Arena

MAX_WHY_LENGTH = 500


class AuditEntry(models.Model):
    """One step of the staff. Never updated, never deleted: triggers of the database refuse both (migration 0002).

    It refers to nothing, so that it says the same whatever becomes of the account and of the row.
    """

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField("who", max_length=150)
    door = models.CharField(max_length=8, choices=Door.choices())
    token = models.CharField(max_length=80, blank=True, help_text="Name of the API token, where one was shown.")
    action = models.CharField("what", max_length=60)
    row_type = models.CharField("kind of row", max_length=60, blank=True)
    row_id = models.CharField("row", max_length=64, blank=True)
    row_name = models.CharField("name of the row", max_length=200, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    why = models.CharField(max_length=MAX_WHY_LENGTH, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "step of the staff"
        verbose_name_plural = "trail of the staff"
        constraints = [models.CheckConstraint(condition=Q(door__in=list(Door)), name="audit_door_known")]
        indexes = [models.Index(fields=["row_type", "row_id"], name="audit_row")]

    def __str__(self) -> str:
        return f"{self.actor}: {self.action} {self.row_name or self.row_type}"


class PendingChange(models.Model):
    """A change that one owner asked for and another has to confirm."""

    kind = models.CharField(max_length=12, choices=ChangeKind.choices())
    arena = models.ForeignKey(
        Arena,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pending_changes",
        help_text="Empty: of the site.",
    )
    values = models.JSONField(default=dict, help_text="What would be done, exactly.")
    why = models.CharField(max_length=MAX_WHY_LENGTH)
    state = models.CharField(max_length=8, choices=ChangeState.choices(), default=ChangeState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="asked_changes")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="decided_changes"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(ChangeKind)), name="change_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(ChangeState)), name="change_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.APPLIED) | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
                name="change_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{ChangeKind(self.kind).label}: {self.arena or self.values['login']}"


class ApiToken(models.Model):
    """A script of a member of the staff. Only a hash is kept: the token itself was shown once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="api_tokens",
        help_text="Who it stands for: yourself, or an account without a password, made for scripts.",
    )
    name = models.CharField(max_length=80, help_text="What it is for.")
    role = models.CharField(
        max_length=8,
        blank=True,
        choices=[("", "none: plays as a voter"), *Role.choices()],
        help_text="It may do what this role may, and never more than its user may.",
    )
    hint = models.CharField(max_length=12, editable=False, help_text="Its first characters, to know it again.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Empty: never.")
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = "API token"
        constraints = [models.CheckConstraint(condition=Q(role="") | Q(role__in=list(Role)), name="token_role_known")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def is_valid_at(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
