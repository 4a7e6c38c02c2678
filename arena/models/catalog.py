"""What competes where, and on what? Arenas, contestants, entries, endpoints, prompts, stored outputs.

Next file to read: battles.py.
"""

import json
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from arena.domain.ballot import InvalidBallot, all_outcomes, all_reasons, check_outcomes, check_reasons
from arena.domain.metadata import EntryStatus, Openness, Precision, TrainingType
from arena.domain.modality import Modality
from arena.domain.moderation import Check
from arena.domain.pacing import Pacing
from arena.domain.parameters import complaint_about
from arena.domain.roles import CHANGE_POLICY, EXCLUDE_VOTES
from arena.domain.shares import InvalidShares, PromptShares, share_caps_from
from arena.domain.visibility import Visibility
from arena.domain.weight_class import WeightClass, weight_class_of, weights_in_gb
from arena.providers.egress import ForbiddenAddress, check_base_url
from arena.providers.registry import PROVIDERS
from ratings.pairing import InvalidPairing, PairingSettings
from ratings.pairing_rules import get_rule

MIN_EXPLORATION = 0.01
"""Less, and a pair could go unmet for as long as anybody watches; every vote's weight stays below a hundredfold."""
KEY_NAME_PATTERN = r"^ARENA_KEY_[A-Z0-9_]+\Z"  # \Z, because $ would let a line end pass
SLUG_PATTERN = r"^[a-z0-9][a-z0-9._-]*\Z"
MAX_NAME_LENGTH = 80
MAX_CONSENT_LENGTH = 4_000

# Dots are part of many model names (llama-2.7b), so Django's own slug rule is too narrow for contestants.
is_contestant_slug = RegexValidator(SLUG_PATTERN, "Use lower-case letters, digits, dots, hyphens and underscores.")
is_key_name = RegexValidator(
    KEY_NAME_PATTERN, "Name a variable of the form ARENA_KEY_NAME; the key itself stays outside."
)


def price_field(label: str, **more: str) -> models.DecimalField:
    """A price in USD; None is unknown."""
    return models.DecimalField(
        label, max_digits=12, decimal_places=6, null=True, blank=True, validators=[MinValueValidator(0)], **more
    )


def random_key() -> str:
    return uuid.uuid4().hex


def live_only() -> list[str]:
    return ["live"]


class Arena(models.Model):
    """One competition of one modality with its rules."""

    slug = models.SlugField(unique=True, help_text="Part of every address of this arena. Never changes.")
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    modality = models.CharField(max_length=8, choices=Modality.choices(), default=Modality.TEXT)
    description = models.TextField(blank=True, help_text="One or two sentences for the first page.")
    rules = models.TextField(blank=True, help_text="What voters are asked to judge by. Shown beside the battle.")
    question = models.CharField(max_length=120, default="Which answer is better?", help_text="Asked above the buttons.")
    outcomes = models.JSONField(
        "outcomes offered",
        default=all_outcomes,
        help_text="Buttons of the vote: a and b, and tie and both_bad if you want them. Part of the policy.",
    )
    reasons = models.JSONField(
        "reasons offered",
        default=all_reasons,
        blank=True,
        help_text="What a voter may tick beside a vote; [] for none.",
    )
    takes_prompts = models.BooleanField(
        "voters may type their own prompt", default=False, help_text="Needs contestants that answer live."
    )
    takes_images = models.BooleanField(
        "voters may attach pictures",
        default=False,
        help_text="To prompts of their own. Only for models that read pictures.",
    )
    consent_text = models.TextField(
        "consent, in words of this arena",
        max_length=MAX_CONSENT_LENGTH,
        blank=True,
        help_text="What voters are asked before texts of their battles here may be published. Empty asks what the site "
        "asks. A changed text is a new version: everybody is asked again, and until then nothing new is published.",
    )
    consent_version = models.PositiveIntegerField("version of the consent", default=0, editable=False)
    prompt_hint = models.CharField(
        max_length=200, blank=True, help_text="Said in the empty box where a voter types a prompt."
    )
    pairing = models.JSONField(
        default=dict,
        blank=True,
        help_text='Choices of the pairing rule, such as {"rule": "need_var", "cap": 0.25, "top_focus": 10}. Rules: '
        "need_var (fewest votes), uniform, paper, weighted (by exposure alone). cap: largest share of battles of one "
        "model; exploration: share drawn evenly, at least 0.01; class_share: share of battles inside weight classes, "
        "which do not matter without it. Empty takes the defaults. Public.",
    )
    prior_arena = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="An arena whose ratings are the first guess here, so that a new arena needs fewer battles. "
        "For pairing only; no rating is carried over.",
    )
    prompt_shares = models.JSONField(
        default=dict,
        blank=True,
        help_text='Shares of battles by kind of prompt, such as {"category": {"code": 0.4}, "language": {"de": 0.2}}; '
        "what is not named shares the rest. Empty draws all prompts alike.",
    )
    share_caps = models.JSONField(
        default=dict,
        blank=True,
        help_text='Shares of battles above which the public page of shares raises an alarm: {"organisation": 0.4, '
        '"licence": 0.8, "weight-class": 0.6}. That of single models is the cap of the pairing rule.',
    )
    pacing = models.CharField(
        max_length=16,
        choices=Pacing.choices(),
        default=Pacing.PACED,
        help_text="How live answers appear. Anything but the first two lets speed name a model.",
    )
    moderation = models.CharField(
        "checked before anybody reads it by",
        max_length=8,
        choices=Check.choices(),
        default=Check.OFF,
        help_text="Prompts that voters type and answers to them. What is held back makes the battle void, and counts "
        "against nobody; so does a check that fails. Answers then appear only when both are complete.",
    )
    moderation_words = models.TextField(
        "words that are held back", blank=True, help_text="One word or phrase a line; whole words, whatever the case."
    )
    # No URLField: Django takes no host without a dot, and the servers of one's own network have such names.
    moderation_base_url = models.CharField(
        "moderation endpoint",
        max_length=200,
        blank=True,
        help_text="Base URL, such as https://api.openai.com/v1 or http://moderator:8000/v1.",
    )
    moderation_model = models.CharField("moderation model", max_length=200, blank=True)
    moderation_key_name = models.CharField(
        "key of the moderation endpoint",
        max_length=100,
        blank=True,
        validators=[is_key_name],
        help_text="Name of the environment variable, or of the line in the keys file, that holds the key.",
    )
    checked_since = models.DateTimeField(
        null=True, editable=False, help_text="From when on the check is the one of now, whatever its words."
    )
    max_turns = models.PositiveSmallIntegerField(
        default=8, validators=[MinValueValidator(1), MaxValueValidator(50)], help_text="Prompts in one battle, at most."
    )
    visibility = models.CharField(
        max_length=8,
        choices=Visibility.choices(),
        default=Visibility.PUBLIC,
        help_text="Honoured by pages, API, files and sockets alike.",
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="private_arenas",
        help_text="Who may enter while it is private, besides the staff.",
    )
    member_groups = models.ManyToManyField(
        "auth.Group", blank=True, related_name="private_arenas", help_text="Everybody of these groups may enter, too."
    )
    counted_sources = models.JSONField(
        default=live_only, help_text='Where votes of the headline board come from, such as "live" or "import_arena".'
    )
    min_votes = models.PositiveIntegerField(
        "minimum of votes", default=30, help_text="A model with fewer votes is preliminary."
    )
    min_reading_ms = models.PositiveIntegerField(
        "reading time (milliseconds)",
        default=0,
        help_text="A vote given sooner than this after the answers were complete is not counted.",
    )
    publish_every_s = models.PositiveIntegerField(
        "a new board every (seconds)",
        default=3600,
        validators=[MinValueValidator(1)],
        help_text="Sooner than that none is published; without new votes none at all.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        permissions = [
            (CHANGE_POLICY, "Can change the rules of pairing and rating"),
            (EXCLUDE_VOTES, "Can exclude votes from the boards"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(modality__in=list(Modality)), name="arena_modality_known"),
            models.CheckConstraint(condition=Q(pacing__in=list(Pacing)), name="arena_pacing_known"),
            models.CheckConstraint(condition=Q(moderation__in=list(Check)), name="arena_moderation_known"),
            models.CheckConstraint(
                condition=Q(moderation_key_name="") | Q(moderation_key_name__regex=KEY_NAME_PATTERN),
                name="moderation_key_is_a_name",
            ),
            models.CheckConstraint(condition=Q(visibility__in=list(Visibility)), name="arena_visibility_known"),
            models.CheckConstraint(condition=Q(max_turns__gte=1, max_turns__lte=50), name="arena_turns_range"),
            models.CheckConstraint(condition=Q(publish_every_s__gte=1), name="arena_publish_every_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("web:arena", args=[self.slug])

    def clean(self) -> None:
        problems = {}
        for field, check in (
            ("pairing", self._check_pairing),
            ("prompt_shares", lambda: PromptShares.from_values(self.prompt_shares)),
            ("share_caps", lambda: share_caps_from(self.share_caps)),
            ("outcomes", lambda: check_outcomes(self.outcomes)),
            ("reasons", lambda: check_reasons(self.reasons)),
        ):
            try:
                check()
            except (InvalidPairing, InvalidShares, InvalidBallot) as error:
                problems[field] = str(error)
        if self.moderation == Check.WORDS and not self.moderation_words.strip():
            problems["moderation_words"] = "Without a word nothing would be held back."
        if self.moderation == Check.ENDPOINT and not self.moderation_base_url:
            problems["moderation_base_url"] = "Which endpoint? Without one every battle would be held back."
        if self.moderation_base_url:
            try:
                check_base_url(self.moderation_base_url, settings.EGRESS_ALLOW)
            except ForbiddenAddress as error:
                problems["moderation_base_url"] = f"The arena does not call this address: {error}."
        if self.prior_arena_id is not None and self.prior_arena_id == self.pk:
            problems["prior_arena"] = "An arena cannot be its own first guess."
        if problems:
            raise ValidationError(problems)

    def pairing_settings(self) -> PairingSettings:
        """Raises InvalidPairing."""
        return PairingSettings.from_json(json.dumps(self.pairing))

    def _check_pairing(self) -> None:
        settings = self.pairing_settings()
        get_rule(settings.rule)
        if type(settings.top_focus) is not int:
            raise InvalidPairing(f"top_focus is a number of places, not {settings.top_focus!r}")
        if settings.exploration < MIN_EXPLORATION:
            raise InvalidPairing(f"exploration is at least {MIN_EXPLORATION}, so that every pair can be weighted")


class Contestant(models.Model):
    """One rated thing: model, version and precision. Global; entered into arenas by an Entry."""

    slug = models.CharField(
        max_length=100, unique=True, validators=[is_contestant_slug], help_text="Public identity. Never changes."
    )
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    organisation = models.CharField(max_length=MAX_NAME_LENGTH, blank=True, help_text="Empty means unknown.")
    version = models.CharField(max_length=MAX_NAME_LENGTH, blank=True)
    family = models.CharField(
        max_length=MAX_NAME_LENGTH, blank=True, help_text="Groups versions and precisions of the same weights."
    )
    base_models = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="derived_models", help_text="What this was trained from."
    )
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        editable=False,
        help_text="The version before this one. Votes up to the change are its own.",
    )
    total_params_b = models.FloatField(
        "total parameters (billions)",
        null=True,
        blank=True,
        validators=[MinValueValidator(0.000001), MaxValueValidator(1e6)],
        help_text="Decides the weight class. Empty means undisclosed.",
    )
    active_params_b = models.FloatField(
        "active parameters (billions)",
        null=True,
        blank=True,
        validators=[MinValueValidator(0.000001), MaxValueValidator(1e6)],
        help_text="Used for one token; the same as the total unless the model is a mixture of experts.",
    )
    precision = models.CharField(max_length=10, choices=Precision.choices(), default=Precision.UNKNOWN)
    training_type = models.CharField(max_length=30, choices=TrainingType.choices(), default=TrainingType.UNKNOWN)
    openness = models.CharField(max_length=20, choices=Openness.choices(), default=Openness.UNKNOWN)
    licence = models.CharField(max_length=MAX_NAME_LENGTH, blank=True, help_text="Empty means unknown.")
    release_date = models.DateField(null=True, blank=True)
    knowledge_cutoff = models.DateField(null=True, blank=True)
    input_price_usd = price_field("input price (USD per million tokens)")
    output_price_usd = price_field("output price (USD per million tokens)")
    answer_price_usd = price_field(
        "price of an answer (USD)", help_text="Of one picture or one sound, where models are paid by the piece."
    )
    context_tokens = models.PositiveIntegerField("context (tokens)", null=True, blank=True)
    kind = models.CharField(max_length=30, blank=True, help_text="As the source says: chat, code, ...")
    aliases = models.JSONField(
        default=list, blank=True, help_text="Other names under which an answer could give this model away."
    )
    description = models.TextField(blank=True)
    link = models.URLField(blank=True)
    draft_id = models.UUIDField(
        null=True, blank=True, unique=True, editable=False, help_text="Of the guide; sent twice, it adds one model."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = "model"
        constraints = [
            models.CheckConstraint(condition=Q(precision__in=list(Precision)), name="contestant_precision_known"),
            models.CheckConstraint(condition=Q(training_type__in=list(TrainingType)), name="contestant_training_known"),
            models.CheckConstraint(condition=Q(openness__in=list(Openness)), name="contestant_openness_known"),
            models.CheckConstraint(
                condition=Q(total_params_b__isnull=True) | Q(total_params_b__gt=0), name="contestant_total_positive"
            ),
            models.CheckConstraint(
                condition=Q(active_params_b__isnull=True) | Q(active_params_b__gt=0), name="contestant_active_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("web:model", args=[self.slug])

    @property
    def weight_class(self) -> WeightClass:
        return weight_class_of(self.total_params_b)

    @property
    def is_paused(self) -> bool:
        """By the breaker of its endpoint; one that is switched off by hand is not asked at all."""
        endpoint = getattr(self, "endpoint", None)
        return endpoint is not None and endpoint.is_enabled and endpoint.paused_at is not None

    @property
    def weights_gb(self) -> float | None:
        """Memory that the weights alone take, in gigabytes; None where size or precision is not known."""
        return weights_in_gb(self.total_params_b, Precision(self.precision))


class Entry(models.Model):
    """A contestant in an arena, with its status there."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="entries")
    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="entries", verbose_name="model")
    status = models.CharField(max_length=10, choices=EntryStatus.choices(), default=EntryStatus.DRAFT)
    exposure = models.FloatField(
        default=1.0,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
        help_text="How often it is shown compared to the others; public. 1 is normal.",
    )
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["arena", "contestant"]
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["arena", "contestant"], name="entry_once_per_arena"),
            models.CheckConstraint(condition=Q(status__in=list(EntryStatus)), name="entry_status_known"),
            models.CheckConstraint(condition=Q(exposure__gte=0, exposure__lte=1000), name="entry_exposure_range"),
        ]

    def __str__(self) -> str:
        return f"{self.contestant} in {self.arena}"


class Endpoint(models.Model):
    """Where a contestant is called. The key is named, never stored."""

    contestant = models.OneToOneField(
        Contestant, on_delete=models.PROTECT, related_name="endpoint", verbose_name="model"
    )
    provider = models.CharField(max_length=40, help_text="Which client calls it: openai, demo, ...")
    # No URLField, for the reason of moderation_base_url.
    base_url = models.CharField(
        "base URL", max_length=200, blank=True, help_text="As the server is called, with /v1 where it wants that."
    )
    model_name = models.CharField(max_length=200, blank=True, help_text="The name the endpoint knows the model by.")
    key_name = models.CharField(
        max_length=100,
        blank=True,
        validators=[is_key_name],
        help_text="Name of the environment variable, or of the line in the keys file, that holds the key.",
    )
    parameters = models.JSONField(
        default=dict, blank=True, help_text="Sampling parameters, as the endpoint takes them."
    )
    is_enabled = models.BooleanField(default=True)
    # The circuit breaker: after some failures in a row nobody is sent there for a while.
    n_failures = models.PositiveIntegerField("failures in a row", default=0, editable=False)
    open_until = models.DateTimeField("not called until", null=True, blank=True, editable=False)
    last_error = models.CharField(max_length=200, blank=True, editable=False)
    # From the moment the breaker opens until a call succeeds again; meanwhile it may close and open many times.
    paused_at = models.DateTimeField("paused by the breaker since", null=True, blank=True, editable=False)
    # A model behind an API may become another one overnight; the name that it reports is what gives it away.
    reported_models = models.JSONField("names that it reported, the newest last", default=list, editable=False)
    model_changed_at = models.DateTimeField("reports another name since", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["contestant"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key_name="") | Q(key_name__regex=KEY_NAME_PATTERN), name="key_is_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contestant} at {self.base_url or self.provider}"

    def clean(self) -> None:
        problems = {}
        if self.provider not in PROVIDERS:
            problems["provider"] = f"Known providers: {', '.join(PROVIDERS)}."
        if self.base_url:
            try:
                check_base_url(self.base_url, settings.EGRESS_ALLOW)
            except ForbiddenAddress as error:
                problems["base_url"] = f"The arena does not call this address: {error}."
        if complaint := complaint_about(self.parameters):
            problems["parameters"] = complaint
        if problems:
            raise ValidationError(problems)


class Prompt(models.Model):
    """What a voter asks. Prompts of the pool are offered to everyone; the others were typed by one voter."""

    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="prompts")
    key = models.CharField(max_length=100, default=random_key, help_text="Its public name within the arena.")
    text = models.TextField()
    language = models.CharField(
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{2}\Z", "Two letters, as in ISO 639-1.")],
        help_text="ISO 639-1; empty means unknown.",
    )
    category = models.SlugField(blank=True, allow_unicode=True, help_text="Empty means unknown.")
    source = models.CharField(max_length=100, default="live", help_text="Where it came from.")
    is_in_pool = models.BooleanField("in the pool", default=False)
    public_since = models.DateField(
        null=True, blank=True, help_text="Day from which anybody could read it. Empty means unknown."
    )
    rules_version = models.PositiveSmallIntegerField(
        default=0, editable=False, db_index=True, help_text="Of the offline rules that labelled it last; 0 for none."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["arena", "key", "id"]
        constraints = [models.UniqueConstraint(fields=["arena", "key"], name="prompt_key_once_per_arena")]
        indexes = [models.Index(fields=["arena", "key"], condition=Q(is_in_pool=True), name="prompt_pool")]

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        _check_unchanged(self, ("text",), self.battles, "A battle asked this. Votes stand on it; it does not change.")


class Output(models.Model):
    """A stored answer of a contestant to a prompt, shown in battles again and again."""

    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="outputs")
    contestant = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="outputs", verbose_name="model")
    text = models.TextField(blank=True)
    file = models.FileField(upload_to="outputs/", blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration_s = models.FloatField(null=True, blank=True)
    latency_ms = models.FloatField(null=True, blank=True, help_text="As measured when it was made.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file as it was imported.")
    is_redacted = models.BooleanField(
        default=False, editable=False, help_text="Removed after a complaint; never shown."
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["prompt", "contestant"], name="output_once_per_prompt")]

    def __str__(self) -> str:
        return f"{self.contestant} on {self.prompt}"

    def clean(self) -> None:
        message = "A battle showed this. Votes stand on it; it does not change."
        _check_unchanged(self, ("text", "file", "media_type"), self.responses, message)


def _check_unchanged(row: models.Model, names: tuple[str, ...], uses: models.Manager, message: str) -> None:
    """Raises ValidationError where a battle used the row and one of these fields is another now."""
    kept = type(row)._default_manager.filter(pk=row.pk).values(*names).first() if row.pk else None
    if kept is None or not uses.exists():
        return
    changed = [name for name in names if str(getattr(row, name) or "") != str(kept[name] or "")]
    if changed:
        raise ValidationError(dict.fromkeys(changed, message))
