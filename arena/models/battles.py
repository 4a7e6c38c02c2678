"""What is one blind meeting of two contestants, and what did each answer? Next file to read: votes.py."""

import uuid

from django.db import models
from django.db.models import F, Q

from arena.domain.battle_state import BattleState, Branch, Side, UnrankedReason, VoidReason
from arena.models.catalog import Arena, Contestant, Output, Prompt
from arena.models.pairing import SamplerSnapshot
from arena.models.voters import Voter


class Battle(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    arena = models.ForeignKey(Arena, on_delete=models.PROTECT, related_name="battles")
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="battles")
    contestant_a = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="+", verbose_name="model A")
    contestant_b = models.ForeignKey(Contestant, on_delete=models.PROTECT, related_name="+", verbose_name="model B")
    # SET_NULL: the vote of an erased voter stays, and nobody can tell whose it was.
    voter = models.ForeignKey(Voter, null=True, blank=True, on_delete=models.SET_NULL, related_name="battles")
    state = models.CharField(max_length=10, choices=BattleState.choices(), default=BattleState.DRAWN)
    void_reason = models.CharField(max_length=10, choices=VoidReason.choices(), blank=True)
    unranked_reason = models.CharField(max_length=16, choices=UnrankedReason.choices(), blank=True)

    branch = models.CharField(max_length=10, choices=Branch.choices(), default=Branch.SAMPLER)
    nonce = models.BinaryField(null=True, editable=False)
    commitment = models.BinaryField(null=True, editable=False)
    pair_probability = models.FloatField(null=True, blank=True)
    n_eligible_pairs = models.PositiveIntegerField(null=True, blank=True)
    side_probability = models.FloatField(null=True, blank=True)
    n_shown_before = models.PositiveIntegerField(
        null=True, blank=True, help_text="How often the prompt had been shown here before: how fresh it was."
    )
    sampler = models.ForeignKey(
        SamplerSnapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="battles", help_text="The table."
    )
    import_key = models.CharField(max_length=120, null=True, blank=True, help_text="File and row it was imported from.")

    replay_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replays", help_text="Same two answers."
    )

    last_seq = models.PositiveIntegerField(default=0)
    n_turns = models.PositiveSmallIntegerField(default=1)
    n_regenerations = models.PositiveSmallIntegerField(default=0)
    is_stop_requested = models.BooleanField(default=False)
    is_identical = models.BooleanField(default=False, help_text="Both sides said the same; no comparison.")
    is_live = models.BooleanField(default=False, help_text="An endpoint was called for an answer.")
    is_shared = models.BooleanField(default=False, help_text="The voter opened this finished battle to everybody.")
    may_publish = models.BooleanField(default=False, help_text="The voter agreed that these texts are published.")
    created_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            models.Index(fields=["voter", "arena", "-created_at"], name="battle_of_voter"),
            models.Index(fields=["state", "heartbeat_at"], name="battle_alive"),
            models.Index(fields=["arena", "contestant_a", "contestant_b"], name="battle_pair"),
            models.Index(fields=["arena", "created_at"], name="battle_by_time"),
            # Of all arenas, for the dashboard: counted from the index alone.
            models.Index(fields=["created_at"], condition=Q(import_key__isnull=True), name="battle_when"),
            models.Index(fields=["prompt", "n_shown_before"], name="battle_freshness"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(contestant_a=F("contestant_b")), name="battle_of_two"),
            models.CheckConstraint(condition=Q(state__in=list(BattleState)), name="battle_state_known"),
            models.CheckConstraint(
                condition=Q(state=BattleState.VOID, void_reason__in=list(VoidReason))
                | (~Q(state=BattleState.VOID) & Q(void_reason="")),
                name="battle_void_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(unranked_reason="") | Q(unranked_reason__in=list(UnrankedReason)),
                name="battle_unranked_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(pair_probability__isnull=True) | Q(pair_probability__gt=0, pair_probability__lte=1),
                name="battle_probability_range",
            ),
            models.UniqueConstraint(fields=["arena", "import_key"], name="battle_imported_once"),
        ]

    def __str__(self) -> str:
        return f"battle {str(self.id)[:8]}"


class Response(models.Model):
    """One side's output in a turn: a stored output, or text and media made for this battle.

    A new generation is a new row; the highest one is shown.
    """

    battle = models.ForeignKey(Battle, on_delete=models.CASCADE, related_name="responses")
    side = models.CharField(max_length=1, choices=Side.choices())
    turn = models.PositiveSmallIntegerField(default=1)
    generation = models.PositiveSmallIntegerField(default=1)
    prompt_text = models.TextField(blank=True, help_text="What was asked in this turn; empty in the first.")
    output = models.ForeignKey(Output, null=True, blank=True, on_delete=models.PROTECT, related_name="responses")
    text = models.TextField(blank=True)
    media = models.FileField(upload_to="responses/", blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    is_done = models.BooleanField(default=False)
    # What the real call took and said; shown after the vote, never before.
    first_token_ms = models.FloatField(null=True, blank=True)
    latency_ms = models.FloatField(null=True, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost_usd = models.DecimalField(max_digits=12, decimal_places=8, null=True, blank=True)
    reported_model = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=100, blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=200, blank=True, help_text="For operators; never shown to a voter.")
    error_kind = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["battle", "turn", "side", "generation"]
        constraints = [
            models.UniqueConstraint(fields=["battle", "side", "turn", "generation"], name="response_once"),
            models.CheckConstraint(condition=Q(side__in=list(Side)), name="response_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.battle} {self.side}, turn {self.turn}"


class Delta(models.Model):
    """A piece of an answer as it was sent, kept while the battle is open, so that a browser can resume anywhere."""

    battle = models.ForeignKey(Battle, on_delete=models.CASCADE, related_name="deltas")
    seq = models.PositiveIntegerField()
    side = models.CharField(max_length=1, choices=Side.choices())
    turn = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["battle", "seq"]
        constraints = [models.UniqueConstraint(fields=["battle", "seq"], name="delta_seq_once")]

    def __str__(self) -> str:
        return f"{self.battle}, {self.seq}"
