"""How are boards written, and which boards may a caller ask for? Numbers with 4 decimals, as in `ratings fit`.

Next file to read: queries/leaderboards.py.
"""

import re
from datetime import date
from typing import Any

from rest_framework import serializers

from arena.api.serializers.filters import RowParameters, SliceParameters
from arena.api.serializers.strict import StrictChoice, StrictText
from arena.domain.metadata import VoterKind
from arena.queries.board_checks import INVERSE_PROBABILITY, MATCHUP_NOISE
from arena.queries.leaderboards import Board
from arena.queries.planning import plan_of
from ratings.board import PRELIMINARY, RANKED
from ratings.board_files import DECIMALS
from ratings.graph import Reason

FORMATS = ("json", "csv")
NOT_SHRUNK: dict[str, Any] = {"amount": None, "n_votes_outside": None}
SNAPSHOT_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class AsOfField(StrictText):
    """A snapshot id or a day."""

    def to_internal_value(self, data: Any) -> int | date:  # type: ignore[override]
        text = super().to_internal_value(data)
        if SNAPSHOT_ID.fullmatch(text):
            return int(text)
        if DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        return self.fail("invalid")


class HistoryParameters(SliceParameters):
    cursor = StrictText(required=False)


class BoardParameters(SliceParameters, RowParameters):
    as_of = AsOfField(
        required=False, help_text="A snapshot id, or a day (YYYY-MM-DD): the last board of that day, UTC, or before."
    )
    format = StrictChoice(choices=FORMATS, default="json")


class Points(serializers.FloatField):
    """A number that may be missing; rounded, so that it does not depend on the machine that fitted it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def to_representation(self, value: float) -> float:  # type: ignore[override]
        return round(value, DECIMALS) + 0.0  # never -0.0


class RowSerializer(serializers.Serializer):
    """One model on one board; the columns of the CSV too."""

    rank = serializers.IntegerField(allow_null=True, help_text="Place by rating; null for preliminary models.")
    model = serializers.CharField(source="contestant.slug")
    name = serializers.CharField(source="contestant.name")
    organisation = serializers.CharField(source="contestant.organisation")
    rating = Points()
    ci_low = Points()
    ci_high = Points()
    rank_low = serializers.IntegerField(allow_null=True, help_text="Best place it could hold.")
    rank_high = serializers.IntegerField(allow_null=True, help_text="Worst place it could hold.")
    rank_ub = serializers.IntegerField(allow_null=True, help_text="1 + models whose interval lies above its own.")
    votes = serializers.IntegerField()
    wins = serializers.IntegerField()
    losses = serializers.IntegerField()
    ties = serializers.IntegerField(help_text="Without both_bad.")
    both_bad = serializers.IntegerField()
    win_rate = Points(help_text="Points per vote; a tie or both bad is half a point.")
    expected_score = Points(help_text="Mean expected score against the other ranked models.")
    both_bad_rate = Points()
    elo = Points(help_text="Online Elo, for reference; depends on the order of votes.")
    status = serializers.ChoiceField(choices=[RANKED, PRELIMINARY])
    reason = serializers.ChoiceField(choices=[str(reason) for reason in Reason], help_text="Why it is preliminary.")


class BoardRowSerializer(RowSerializer):
    place = serializers.IntegerField(allow_null=True, help_text="Place by rating among the rows that are shown.")


class StandingSerializer(RowSerializer):
    """A model's row on one of the current boards, with the board's name."""

    arena = serializers.CharField(source="snapshot.arena.slug")
    voters = serializers.ChoiceField(choices=VoterKind.choices(), source="snapshot.voter_kind")
    snapshot = serializers.IntegerField(source="snapshot.pk")


class ClustersSerializer(serializers.Serializer):
    """Which votes the intervals let agree."""

    by = serializers.CharField(source="clusters", help_text="voter, or none where votes count as independent.")
    n = serializers.IntegerField(source="n_clusters", allow_null=True)
    effective = Points(source="g_eff", help_text="As many equally busy voters.")


class StyleEffectSerializer(serializers.Serializer):
    """Points for one standard deviation of the relative difference of side A to side B; side is the pull of side A."""

    name = serializers.CharField()
    effect = Points()
    ci_low = Points()
    ci_high = Points()


class NeighboursSerializer(serializers.Serializer):
    upper = serializers.CharField()
    lower = serializers.CharField()
    votes = serializers.IntegerField(allow_null=True, help_text="Until the two are told apart; null: not in sight.")


class NewcomerSerializer(serializers.Serializer):
    model = serializers.CharField()
    half_width = Points(help_text="Of its 95 % interval now, by the pairing's own estimate.")
    votes = serializers.IntegerField(allow_null=True, help_text="Until it is +-20 points; null: not in sight.")
    progress = Points(help_text="Information so far as a share of that of +-20 points, 0 to 1.")


class PlanSerializer(serializers.Serializer):
    """Votes of the whole arena still needed, if pairs go on being drawn as they are now."""

    neighbours = NeighboursSerializer(many=True, help_text="From the top of the board.")
    newcomers = NewcomerSerializer(many=True, help_text="Models known less well than +-20 points.")


class MovedSerializer(serializers.Serializer):
    """The fit in which each drawn vote weighs 1 / (K P), as if all pairs were drawn alike."""

    votes = serializers.IntegerField(source="n_votes")
    effective_votes = serializers.FloatField(help_text="As many votes of equal weight.")
    differences = serializers.DictField(child=serializers.FloatField(), help_text="Points that each model moves.")
    alarms = serializers.ListField(child=serializers.CharField(), help_text="Models that move too far.")
    problem = serializers.CharField(default="", help_text="Why there is no such fit; usually empty.")


class NoiseSerializer(serializers.Serializer):
    """How far pairs stray from what the ratings say, beyond chance."""

    points = serializers.FloatField()
    upper_points = serializers.FloatField(help_text="95 % upper bound.")


class MetaSerializer(serializers.Serializer):
    """Everything but arena, voters and slice is null or empty before the first publication."""

    arena = serializers.CharField()
    voters = serializers.ChoiceField(choices=VoterKind.choices())
    snapshot = serializers.IntegerField(allow_null=True, default=None)
    generated_at = serializers.DateTimeField(allow_null=True, default=None)
    ledger_size = serializers.IntegerField(allow_null=True, default=None)
    ledger_root = serializers.CharField(allow_null=True, default=None, help_text="Hex.")
    votes = serializers.IntegerField(default=0, help_text="Counted votes behind this board.")
    kept = serializers.IntegerField(default=0, help_text="Votes in the ledger that count here.")
    excluded = serializers.IntegerField(default=0, help_text="Votes in the ledger that do not.")
    slice = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), default=dict)
    shrinkage = Points(default=None, help_text="0 the slice alone, near 1 the votes outside alone; null: not a slice.")
    votes_outside = serializers.IntegerField(
        allow_null=True, default=None, help_text="What a slice was shrunk to; null: not a slice."
    )
    style = StyleEffectSerializer(
        many=True, allow_null=True, default=None, help_text="Under style control, what each feature of a text does."
    )
    hidden = serializers.IntegerField(default=0, help_text="Rows that the filter leaves out.")
    clusters = ClustersSerializer(allow_null=True, default=None)
    counts_sha256 = serializers.CharField(allow_null=True, default=None, help_text="Of the counts that were fitted.")
    notes = serializers.ListField(child=serializers.CharField(), default=list)
    spec = serializers.DictField(allow_null=True, default=None, help_text="Every choice of the fit.")
    plan = PlanSerializer(allow_null=True, default=None, help_text="Of the whole board of people.")
    inverse_probability = MovedSerializer(allow_null=True, default=None, help_text="Of the whole board of people.")
    matchup_noise = NoiseSerializer(allow_null=True, default=None, help_text="Of the whole board of people.")


class BoardSerializer(serializers.Serializer):
    meta = MetaSerializer()
    rows = BoardRowSerializer(many=True, help_text="Ranked models by rank.")
    preliminary = BoardRowSerializer(many=True, help_text="Models without a place yet, by rating.")


class PastRowSerializer(serializers.Serializer):
    model = serializers.CharField(source="contestant.slug")
    rank = serializers.IntegerField()
    rating = Points()
    ci_low = Points()
    ci_high = Points()


class PastBoardSerializer(serializers.Serializer):
    snapshot = serializers.IntegerField(source="snapshot.pk")
    generated_at = serializers.DateTimeField(source="snapshot.created_at")
    ledger_size = serializers.IntegerField(source="snapshot.ledger_size")
    shift = Points(
        help_text="Points by which the models ranked here and in the snapshot before rose on average: a change of the "
        "scale, to be taken off before the two are compared. Null without such models."
    )
    rows = PastRowSerializer(source="ranked", many=True)


def board_body(board: Board) -> dict[str, Any]:
    body = {"meta": _meta(board), "rows": board.ranked, "preliminary": board.preliminary}
    return BoardSerializer(body).data


def empty_board_body(arena: str, voters: str) -> dict[str, Any]:
    """Before the first publication."""
    return BoardSerializer({"meta": {"arena": arena, "voters": voters}, "rows": [], "preliminary": []}).data


def _meta(board: Board) -> dict[str, Any]:
    snapshot = board.snapshot
    fit = snapshot.meta
    shrinkage = fit.get("shrinkage") or NOT_SHRUNK
    return {
        "arena": snapshot.arena.slug,
        "voters": snapshot.voter_kind,
        "snapshot": snapshot.pk,
        "generated_at": snapshot.created_at,
        "ledger_size": snapshot.ledger_size,
        "ledger_root": bytes(snapshot.ledger_root).hex(),
        "votes": fit["n_votes"],
        "kept": fit["n_kept"],
        "excluded": fit["n_excluded"],
        "slice": snapshot.slice,
        "shrinkage": shrinkage["amount"],
        "votes_outside": shrinkage["n_votes_outside"],
        "style": fit.get("style"),
        "hidden": board.n_hidden,
        "clusters": fit,
        "counts_sha256": fit["counts_sha256"],
        "notes": fit["notes"],
        "spec": snapshot.spec,
        "plan": plan_of(snapshot),
        INVERSE_PROBABILITY: fit.get(INVERSE_PROBABILITY),
        MATCHUP_NOISE: fit.get(MATCHUP_NOISE),
    }
