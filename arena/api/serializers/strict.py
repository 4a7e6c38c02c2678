"""How is what a caller sends checked? No unknown field, nothing coerced: 1, true and null are no strings."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers

from arena.domain.errors import InvalidInput
from arena.domain.prompts import check_prompt, clean_text

MAX_NAMED = 10  # unknown fields that a reply names
MAX_NAME_LENGTH = 40


class StrictSerializer(serializers.Serializer):
    """An object that has these fields and no others."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := data.keys() - self.fields.keys()):
            names = sorted({_printable(name) for name in unknown})[:MAX_NAMED]
            raise serializers.ValidationError({name: ["There is no such field."] for name in names})
        return super().to_internal_value(data)


class StrictText(serializers.CharField):
    """A string as it was sent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if type(data) is not str:
            self.fail("invalid")
        return data


class StrictId(serializers.UUIDField):
    """A UUID as a string."""

    def to_internal_value(self, data: Any) -> UUID:
        if type(data) is not str:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class StrictBoolean(serializers.BooleanField):
    """true or false, no words and no numbers for them."""

    def to_internal_value(self, data: Any) -> bool:
        if type(data) is not bool:
            self.fail("invalid", input=data)
        return data


class StrictInteger(serializers.IntegerField):
    """A whole number; true is none."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return super().to_internal_value(data)


class CleanText(StrictText):
    """What a person wrote: control characters and lone surrogates are taken out."""

    def to_internal_value(self, data: Any) -> str:
        return clean_text(super().to_internal_value(data))


class PromptText(StrictText):
    """Checked here too, although starting a battle checks it: a bad body is told before an unknown arena."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return check_prompt(super().to_internal_value(data))
        except InvalidInput as error:
            raise serializers.ValidationError(error.fields["prompt"]) from None


class StrictChoice(serializers.ChoiceField):
    """One of the words, exactly."""

    def to_internal_value(self, data: Any) -> str:
        if type(data) is not str or data not in self.choices:
            raise serializers.ValidationError(f"Say one of: {', '.join(self.choices)}.")
        return data


def _printable(name: Any) -> str:
    return ascii(name)[1:-1][:MAX_NAME_LENGTH]
