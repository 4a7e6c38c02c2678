"""Which automatic judges does an arena have, and what became of each battle that one was asked about?

Next file to read: domain/judging.py for template and form, services/judging.py.
"""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from arena.domain.judging import DEFAULT_TEMPLATE, InvalidTemplate, JudgementResult, check_template
from arena.domain.modality import Modality
from arena.domain.parameters import SYSTEM_PROMPT, complaint_about
from arena.models.battles import Battle
from arena.models.catalog import KEY_NAME_PATTERN, MAX_NAME_LENGTH, Arena, is_key_name, price_field
from arena.models.voters import Voter
from arena.providers.egress import ForbiddenAddress, check_base_url
from ratings.outcomes import Outcome

MAX_CAP_USD = 10_000
ASKED_WITH = ("model_name", "template", "parameters")
"""Another of these is another judge; its votes would be mixed with those of the first."""


def cold() -> dict[str, int]:
    return {"temperature": 0}


class Judge(models.Model):
    """A model that votes, as a voter of kind judge: on the judges' board only."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="judges")
    voter = models.OneToOneField(Voter, on_delete=models.PROTECT, related_name="judge", editable=False)
    name = models.CharField(max_length=MAX_NAME_LENGTH, help_text="Never changes.")
    base_url = models.CharField(
        "base URL", max_length=200, help_text="Of an OpenAI-compatible server, with /v1 where it wants that."
    )
    model_name = models.CharField(max_length=200, help_text="The name the endpoint knows the model by.")
    key_name = models.CharField(
        max_length=100,
        blank=True,
        validators=[is_key_name],
        help_text="Name of the environment variable, or of the line in the keys file, that holds the key.",
    )
    parameters = models.JSONField(default=cold, blank=True, help_text="As the endpoint takes them.")
    template = models.TextField(
        default=DEFAULT_TEMPLATE,
        help_text="Needs {prompt}, {answer_a} and {answer_b}; may hold {question} and {rules} of the arena. Around the "
        "three texts the arena puts marks, and it adds the form of the verdict by itself.",
    )
    input_price_usd = price_field(
        "input price (USD per million tokens)",
        help_text="Empty means as listed publicly; the worst price counts where nothing is known.",
    )
    output_price_usd = price_field("output price (USD per million tokens)")
    cap_usd = models.DecimalField(
        "cap a day (USD)",
        max_digits=12,
        decimal_places=4,
        default=Decimal(1),
        validators=[MinValueValidator(0), MaxValueValidator(MAX_CAP_USD)],
        help_text="It counts towards the caps of the site as well. Days begin at midnight UTC.",
    )
    max_battles_a_day = models.PositiveIntegerField("battles a day, at most", default=100)
    only_voted = models.BooleanField(
        "only battles that people have voted on",
        default=True,
        help_text="So that each verdict shows how far judge and people agree. Otherwise any finished answers.",
    )
    is_enabled = models.BooleanField("enabled", default=False, help_text="Try it on one battle first.")
    n_failures = models.PositiveIntegerField("failures in a row", default=0, editable=False)
    resumes_at = models.DateTimeField("not asked until", null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["arena", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["arena", "name"],
                name="judge_name_once_per_arena",
                violation_error_message="This arena has a judge of this name already.",
            ),
            models.CheckConstraint(
                condition=Q(key_name="") | Q(key_name__regex=KEY_NAME_PATTERN), name="judge_key_is_a_name"
            ),
            models.CheckConstraint(condition=Q(cap_usd__gte=0), name="judge_cap_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        problems: dict[str, str] = {}
        self.template = self.template.replace("\r\n", "\n")  # browsers send other line ends than they were given
        try:
            check_base_url(self.base_url, settings.EGRESS_ALLOW)
        except ForbiddenAddress as error:
            problems["base_url"] = f"The arena does not call this address: {error}."
        try:
            check_template(self.template)
        except InvalidTemplate as error:
            problems["template"] = str(error)
        if complaint := _complaint_about(self.parameters):
            problems["parameters"] = complaint
        if self.arena_id is not None and self.arena.modality != Modality.TEXT:
            problems["arena"] = "Automatic judges read text only."
        before = Judge.objects.filter(pk=self.pk).first() if self.pk else None
        if before is not None:
            problems |= self._changes_of_identity(before)
        if problems:
            raise ValidationError(problems)

    def _changes_of_identity(self, before: "Judge") -> dict[str, str]:
        kept = ["arena_id", "name", *(ASKED_WITH if self.judgements.exists() else ())]
        changed = [name for name in kept if getattr(self, name) != getattr(before, name)]
        sentence = "This judge has a history under the old value. Disable it, and add another judge."
        return {name.removesuffix("_id"): sentence for name in changed}


class Judgement(models.Model):
    """One battle that a judge was asked about, once: what it said in both orders, and what became of it.

    No text of the judge is kept: it may quote what a voter wishes to have erased.
    """

    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="judgements")
    original = models.ForeignKey(
        Battle, on_delete=models.PROTECT, related_name="judgements", help_text="Whose answers were judged."
    )
    battle = models.OneToOneField(
        Battle,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="judgement",
        help_text="The judge's own, over the same answers, with its vote.",
    )
    result = models.CharField(max_length=10, choices=JudgementResult.choices())
    # On the sides of the battle, whatever the order; empty for what could not be read.
    verdict_ab = models.CharField("verdict with A first", max_length=8, blank=True)
    verdict_ba = models.CharField("verdict with B first", max_length=8, blank=True)
    n_attempts = models.PositiveSmallIntegerField("times asked", default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["judge", "created_at"], name="judgement_of_day")]
        constraints = [
            models.UniqueConstraint(fields=["judge", "original"], name="judgement_once"),
            models.CheckConstraint(condition=Q(result__in=list(JudgementResult)), name="judgement_result_known"),
            models.CheckConstraint(
                condition=Q(result=JudgementResult.VOTED, battle__isnull=False)
                | (~Q(result=JudgementResult.VOTED) & Q(battle__isnull=True)),
                name="judgement_votes_in_battle",
            ),
            models.CheckConstraint(
                condition=Q(verdict_ab__in=["", *(o.site_label for o in Outcome)])
                & Q(verdict_ba__in=["", *(o.site_label for o in Outcome)]),
                name="judgement_verdicts_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge} on {self.original}"


def _complaint_about(parameters: object) -> str:
    """Why these cannot be; empty if they can."""
    if isinstance(parameters, dict) and SYSTEM_PROMPT in parameters:
        return "The system prompt of a judge is the arena's; what you wish to say belongs into the template."
    return complaint_about(parameters)
