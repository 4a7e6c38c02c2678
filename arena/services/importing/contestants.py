"""What does an import say about contestants, and what of it is new? Unknowns are filled; known values are kept.

Next file to read: catalog.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from arena.domain.metadata import Openness, Precision, TrainingType, WordType, read_word
from arena.domain.modality import Modality
from arena.domain.words import Word
from arena.models import Contestant
from arena.models.catalog import MAX_NAME_LENGTH
from arena.services.importing.files.places import Place
from arena.services.importing.files.records import MAX_ID_LENGTH, Record
from arena.services.importing.report import ImportReport
from arena.services.importing.slugs import Slugs

MAX_KIND_LENGTH = 30
MAX_URL_LENGTH = 200
PRICE_DIGITS = 6  # as many as the catalogue keeps
# Names under which an answer could give the model away.
ALIAS_FIELDS = ("api_id", "hf_match")


@dataclass(frozen=True)
class ModelRow:
    """facts : only what is known, by field of Contestant."""

    place: Place
    model_id: str
    slug: str
    facts: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    modality: Modality | None = None


def read_model(record: Record, slugs: Slugs) -> ModelRow:
    """A row of models.jsonl. Raises ImportFault naming the field that cannot be understood."""
    model_id = record.identifier("model_id")
    facts = {field: value for field, read in FACTS.items() if (value := read(record)) not in UNKNOWN}
    if facts.get("name") == model_id:
        del facts["name"]  # says nothing that the id does not say
    return ModelRow(
        place=record.place,
        model_id=model_id,
        slug=slugs.add(model_id, record.place),
        facts=facts,
        aliases=_aliases(record, model_id),
        modality=read_modality(record),
    )


def read_modality(record: Record) -> Modality | None:
    return read_closed_word(record, "modality", Modality)


def read_closed_word(record: Record, field: str, words: type[WordType]) -> WordType | None:
    """The word of this list, None where nothing is said."""
    word = record.line(field, MAX_ID_LENGTH)
    if not word:
        return None
    try:
        return words(word)
    except ValueError:
        raise record.wrong(field, f"one of {', '.join(words)}") from None


def save_contestants(rows: Iterable[ModelRow], *, is_update: bool, report: ImportReport) -> dict[str, Contestant]:
    """Create the contestants that are new and fill what was unknown of the others; all of them by slug."""
    rows = list(rows)
    known = Contestant.objects.in_bulk([row.slug for row in rows], field_name="slug")
    new = [_new_contestant(row) for row in rows if row.slug not in known]
    Contestant.objects.bulk_create(new)
    report.count("models", "new", len(new))
    for row in rows:
        if row.slug in known:
            _merge(known[row.slug], row, is_update, report)
    return known | {contestant.slug: contestant for contestant in new}


def _new_contestant(row: ModelRow) -> Contestant:
    facts = {"name": row.model_id[:MAX_NAME_LENGTH]} | dict(row.facts)
    return Contestant(slug=row.slug, aliases=list(row.aliases), **facts)


def _merge(contestant: Contestant, row: ModelRow, is_update: bool, report: ImportReport) -> None:
    changed = []
    for field, value in row.facts.items():
        stored = getattr(contestant, field)
        if _is_unknown(contestant, field, row) or (stored != value and is_update):
            setattr(contestant, field, value)
            changed.append(field)
        elif stored != value:
            report.differ(f"{contestant.slug}: {field} is {stored} here, {value} in {row.place}")
    more = [alias for alias in row.aliases if alias not in contestant.aliases]
    if more:
        contestant.aliases = [*contestant.aliases, *more]
        changed.append("aliases")
    if changed:
        contestant.save(update_fields=changed)
    report.count("models", "changed" if changed else "unchanged")


def _is_unknown(contestant: Contestant, field: str, row: ModelRow) -> bool:
    stored = getattr(contestant, field)
    # A contestant that came without a name is called by its id.
    return stored in UNKNOWN or (field == "name" and stored in (row.model_id, contestant.slug))


def _aliases(record: Record, model_id: str) -> tuple[str, ...]:
    aliases = [record.line(field, MAX_ID_LENGTH) for field in ALIAS_FIELDS]
    if record.has("aliases"):
        listed = record.items("aliases")
        if not all(isinstance(alias, str) for alias in listed):
            raise record.wrong("aliases", "a list of names")
        aliases += listed
    return tuple(dict.fromkeys(alias for alias in aliases if alias and alias != model_id))


def _line(*names: str, max_length: int = MAX_NAME_LENGTH) -> Callable[[Record], str]:
    """A line of text under any of these spellings of the field's name."""
    return lambda record: record.line(record.first_of(names) or names[0], max_length)


def _number(*names: str) -> Callable[[Record], float | None]:
    return lambda record: record.number(record.first_of(names) or names[0], above=0)


def _price(name: str) -> Callable[[Record], Decimal | None]:
    def read(record: Record) -> Decimal | None:
        price = record.number(name)
        if price is not None and price < 0:
            raise record.wrong(name, "a price")
        return None if price is None else round(Decimal(repr(price)), PRICE_DIGITS)

    return read


def _word(name: str, words: type[Word]) -> Callable[[Record], Word]:
    def read(record: Record) -> Word:
        try:
            return read_word(words, record.line(name, MAX_ID_LENGTH))
        except ValueError as error:
            raise record.place.fault(f"{name}: {error}") from None

    return read


def _context(record: Record) -> int | None:
    tokens = record.number("context_tokens", above=0)
    if tokens is not None and tokens != int(tokens):
        raise record.wrong("context_tokens", "a whole number")
    return None if tokens is None else int(tokens)


def _link(record: Record) -> str:
    link = record.line("link", MAX_URL_LENGTH)
    if link and not link.startswith(("https://", "http://")):
        raise record.wrong("link", "an address that begins with https://")
    return link


UNKNOWN = (None, "", "unknown")
FACTS: dict[str, Callable[[Record], Any]] = {
    "name": _line("name"),
    "organisation": _line("organisation", "organization"),
    "version": _line("version"),
    "family": _line("family"),
    "total_params_b": _number("params_b", "total_params_b"),
    "active_params_b": _number("active_params_b"),
    "precision": _word("precision", Precision),
    "training_type": _word("training_type", TrainingType),
    "openness": _word("openness", Openness),
    "licence": _line("licence", "license"),
    "release_date": lambda record: record.day("release_date"),
    "knowledge_cutoff": lambda record: record.day("knowledge_cutoff"),
    "input_price_usd": _price("input_price_usd"),
    "output_price_usd": _price("output_price_usd"),
    "context_tokens": _context,
    "kind": _line("kind", max_length=MAX_KIND_LENGTH),
    "description": lambda record: record.text("description") if record.has("description") else "",
    "link": _link,
}
