"""How is the caller's own session written?"""

from rest_framework import serializers

from arena.api.serializers.strict import StrictBoolean, StrictInteger, StrictSerializer


class ConsentSerializer(StrictSerializer):
    publish = StrictBoolean(help_text="Whether texts of your battles from now on may be published.")


class ArenaConsentSerializer(ConsentSerializer):
    version = StrictInteger(
        required=False, help_text="Of the text that was read; to agree takes it, to refuse does not."
    )


class AskedConsentSerializer(serializers.Serializer):
    text = serializers.CharField(help_text="What the arena asks; empty where the question of the site holds.")
    version = serializers.IntegerField(help_text="Of that text.")
    publish = serializers.BooleanField(
        allow_null=True, help_text="What this voter said to that version; null while nobody has asked."
    )


class SessionSerializer(serializers.Serializer):
    voter = serializers.UUIDField(help_text="The anonymous identity of this session, or of this script.")
    csrf_token = serializers.CharField(
        allow_null=True, help_text="To send as X-CSRFToken with every unsafe call; null for a script, which needs none."
    )
    consent = serializers.BooleanField(
        allow_null=True, help_text="Whether the voter agreed that texts are published; null while nobody has asked."
    )
