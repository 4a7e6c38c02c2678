"""How is an error written? Only for the schema; the answers are made in api/errors.py."""

from rest_framework import serializers

from arena.api.serializers.battles import OutcomeField, RevealSerializer


class ErrorSerializer(serializers.Serializer):
    code = serializers.CharField(help_text="Never changes.")
    detail = serializers.CharField(help_text="A sentence for a person.")


class InvalidSerializer(ErrorSerializer):
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), help_text="What is wrong, by name of the field."
    )


class ConflictSerializer(ErrorSerializer):
    """not_ready, or already_voted with what the vote said."""

    outcome = OutcomeField(required=False)
    reveal = RevealSerializer(required=False, allow_null=True)
