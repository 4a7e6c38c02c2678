"""Which votes does a board count? A slice: a filter that gets its own fit, ranks and intervals, with an address.

What merely hides rows of a board is row_filter.py. Next file to read: services/slices.py, which gets slices fitted.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlencode

from arena.domain.errors import BadFilter
from arena.domain.filter_values import (
    ANY_DAY,
    UNKNOWN,
    DateRange,
    check_number_of_values,
    read_dates,
    read_names,
    read_one,
    read_words,
)
from arena.domain.metadata import Precision, TrainingType, VoterKind
from arena.domain.prompt_length import PromptLength
from arena.domain.weight_class import WeightClass
from arena.domain.words import Word

CATEGORY = re.compile(r"[-a-zA-Z0-9_]{1,50}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)
TURNS = re.compile(r"[1-9][0-9]?", re.ASCII)
MULTI = "multi"
ON, OFF = ("true", "1", "on"), ("false", "0", "off")
KEY_LENGTH = 32  # hex digits of SHA-256: 128 bits


class Shrinkage(Word):
    """AUTO draws a slice towards the votes outside as far as the two agree; NONE is its own maximum likelihood."""

    AUTO = "auto", "shrunk to the votes outside"
    NONE = "0", "the slice alone"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """A filter of votes. Equal filters are equal values, whatever the order in which somebody named them.

    A facet without values leaves the votes alone. category, language : of the prompt, "unknown" is one.
    turns : numbers, or "multi" for two and more.   weight_class, precision, training_type : of both sides.
    Raises BadFilter.
    """

    voters: VoterKind = VoterKind.HUMAN
    category: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    length: tuple[PromptLength, ...] = ()
    dates: DateRange = ANY_DAY
    weight_class: tuple[WeightClass, ...] = ()
    precision: tuple[Precision, ...] = ()
    training_type: tuple[TrainingType, ...] = ()
    style_control: bool = False
    shrinkage: Shrinkage = Shrinkage.AUTO

    def __post_init__(self) -> None:
        set_field = object.__setattr__
        for name, words in WORD_FACETS.items():
            set_field(self, name, read_words(name, words, getattr(self, name)))
        set_field(self, "category", read_names("category", self.category, is_category, "a category"))
        set_field(self, "language", read_names("language", self.language, is_language, "a language of ISO 639-1"))
        set_field(self, "turns", _read_turns(self.turns))
        for name, words in CHOICES.items():
            (word,) = read_words(name, words, [getattr(self, name)])
            set_field(self, name, word)
        if not self.is_part:
            set_field(self, "shrinkage", Shrinkage.AUTO)  # of everything nothing lies outside

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Sequence[str]]) -> Self:
        """The slice that an address names. Raises BadFilter for a name that is no facet, and for a bad value."""
        if unknown := sorted(parameters.keys() - set(SLICE_PARAMETERS)):
            raise BadFilter(unknown[0], "no slice is made by that")
        for name, said in parameters.items():
            check_number_of_values(name, said)
        values: dict[str, Any] = {
            name: tuple(parameters[name]) for name in (*WORD_FACETS, *NAME_FACETS) if parameters.get(name)
        }
        for name, words in CHOICES.items():
            if word := read_one(name, parameters.get(name, ()), list(words)):
                values[name] = words(word)
        if style := read_one("style_control", parameters.get("style_control", ()), (*ON, *OFF)):
            values["style_control"] = style in ON
        try:
            values["dates"] = read_dates(parameters.get("dates", ()))
        except ValueError as error:
            raise BadFilter("dates", str(error)) from None
        return cls(**values)

    def to_parameters(self) -> dict[str, list[str]]:
        """What differs from the whole board of people, in the order of the fields; from_parameters is its inverse."""
        said: dict[str, list[str]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value != field.default:
                said[field.name] = _written(value)
        return said

    def to_query(self) -> str:
        """The same as the query string of an address, without a question mark."""
        return urlencode(self.to_parameters(), doseq=True)

    @property
    def key(self) -> str:
        """Names the slice among those of an arena and a kind of voter; empty for the whole board."""
        said = self.facets
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()[:KEY_LENGTH] if said else ""

    @property
    def facets(self) -> dict[str, list[str]]:
        """The parameters without the kind of voters."""
        return {name: values for name, values in self.to_parameters().items() if name != "voters"}

    @property
    def is_whole(self) -> bool:
        """Whether this is the headline board of its voters."""
        return not self.facets

    @property
    def is_part(self) -> bool:
        """Whether some votes can lie outside; style control alone is another fit of all votes."""
        return any(getattr(self, name) for name in (*WORD_FACETS, *NAME_FACETS, "dates"))


WORD_FACETS: dict[str, type[Word]] = {
    "length": PromptLength,
    "weight_class": WeightClass,
    "precision": Precision,
    "training_type": TrainingType,
}
CHOICES: dict[str, type[Word]] = {"voters": VoterKind, "shrinkage": Shrinkage}
NAME_FACETS = ("category", "language", "turns")
CONTESTANT_FACETS = ("weight_class", "precision", "training_type")
SLICE_PARAMETERS = tuple(field.name for field in fields(Slice))
REPEATABLE_PARAMETERS = (*WORD_FACETS, *NAME_FACETS, "dates")


def is_category(text: str) -> bool:
    """Whether a prompt may be labelled so."""
    return CATEGORY.fullmatch(text) is not None


def is_language(text: str) -> bool:
    """Of ISO 639-1, or "unknown"."""
    return text == UNKNOWN or LANGUAGE.fullmatch(text) is not None


def _read_turns(values: Sequence[str]) -> tuple[str, ...]:
    """Numbers in order, then "multi", which holds all numbers from 2 on."""
    turns = read_names("turns", values, lambda text: text == MULTI or TURNS.fullmatch(text) is not None, "1 to 99")
    if MULTI in turns:
        return (*(text for text in turns if text == "1"), MULTI)
    return tuple(sorted(turns, key=int))


def _written(value: Any) -> list[str]:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, bool):
        return [ON[0] if value else OFF[0]]
    return [str(value)]
