"""How are pairs of models and differences of boards written? Next files: queries/pairs.py, queries/snapshot_diff.py."""

import base64
import binascii
import re
from typing import Any

from rest_framework import serializers

from arena.api.serializers.filters import SliceParameters
from arena.api.serializers.leaderboards import Points
from arena.api.serializers.strict import StrictText
from arena.queries.snapshot_diff import DiffReason

CURSOR = re.compile(rb"([0-9]{1,18}):([0-9]{1,9})")


class PairCursor(StrictText):
    """Snapshot and position, so that later pages are of the same board although a newer one was published."""

    def to_internal_value(self, data: Any) -> tuple[int, int]:  # type: ignore[override]
        try:
            found = CURSOR.fullmatch(base64.b64decode(super().to_internal_value(data), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            found = None
        return (int(found[1]), int(found[2])) if found else self.fail("invalid")


def pair_cursor(snapshot_id: int, position: int) -> str:
    return base64.urlsafe_b64encode(f"{snapshot_id}:{position}".encode()).decode()


class PairParameters(SliceParameters):
    a = StrictText(required=False, help_text="A model; with b, the one pair of the two.")
    b = StrictText(required=False)
    cursor = PairCursor(required=False)

    def validate(self, parameters: dict[str, Any]) -> dict[str, Any]:
        if ("a" in parameters) != ("b" in parameters):
            raise serializers.ValidationError({"a" if "b" in parameters else "b": ["Name both models."]})
        if "a" in parameters and parameters["a"] == parameters["b"]:
            raise serializers.ValidationError({"b": ["Name two models."]})
        return parameters


class PairSerializer(serializers.Serializer):
    """Two models, as model_a sees them. All numbers but counts are null unless the board ranks both."""

    snapshot = serializers.IntegerField(source="snapshot.pk")
    model_a = serializers.CharField()
    model_b = serializers.CharField()
    votes = serializers.IntegerField()
    wins = serializers.IntegerField()
    losses = serializers.IntegerField()
    ties = serializers.IntegerField(help_text="Without both_bad.")
    both_bad = serializers.IntegerField()
    expected_score = Points(source="prediction.expected_score", default=None, help_text="Not a chance of winning.")
    score_low = Points(source="prediction.score_low", default=None)
    score_high = Points(source="prediction.score_high", default=None)
    p_win = Points(source="prediction.p_win", default=None, help_text="By Davidson's model of ties.")
    p_tie = Points(source="prediction.p_tie", default=None)
    p_loss = Points(source="prediction.p_loss", default=None)
    difference = Points(source="prediction.difference", default=None, help_text="Rating of model_a minus model_b.")
    ci_low = Points(source="prediction.ci_low", default=None)
    ci_high = Points(source="prediction.ci_high", default=None)
    votes_needed = serializers.IntegerField(
        source="prediction.votes_needed",
        default=None,
        allow_null=True,
        help_text="Further votes on this very pair until the interval leaves 0 out; null if the two are equal.",
    )
    arena_votes_needed = serializers.IntegerField(
        allow_null=True, help_text="The same in votes of the whole arena; only with a and b, else null."
    )


class PairPageSerializer(serializers.Serializer):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = PairSerializer(many=True)


class CauseSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=DiffReason.choices(), source="reason")
    values = serializers.DictField(help_text="What it is about.")


class ChangeSerializer(serializers.Serializer):
    """One model on two boards; null where a board does not have it, or has no place for it."""

    model = serializers.CharField(source="contestant.slug")
    rank_before = serializers.IntegerField(source="before.rank", default=None, allow_null=True)
    rank_after = serializers.IntegerField(source="after.rank", default=None, allow_null=True)
    rating_before = Points(source="before.rating", default=None)
    rating_after = Points(source="after.rating", default=None)
    change = Points(help_text="Points, with shift taken off; null unless both boards rank it.")
    votes = serializers.IntegerField(help_text="More than before.")
    opponents = serializers.ListField(child=serializers.CharField(), help_text="Models that it met for the first time.")


class DiffSerializer(serializers.Serializer):
    before = serializers.IntegerField(source="before.pk")
    after = serializers.IntegerField(source="after.pk")
    shift = Points(help_text="Points by which the models ranked on both rose on average; null without such models.")
    reasons = CauseSerializer(source="causes", many=True)
    rows = ChangeSerializer(many=True)
