"""What do scripts of the staff send, and what do they get back? Next file to read: services/scripts.py."""

from typing import Any

from rest_framework import serializers

from arena.api.serializers.strict import CleanText, StrictChoice, StrictSerializer, StrictText
from arena.domain.metadata import EntryStatus, Openness, Precision, TrainingType
from arena.models.catalog import KEY_NAME_PATTERN, MAX_NAME_LENGTH
from arena.providers.registry import PROVIDERS
from arena.services.importing.vote_formats import VOTE_FORMATS

MAX_ROWS = 500
MAX_TEXT_LENGTH = 100_000
FILE_TYPES = ("csv", "json", "jsonl", "parquet", "csv.gz", "json.gz", "jsonl.gz")


class StrictNumber(serializers.FloatField):
    """A number, no text and no truth value for it."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictWhole(serializers.IntegerField):
    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class KeyName(StrictText):
    """The name of a key; whoever sends a key by mistake is told so, and it is kept nowhere, not in the reply either."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=100, **options)

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        return serializers.RegexField(
            KEY_NAME_PATTERN, error_messages={"invalid": "Name a key, ARENA_KEY_NAME; never send the key itself."}
        ).run_validation(text)


class EndpointSerializer(StrictSerializer):
    provider = StrictChoice(choices=tuple(PROVIDERS))
    base_url = StrictText(max_length=200, required=False, allow_blank=True)
    model_name = StrictText(max_length=200, required=False, allow_blank=True)
    key_name = KeyName(required=False, help_text="Of an environment variable or a line of the keys file.")
    parameters = serializers.DictField(required=False, help_text="Sampling parameters.")


class NewModelSerializer(StrictSerializer):
    slug = StrictText(max_length=100)
    name = CleanText(max_length=MAX_NAME_LENGTH)
    organisation = CleanText(max_length=MAX_NAME_LENGTH, required=False, allow_blank=True)
    version = CleanText(max_length=MAX_NAME_LENGTH, required=False, allow_blank=True)
    family = CleanText(max_length=MAX_NAME_LENGTH, required=False, allow_blank=True)
    licence = CleanText(max_length=MAX_NAME_LENGTH, required=False, allow_blank=True)
    kind = CleanText(max_length=30, required=False, allow_blank=True)
    description = CleanText(max_length=5_000, required=False, allow_blank=True)
    link = StrictText(max_length=200, required=False, allow_blank=True)
    precision = StrictChoice(choices=Precision.choices(), required=False)
    training_type = StrictChoice(choices=TrainingType.choices(), required=False)
    openness = StrictChoice(choices=Openness.choices(), required=False)
    total_params_b = StrictNumber(required=False, allow_null=True)
    active_params_b = StrictNumber(required=False, allow_null=True)
    input_price_usd = StrictNumber(required=False, allow_null=True, help_text="Per million tokens.")
    output_price_usd = StrictNumber(required=False, allow_null=True, help_text="Per million tokens.")
    context_tokens = StrictWhole(required=False, allow_null=True, min_value=1, max_value=2**31 - 1)
    release_date = serializers.DateField(required=False, allow_null=True)
    knowledge_cutoff = serializers.DateField(required=False, allow_null=True)
    aliases = serializers.ListField(child=CleanText(max_length=100), required=False, max_length=50)
    endpoint = EndpointSerializer(required=False)
    arenas = serializers.ListField(child=StrictText(max_length=50), required=False, max_length=50)
    status = StrictChoice(choices=EntryStatus.choices(), default=EntryStatus.DRAFT.value)
    reason = CleanText(max_length=200, required=False, allow_blank=True, default="", help_text="Public.")


class StatusSerializer(StrictSerializer):
    arena = StrictText(max_length=50)
    status = StrictChoice(choices=EntryStatus.choices())
    reason = CleanText(max_length=200, required=False, allow_blank=True, default="", help_text="Public.")


class NewPromptSerializer(StrictSerializer):
    prompt_id = StrictText(max_length=100, required=False, help_text="Its public name; made up where it is missing.")
    text = CleanText(max_length=MAX_TEXT_LENGTH)
    language = StrictText(max_length=2, required=False, allow_blank=True, help_text="ISO 639-1.")
    category = StrictText(max_length=50, required=False, allow_blank=True)


class NewPromptsSerializer(StrictSerializer):
    prompts = NewPromptSerializer(many=True, min_length=1, max_length=MAX_ROWS)


class NewOutputSerializer(StrictSerializer):
    prompt_id = StrictText(max_length=100)
    model = StrictText(max_length=100)
    text = CleanText(max_length=MAX_TEXT_LENGTH)


class NewOutputsSerializer(StrictSerializer):
    outputs = NewOutputSerializer(many=True, min_length=1, max_length=MAX_ROWS)


class VoteFileParameters(StrictSerializer):
    format = StrictChoice(choices=sorted(VOTE_FORMATS), help_text="As in docs/importing.md.")
    type = StrictChoice(choices=FILE_TYPES, default="csv", help_text="How the file is written.")


class VoteFileSerializer(serializers.Serializer):
    file = serializers.FileField()


class AddedSerializer(serializers.Serializer):
    added = serializers.IntegerField(help_text="How many rows are new.")


class EnteredSerializer(serializers.Serializer):
    slug = serializers.CharField()
    status = serializers.ChoiceField(choices=EntryStatus.choices(), help_text="In the arenas that were named.")


class ImportedSerializer(serializers.Serializer):
    report = serializers.ListField(child=serializers.CharField(), help_text="What the import has to say, line by line.")
