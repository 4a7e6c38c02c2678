"""How much money may be spent, and how much is? Caps, totals, and one reservation for each call of a model.

Amounts are whole nano-dollars, so that sums are exact on every database. Next file to read: services/spending.py.
"""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from arena.domain.spending import CapScope
from arena.models.battles import Response
from arena.models.catalog import Contestant
from arena.models.voters import Voter


class SpendingCap(models.Model):
    """What an operator allows. A cap of 0 stops all calls that cost anything."""

    scope = models.CharField(max_length=10, choices=CapScope.choices())
    contestant = models.ForeignKey(
        Contestant,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="spending_caps",
        verbose_name="model",
        help_text="Only for a cap of one model; empty means every model without a cap of its own.",
    )
    limit_usd = models.DecimalField(
        "limit (USD)",
        max_digits=12,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Empty means no limit. Days and months begin at midnight UTC.",
    )

    class Meta:
        ordering = ["scope", "contestant"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=list(CapScope)), name="cap_scope_known"),
            models.CheckConstraint(condition=Q(limit_usd__isnull=True) | Q(limit_usd__gte=0), name="cap_not_negative"),
            models.CheckConstraint(
                condition=Q(contestant__isnull=True) | Q(scope=CapScope.MODEL_DAY),
                name="cap_of_model_only_by_model",
                violation_error_message="Only a cap of one model names a model.",
            ),
            models.UniqueConstraint(
                fields=["scope"],
                condition=Q(contestant__isnull=True),
                name="cap_once_per_scope",
                violation_error_message="There is a cap of this kind already.",
            ),
            models.UniqueConstraint(fields=["scope", "contestant"], name="cap_once_per_model"),
        ]

    def __str__(self) -> str:
        of = f" ({self.contestant})" if self.contestant_id else ""
        return f"{CapScope(self.scope).label}{of}: {'no limit' if self.limit_usd is None else f'{self.limit_usd} USD'}"


class SpendingTotal(models.Model):
    """What was spent and is reserved in one day or month: of the site, a model, or a voter."""

    key = models.CharField(max_length=80, unique=True)
    scope = models.CharField(max_length=10, choices=CapScope.choices())
    begins = models.DateField(help_text="First day, UTC.")
    contestant = models.ForeignKey(
        Contestant, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="model"
    )
    voter = models.ForeignKey(Voter, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    spent_nano = models.PositiveBigIntegerField(default=0)
    reserved_nano = models.PositiveBigIntegerField(default=0)
    refused_nano = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="The smallest call that found no room; none is drawn until there is room."
    )

    class Meta:
        ordering = ["-begins", "key"]
        indexes = [models.Index(fields=["scope", "begins"], name="spending_by_period")]

    def __str__(self) -> str:
        return self.key


class Reservation(models.Model):
    """The most that one call can cost, set aside before it; then what it did cost."""

    response = models.OneToOneField(
        Response, null=True, blank=True, on_delete=models.CASCADE, related_name="reservation"
    )
    contestant = models.ForeignKey(
        Contestant,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="model",
        help_text="Empty where a judge was called, or an endpoint tested.",
    )
    voter = models.ForeignKey(Voter, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    day = models.DateField(help_text="On which it counts, UTC.")
    reserved_nano = models.PositiveBigIntegerField()
    cost_nano = models.PositiveBigIntegerField(null=True, blank=True, help_text="Empty until the call is over.")
    is_called = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(cost_nano__isnull=True), name="reservation_open"),
        ]

    def __str__(self) -> str:
        whose = self.contestant or ("a test" if self.voter_id is None else "a judge")
        return f"{whose} on {self.day}"
