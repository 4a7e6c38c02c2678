"""What can a reader choose beside a board, with how much behind each value, and how is the choice said in words?

Next file to read: board_address.py, which writes the choice into the address.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from arena.domain.filter_values import UNKNOWN, DateRange, NumberRange
from arena.domain.metadata import EntryStatus, Openness, Precision, TrainingType
from arena.domain.prompt_length import PromptLength
from arena.domain.row_filter import Hidden, RowFilter
from arena.domain.slices import MULTI, Slice
from arena.domain.weight_class import WeightClass
from arena.domain.words import Word
from arena.models import Contestant, Entry
from arena.web.facts import LANGUAGES
from arena.web.numbers import DASH, count, day
from arena.web.words import label_of

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
        _word_facet("weight_class", gettext("Weight class"), WeightClass, slice_.weight_class, contestants),
        _word_facet("precision", gettext("Precision"), Precision, slice_.precision, contestants),
        _word_facet("training_type", gettext("Training"), TrainingType, slice_.training_type, contestants),
        _vote_facet("category", gettext("Category"), slice_.category, counts, category_label),
        _vote_facet("language", gettext("Language of the prompt"), slice_.language, counts, language_label),
        _vote_facet("length", gettext("Length of the prompt"), slice_.length, counts, _length_label),
        _vote_facet("turns", gettext("Turns"), slice_.turns, counts, turns_label),
    ]


def row_facets(rows: RowFilter, entries: Sequence[Entry], n_preliminary: int, n_flagged: int = 0) -> list[Facet]:
    """What only hides rows."""
    contestants = [entry.contestant for entry in entries]
    return [
        _word_facet("openness", gettext("Openness"), Openness, rows.openness, contestants),
        _name_facet("licence", gettext("Licence"), rows.licence, contestants),
        _name_facet("organisation", gettext("Organisation"), rows.organisation, contestants),
        _range_facet("price", gettext("Price of output"), PRICE_BANDS, rows.price, contestants, "output_price_usd"),
        _range_facet("context", gettext("Context"), CONTEXT_BANDS, rows.context, contestants, "context_tokens"),
        _hidden_facet(rows, entries, n_preliminary, n_flagged),
    ]


def slice_in_words(slice_: Slice) -> str:
    """What a board of a slice counts, as half a sentence; empty for the whole board."""
    said = [
        _clause(gettext("models of class %s"), [label_of(word) for word in slice_.weight_class]),
        _clause(gettext("models in %s"), [label_of(word) for word in slice_.precision]),
        _clause(gettext("models that are %s"), [label_of(word) for word in slice_.training_type]),
        _clause(gettext("prompts about %s"), [category_label(value) for value in slice_.category]),
        _clause(gettext("prompts in %s"), [language_label(value) for value in slice_.language]),
        _clause(gettext("prompts that are %s"), [label_of(word) for word in slice_.length]),
        _clause(gettext("battles of %s"), [turns_label(value) for value in slice_.turns]),
        dates_in_words(slice_.dates),
        gettext("answers at equal style") if slice_.style_control else "",
    ]
    return "; ".join(clause for clause in said if clause)


def dates_in_words(dates: DateRange) -> str:
    if not dates:
        return ""
    first, last = (day(end) if end else "" for end in (dates.first, dates.last))
    if not last:
        return gettext("votes since %(day)s") % {"day": first}
    if not first:
        return gettext("votes until %(day)s") % {"day": last}
    if first == last:
        return gettext("votes of %(day)s") % {"day": first}
    return gettext("votes from %(first)s to %(last)s") % {"first": first, "last": last}


def category_label(value: str) -> str:
    """Arenas name their own categories; the usual ones are in the catalogues."""
    return gettext(value.replace("-", " ").replace("_", " ")) if value else ""


def language_label(value: str) -> str:
    return gettext(LANGUAGES[value]) if value in LANGUAGES else gettext(value)


def turns_label(value: str) -> str:
    if value == MULTI:
        return gettext("2 turns and more")
    return ngettext("%(n)s turn", "%(n)s turns", int(value)) % {"n": value}


def _length_label(value: str) -> str:
    return label_of(PromptLength(value))


def _clause(said: str, labels: Sequence[str]) -> str:
    return said % f" {gettext('or')} ".join(labels) if labels else ""


def _word_facet(
    name: str, label: str, words: type[Word], chosen: Sequence[str], contestants: Sequence[Contestant]
) -> Facet:
    found = Counter(str(getattr(contestant, name)) for contestant in contestants)
    options = [
        Option(word.value, label_of(word), count(found[word]), word in chosen)
        for word in words
        if found[word] or word in chosen
    ]
    return Facet(name, label, gettext("models"), options)


def _vote_facet(name: str, label: str, chosen: Sequence[str], counts: Counts, words_of: Callable[[str], str]) -> Facet:
    found = {value: n for value, n in counts.get(name, {}).items() if n}
    ordered = sorted({*found, *chosen}, key=lambda value: (value == UNKNOWN, -found.get(value, 0), value))
    if name == "turns":
        ordered.sort(key=lambda value: 100 if value == MULTI else int(value))
    options = [Option(value, words_of(value), count(found.get(value, 0)), value in chosen) for value in ordered]
    return Facet(name, label, gettext("votes"), options)


def _name_facet(name: str, label: str, chosen: Sequence[str], contestants: Sequence[Contestant]) -> Facet:
    found = Counter(str(getattr(contestant, name)) or UNKNOWN for contestant in contestants)
    ordered = sorted({*found, *chosen}, key=lambda value: (value == UNKNOWN, value.casefold()))
    options = [Option(v, gettext(v) if v == UNKNOWN else v, count(found[v]), v in chosen) for v in ordered]
    return Facet(name, label, gettext("models"), options)


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
        options.append(Option(UNKNOWN, gettext(UNKNOWN), count(n_unknown), UNKNOWN in chosen))
    return Facet(name, label, gettext("models"), options)


def _range_label(name: str, band: str) -> str:
    unit = gettext("USD per million tokens") if name == "price" else gettext("tokens")
    ends = NumberRange.parse(band)
    low, high = (None if end is None else count(end.normalize()) for end in (ends.low, ends.high))
    if low is None:
        return gettext("up to %(end)s %(unit)s") % {"end": high, "unit": unit}
    if high is None:
        return gettext("from %(end)s %(unit)s") % {"end": low, "unit": unit}
    return f"{low}{DASH}{high} {unit}"


def _hidden_facet(rows: RowFilter, entries: Sequence[Entry], n_preliminary: int, n_flagged: int) -> Facet:
    n_hidden = {
        Hidden.RETIRED: sum(entry.status == EntryStatus.RETIRED for entry in entries),
        Hidden.MERGED: sum(entry.contestant.training_type == TrainingType.MERGED for entry in entries),
        Hidden.PRELIMINARY: n_preliminary,
        Hidden.FLAGGED: n_flagged,
    }
    options = [Option(word.value, label_of(word), count(n_hidden[word]), word in rows.hide) for word in Hidden]
    return Facet("hide", gettext("Hide"), gettext("models"), options)
