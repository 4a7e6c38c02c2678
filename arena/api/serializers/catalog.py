"""How are arenas, prompts and models written? Unknown is null, an empty text or the word unknown, never left out."""

from typing import Any

from rest_framework import serializers

from arena.api.serializers.leaderboards import StandingSerializer
from arena.api.serializers.strict import StrictSerializer, StrictText
from arena.domain.metadata import Openness, Precision, TrainingType
from arena.domain.modality import Modality
from arena.domain.weight_class import WeightClass


class PageParameters(StrictSerializer):
    cursor = StrictText(required=False)


class CountsSerializer(serializers.Serializer):
    models = serializers.IntegerField(source="n_models")
    prompts = serializers.IntegerField(source="n_prompts", help_text="In the pool.")
    votes = serializers.IntegerField(source="n_votes", help_text="Of every kind of voter and every source.")


class ArenaSerializer(serializers.Serializer):
    slug = serializers.CharField()
    name = serializers.CharField()
    modality = serializers.ChoiceField(choices=Modality.choices())
    description = serializers.CharField()
    rules = serializers.CharField()
    question = serializers.CharField()
    outcomes = serializers.ListField(child=serializers.CharField(), help_text="What a vote may say here.")
    reasons = serializers.ListField(child=serializers.CharField(), help_text="What may be ticked beside it.")
    takes_prompts = serializers.BooleanField(help_text="Whether voters may send a prompt of their own.")
    takes_images = serializers.BooleanField(help_text="Whether a prompt may carry pictures.")
    counts = CountsSerializer(source="*")


class PoolPromptSerializer(serializers.Serializer):
    prompt_id = serializers.CharField(source="key")
    text = serializers.CharField()
    language = serializers.CharField(help_text="ISO 639-1; empty means unknown.")
    category = serializers.CharField(help_text="Empty means unknown.")
    source = serializers.CharField()  # type: ignore[assignment]


class ModelSerializer(serializers.Serializer):
    slug = serializers.CharField(help_text="Never changes; the name may.")
    name = serializers.CharField()
    organisation = serializers.CharField()
    version = serializers.CharField()
    family = serializers.CharField()
    base_models = serializers.SerializerMethodField(help_text="Slugs of what it was trained from.")
    total_params_b = serializers.FloatField(allow_null=True)
    active_params_b = serializers.FloatField(allow_null=True)
    weight_class = serializers.ChoiceField(choices=WeightClass.choices())
    precision = serializers.ChoiceField(choices=Precision.choices())
    training_type = serializers.ChoiceField(choices=TrainingType.choices())
    openness = serializers.ChoiceField(choices=Openness.choices())
    licence = serializers.CharField()
    release_date = serializers.DateField(allow_null=True)
    knowledge_cutoff = serializers.DateField(allow_null=True)
    input_price_usd = serializers.FloatField(allow_null=True, help_text="Per million tokens.")
    output_price_usd = serializers.FloatField(allow_null=True, help_text="Per million tokens.")
    context_tokens = serializers.IntegerField(allow_null=True)
    kind = serializers.CharField()
    description = serializers.CharField()
    link = serializers.CharField()

    def get_base_models(self, contestant: Any) -> list[str]:
        return sorted(base.slug for base in contestant.base_models.all())


class ModelCardSerializer(ModelSerializer):
    standings = StandingSerializer(many=True, help_text="Where it stands on the current boards.")
