"""What can a reader choose beside a board, with how much behind each value, and how is the choice said in words?

Next file to read: board_address.py, which writes the choice into the address.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from arena.domain.filter_values import UNKNOWN, DateRange, NumberRange
from arena.domain.metadata import EntryStatus, Openness, Precision, TrainingType
from arena.domain.prompt_length import PromptLength
from arena.domain.row_filter import Hidden, RowFilter
from arena.domain.slices import MULTI, Slice
from arena.domain.weight_class import WeightClass
from arena.domain.words import Word
from arena.models import Contestant, Entry
from arena.web.facts import LANGUAGES
from arena.web.numbers import DASH, count

VOTES, MODELS = "votes", "models"
PRICE_BANDS = ("..0.5", "0.5..2", "2..10", "10..")
CONTEXT_BANDS = ("..8192", "8193..32768", "32769..131072", "131073..")


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """name : of the parameter.   unit : what is counted."""

    name: str
    label: str
    unit: str
    options: Sequence[Option]

    @property
    def n_chosen(self) -> int:
        return sum(option.is_chosen for option in self.options)


Counts = Mapping[str, Mapping[str, int]]


def slice_facets(slice_: Slice, entries: Iterable[Entry], counts: Counts) -> list[Facet]:
    """What has the board fitted anew. Of prompts and turns votes are counted, of models models."""
    contestants = [entry.contestant for entry in entries]
    return [
        _word_facet("weight_class", "Weight class", WeightClass, slice_.weight_class, contestants),
        _word_facet("precision", "Precision", Precision, slice_.precision, contestants),
        _word_facet("training_type", "Training", TrainingType, slice_.training_type, contestants),
        _vote_facet("category", "Category", slice_.category, counts, category_label),
        _vote_facet("language", "Language of the prompt", slice_.language, counts, language_label),
        _vote_facet("length", "Length of the prompt", slice_.length, counts, lambda value: PromptLength(value).label),
        _vote_facet("turns", "Turns", slice_.turns, counts, turns_label),
    ]


def row_facets(rows: RowFilter, entries: Sequence[Entry], n_preliminary: int) -> list[Facet]:
    """What only hides rows."""
    contestants = [entry.contestant for entry in entries]
    return [
        _word_facet("openness", "Openness", Openness, rows.openness, contestants),
        _name_facet("licence", "Licence", rows.licence, contestants),
        _name_facet("organisation", "Organisation", rows.organisation, contestants),
        _range_facet("price", "Price of output", PRICE_BANDS, rows.price, contestants, "output_price_usd"),
        _range_facet("context", "Context", CONTEXT_BANDS, rows.context, contestants, "context_tokens"),
        _hidden_facet(rows, entries, n_preliminary),
    ]


def slice_in_words(slice_: Slice) -> str:
    """What a board of a slice counts, as half a sentence; empty for the whole board."""
    said = [
        _clause("models of class ", [word.label for word in slice_.weight_class]),
        _clause("models in ", [word.label for word in slice_.precision]),
        _clause("models that are ", [word.label for word in slice_.training_type]),
        _clause("prompts about ", [category_label(value) for value in slice_.category]),
        _clause("prompts in ", [language_label(value) for value in slice_.language]),
        _clause("prompts that are ", [word.label for word in slice_.length]),
        _clause("battles of ", [turns_label(value) for value in slice_.turns]),
        dates_in_words(slice_.dates),
        "answers at equal style" if slice_.style_control else "",
    ]
    return "; ".join(clause for clause in said if clause)


def dates_in_words(dates: DateRange) -> str:
    if not dates:
        return ""
    if dates.first and dates.last:
        return (
            f"votes of {day_in_words(dates.first)}"
            if dates.first == dates.last
            else f"votes from {day_in_words(dates.first)} to {day_in_words(dates.last)}"
        )
    if dates.first:
        return f"votes since {day_in_words(dates.first)}"
    return f"votes until {day_in_words(dates.last)}" if dates.last else ""


def day_in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def category_label(value: str) -> str:
    return value.replace("-", " ").replace("_", " ")


def language_label(value: str) -> str:
    return LANGUAGES.get(value, value)


def turns_label(value: str) -> str:
    if value == MULTI:
        return "2 turns and more"
    return "1 turn" if value == "1" else f"{value} turns"


def _clause(start: str, labels: Sequence[str]) -> str:
    return f"{start}{' or '.join(labels)}" if labels else ""


def _word_facet(
    name: str, label: str, words: type[Word], chosen: Sequence[str], contestants: Sequence[Contestant]
) -> Facet:
    found = Counter(str(getattr(contestant, name)) for contestant in contestants)
    options = [
        Option(word.value, word.label, count(found[word]), word in chosen)
        for word in words
        if found[word] or word in chosen
    ]
    return Facet(name, label, MODELS, options)


def _vote_facet(name: str, label: str, chosen: Sequence[str], counts: Counts, label_of: object) -> Facet:
    found = {value: n for value, n in counts.get(name, {}).items() if n}
    ordered = sorted({*found, *chosen}, key=lambda value: (value == UNKNOWN, -found.get(value, 0), value))
    if name == "turns":
        ordered.sort(key=lambda value: 100 if value == MULTI else int(value))
    options = [
        Option(value, label_of(value), count(found.get(value, 0)), value in chosen)  # type: ignore[operator]
        for value in ordered
    ]
    return Facet(name, label, VOTES, options)


def _name_facet(name: str, label: str, chosen: Sequence[str], contestants: Sequence[Contestant]) -> Facet:
    found = Counter(str(getattr(contestant, name)) or UNKNOWN for contestant in contestants)
    ordered = sorted({*found, *chosen}, key=lambda value: (value == UNKNOWN, value.casefold()))
    return Facet(name, label, MODELS, [Option(v, v, count(found[v]), v in chosen) for v in ordered])


def _range_facet(
    name: str, label: str, bands: Sequence[str], chosen: Sequence[str], contestants: Sequence[Contestant], field: str
) -> Facet:
    values = [getattr(contestant, field) for contestant in contestants]
    options = []
    for band in (*bands, *(value for value in chosen if value not in (*bands, UNKNOWN))):
        n_within = sum(value is not None and value in NumberRange.parse(band) for value in values)
        if n_within or band in chosen:
            options.append(Option(band, _range_label(name, band), count(n_within), band in chosen))
    n_unknown = sum(value is None for value in values)
    if n_unknown or UNKNOWN in chosen:
        options.append(Option(UNKNOWN, UNKNOWN, count(n_unknown), UNKNOWN in chosen))
    return Facet(name, label, MODELS, options)


def _range_label(name: str, band: str) -> str:
    unit = "USD per million tokens" if name == "price" else "tokens"
    ends = NumberRange.parse(band)
    low, high = (None if end is None else f"{end.normalize():,f}" for end in (ends.low, ends.high))
    if low is None:
        return f"up to {high} {unit}"
    return f"from {low} {unit}" if high is None else f"{low}{DASH}{high} {unit}"


def _hidden_facet(rows: RowFilter, entries: Sequence[Entry], n_preliminary: int) -> Facet:
    n_hidden = {
        Hidden.RETIRED: sum(entry.status == EntryStatus.RETIRED for entry in entries),
        Hidden.MERGED: sum(entry.contestant.training_type == TrainingType.MERGED for entry in entries),
        Hidden.PRELIMINARY: n_preliminary,
    }
    options = [Option(word.value, word.label, count(n_hidden[word]), word in rows.hide) for word in Hidden]
    return Facet("hide", "Hide", MODELS, options)
