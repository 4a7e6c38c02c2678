"""Which votes and which rows of a board may a caller ask for? Named as in domain/slices.py and domain/row_filter.py.

Next file to read: domain/slices.py, which says what the values mean and refuses bad ones.
"""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from arena.api.serializers.strict import StrictChoice, StrictSerializer, StrictText
from arena.domain.metadata import VoterKind
from arena.domain.row_filter import ROW_PARAMETERS, RowFilter
from arena.domain.slices import OFF, ON, SLICE_PARAMETERS, Shrinkage, Slice


class Several(serializers.ListField):
    """A parameter that may be repeated: any of its values will do."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=StrictText(allow_blank=True), required=False, **options)


class VotersParameter(StrictSerializer):
    voters = StrictChoice(choices=VoterKind.choices(), default=VoterKind.HUMAN.value, help_text="Whose votes.")


class SliceParameters(VotersParameter):
    """What is fitted anew."""

    category = Several(help_text="Of the prompt; unknown is one.")
    language = Several(help_text="Of the prompt, ISO 639-1; unknown is one.")
    turns = Several(help_text="A number, or multi for two and more.")
    length = Several(help_text="Of the prompt: short, medium, long.")
    dates = Several(help_text="Days of UTC: FIRST..LAST, FIRST.., ..LAST or one day.")
    weight_class = Several(help_text="Of both models: xs, s, m, l, xl, undisclosed.")
    precision = Several(help_text="Of both models.")
    training_type = Several(help_text="Of both models.")
    style_control = StrictChoice(choices=(*ON, *OFF), required=False, help_text="Ratings at equal style of the texts.")
    shrinkage = StrictChoice(
        choices=Shrinkage.choices(), required=False, help_text="auto, or 0 for the maximum likelihood of the slice."
    )


class RowParameters(StrictSerializer):
    """What hides rows and changes no number."""

    licence = Several(help_text="unknown is one.")
    organisation = Several(help_text="unknown is one.")
    openness = Several(help_text="fully-open, open-weights, proprietary, unknown.")
    price = Several(help_text="US dollars per million output tokens: LOW..HIGH, one end may be missing; or unknown.")
    context = Several(  # type: ignore[assignment]  # the base class has a property of that name
        help_text="Tokens: LOW..HIGH, one end may be missing; or unknown."
    )
    hide = Several(help_text="retired, merged, preliminary.")


def slice_of(parameters: Mapping[str, Any]) -> Slice:
    """Raises BadFilter."""
    return Slice.from_parameters(_said(parameters, SLICE_PARAMETERS))


def row_filter_of(parameters: Mapping[str, Any]) -> RowFilter:
    """Raises BadFilter."""
    return RowFilter.from_parameters(_said(parameters, ROW_PARAMETERS))


def _said(parameters: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, list[str]]:
    said = {name: parameters[name] for name in names if name in parameters}
    return {name: value if isinstance(value, list) else [value] for name, value in said.items()}
