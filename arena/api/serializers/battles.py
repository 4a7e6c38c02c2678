"""How are a battle and a vote written, and what may a caller send about them?

A battle is made of domain/blinding.py, which has no field for a name. Next file to read: queries/reveals.py.
"""

from typing import Any

from rest_framework import serializers

from arena.api.serializers.strict import (
    CleanText,
    PromptText,
    StrictBoolean,
    StrictChoice,
    StrictId,
    StrictSerializer,
    StrictText,
)
from arena.domain.ballot import OUTCOMES
from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.reasons import VoteReason
from arena.queries.reveals import SeenBattle
from arena.services.uploads import MAX_ATTACHMENTS


class OutcomeField(StrictChoice):
    def __init__(self, **options: Any) -> None:
        super().__init__(choices=OUTCOMES, **options)


class AttachmentsField(serializers.ListField):
    def __init__(self, **options: Any) -> None:
        help_text = "Ids of pictures of POST uploads/, for a prompt of your own, where the arena takes_images."
        super().__init__(child=StrictId(), required=False, max_length=MAX_ATTACHMENTS, help_text=help_text, **options)


class BattleStartSerializer(StrictSerializer):
    arena = StrictText(help_text="Slug of the arena.")
    prompt_id = StrictText(
        required=False, help_text="A prompt of the pool; without it, and without prompt, one is drawn."
    )
    prompt = PromptText(required=False, help_text="The voter's own prompt, where the arena takes them.")
    attachments = AttachmentsField()
    pair = serializers.ListField(
        child=StrictText(),
        required=False,
        min_length=2,
        max_length=2,
        help_text="Slugs of the two models to meet: a directed battle, whose vote is not ranked.",
    )

    private = StrictBoolean(required=False, help_text="The vote counts, the texts are never published.")
    solution = StrictText(
        required=False, help_text="Of the challenge of an earlier answer 403 `challenge`, encoded as ALTCHA does."
    )
    queue = StrictBoolean(
        required=False, help_text="Judge two finished answers of an earlier battle, without waiting; alone with arena."
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if "prompt" in values and "prompt_id" in values:
            raise serializers.ValidationError({"prompt": ["Send prompt or prompt_id, not both."]})
        if values.get("attachments") and "prompt" not in values:
            raise serializers.ValidationError({"attachments": ["Pictures go with a prompt of your own."]})
        if values.get("queue") and values.keys() & {"prompt", "prompt_id", "pair"}:
            raise serializers.ValidationError({"queue": ["The queue has its own prompts and pairs."]})
        return values


class TurnStartSerializer(StrictSerializer):
    prompt = PromptText(help_text="What both sides are asked next.")
    attachments = AttachmentsField()


class ShareSerializer(StrictSerializer):
    shared = StrictBoolean(help_text="Whether everybody may see this finished battle.")


class VoteCastSerializer(StrictSerializer):
    outcome = OutcomeField()
    reasons = serializers.ListField(
        child=StrictChoice(choices=VoteReason.choices()), required=False, max_length=len(VoteReason)
    )
    comment = CleanText(required=False, allow_blank=True, help_text="At most 2,000 characters.")


class NothingSerializer(StrictSerializer):
    """An empty object, or no body at all."""


class MediaSerializer(serializers.Serializer):
    url = serializers.CharField()
    media_type = serializers.CharField()


class TurnSerializer(serializers.Serializer):
    prompt = serializers.CharField()
    attachments = MediaSerializer(many=True, help_text="Pictures that the voter brought with this prompt.")
    text = serializers.CharField()
    media = MediaSerializer(many=True)
    done = serializers.BooleanField(source="is_done")


class SideSerializer(serializers.Serializer):
    turns = TurnSerializer(many=True)


class SidesSerializer(serializers.Serializer):
    a = SideSerializer()
    b = SideSerializer()


class IdentitySerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    organisation = serializers.CharField(help_text="Empty means unknown.")
    version = serializers.CharField()
    rating = serializers.FloatField(allow_null=True, help_text="Null while unrated.")
    ci_low = serializers.FloatField(allow_null=True)
    ci_high = serializers.FloatField(allow_null=True)
    rank = serializers.IntegerField(allow_null=True)


class RevealSerializer(serializers.Serializer):
    """Who the two were, with the ratings at the moment of the vote."""

    a = IdentitySerializer()
    b = IdentitySerializer()
    nonce = serializers.CharField(allow_null=True, help_text="Hex; opens the commitment.")


class CastVoteSerializer(serializers.Serializer):
    """The vote alone, as a battle carries it."""

    vote_id = serializers.IntegerField()
    outcome = OutcomeField()
    ranked = serializers.BooleanField(
        source="is_ranked", help_text="False for a directed or regenerated battle, or where the names were known."
    )
    receipt = serializers.CharField(help_text="What GET verify/{receipt}/ takes.")


class VoteSerializer(serializers.Serializer):
    """The answer to a vote; a replay has the same bytes."""

    vote_id = serializers.IntegerField()
    outcome = OutcomeField()
    ranked = serializers.BooleanField(source="is_ranked")
    reveal = RevealSerializer(allow_null=True)
    receipt = serializers.CharField()


class BattleSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    arena = serializers.CharField()
    state = serializers.ChoiceField(choices=BattleState.choices())
    void_reason = serializers.ChoiceField(choices=VoidReason.choices(), allow_null=True)
    prompt_id = serializers.CharField()
    prompt = serializers.CharField()
    commitment = serializers.CharField(
        allow_null=True, help_text="Hex of SHA-256(0x02 | id | u16be length | slug a | u16be length | slug b | nonce)."
    )
    expires_at = serializers.DateTimeField(allow_null=True)
    last_seq = serializers.IntegerField(help_text="Number of the last piece of text sent over the WebSocket.")
    sides = SidesSerializer(source="*")
    vote = CastVoteSerializer(required=False, help_text="After the vote only.")
    reveal = RevealSerializer(required=False, help_text="After the vote only.")


def battle_body(seen: SeenBattle) -> dict[str, Any]:
    """A blind battle has neither the field vote nor the field reveal."""
    revealed = {"vote": seen.vote, "reveal": seen.vote.reveal} if seen.vote else {}
    return BattleSerializer(vars(seen.battle) | revealed).data
