"""Which rows of a board are shown? What hides rows and changes no number. What is fitted anew is slices.py."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from arena.domain.errors import BadFilter
from arena.domain.filter_values import UNKNOWN, NumberRange, check_number_of_values, read_names, read_words, shown
from arena.domain.metadata import EntryStatus, Openness, TrainingType
from arena.domain.words import Word

NAME = re.compile(r"[^\x00-\x1f\x7f]{1,80}")


class Hidden(Word):
    RETIRED = "retired", "retired models"
    MERGED = "merged", "merged models"
    PRELIMINARY = "preliminary", "preliminary models"
    FLAGGED = "flagged", "models that may know the prompts"


class Described(Protocol):
    """What of a contestant is asked."""

    licence: str
    organisation: str
    openness: str
    training_type: str
    output_price_usd: Decimal | None
    context_tokens: int | None


@dataclass(frozen=True, kw_only=True)
class RowFilter:
    """A facet without values shows every row; "unknown" is a value of each.

    price : US dollars per million output tokens.   context : tokens; both as ranges LOW..HIGH, any of which will do.
    Raises BadFilter.
    """

    licence: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    openness: tuple[Openness, ...] = ()
    price: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    hide: tuple[Hidden, ...] = ()

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        set_field(self, "openness", read_words("openness", Openness, self.openness))
        set_field(self, "hide", read_words("hide", Hidden, self.hide))
        for name in ("licence", "organisation"):
            set_field(self, name, read_names(name, getattr(self, name), _is_name, "a name"))
        for name in ("price", "context"):
            set_field(self, name, _read_ranges(name, getattr(self, name)))

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """The filter that an address names. Raises BadFilter for a name that is no facet, and for a bad value."""
        if unknown := sorted(parameters.keys() - set(ROW_PARAMETERS)):
            raise BadFilter(unknown[0], "no row is hidden by that")
        for name, values in parameters.items():
            check_number_of_values(name, values)
        asked: dict[str, Any] = {name: tuple(values) for name, values in parameters.items()}
        return cls(**asked)

    def to_parameters(self) -> dict[str, list[str]]:
        """What is asked, in the order of the fields; from_parameters is its inverse."""
        asked = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: [str(value) for value in values] for name, values in asked.items() if values}

    def to_query(self) -> str:
        return urlencode(self.to_parameters(), doseq=True)

    def __bool__(self) -> bool:
        return bool(self.to_parameters())

    def shows(
        self,
        contestant: Described,
        status: EntryStatus | None,
        *,
        is_preliminary: bool = False,
        is_flagged: bool = False,
    ) -> bool:
        """status : of the contestant's entry in the arena, None if it has none.

        is_flagged : most of its votes are on prompts that it may know from its training.
        """
        return (
            _is_among(contestant.licence or UNKNOWN, self.licence)
            and _is_among(contestant.organisation or UNKNOWN, self.organisation)
            and _is_among(contestant.openness, self.openness)
            and _is_within(contestant.output_price_usd, self.price)
            and _is_within(contestant.context_tokens, self.context)
            and not (Hidden.RETIRED in self.hide and status == EntryStatus.RETIRED)
            and not (Hidden.MERGED in self.hide and contestant.training_type == TrainingType.MERGED)
            and not (Hidden.PRELIMINARY in self.hide and is_preliminary)
            and not (Hidden.FLAGGED in self.hide and is_flagged)
        )


ROW_PARAMETERS = tuple(field.name for field in fields(RowFilter))


def _is_name(text: str) -> bool:
    return NAME.fullmatch(text) is not None


def _read_ranges(parameter: str, values: Sequence[str]) -> tuple[str, ...]:
    ranges = set()
    for text in values:
        try:
            ranges.add(UNKNOWN if text == UNKNOWN else str(NumberRange.parse(text)))
        except ValueError as error:
            raise BadFilter(parameter, f"{shown(text)}: {error}") from None
    return tuple(sorted(ranges))


def _is_among(value: str, wanted: Sequence[str]) -> bool:
    return not wanted or value in wanted


def _is_within(value: Decimal | int | None, ranges: Sequence[str]) -> bool:
    if not ranges:
        return True
    if value is None:
        return UNKNOWN in ranges
    return any(value in NumberRange.parse(text) for text in ranges if text != UNKNOWN)
