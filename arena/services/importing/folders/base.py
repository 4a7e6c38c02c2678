"""What does a folder with an arena hold, whatever its format? Read fairground.py, the site's own format, next."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.text import slugify

from arena.domain.errors import ImportFault
from arena.services.importing.catalog import OutputRow, PromptRow
from arena.services.importing.contestants import ModelRow
from arena.services.importing.files.places import Place
from arena.services.importing.files.records import MAX_TEXT_LENGTH, Record
from arena.services.importing.media import inside
from arena.services.importing.vote_rows import VoteRow

MAX_CATEGORY_LENGTH = 50
LANGUAGE_LENGTH = 2
NO_VOTES: tuple[VoteRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArenaFolder:
    """outputs, votes : read the files anew each time, so that nothing large has to be held.

    files : those that are read.   ignored : those that are of no use here, with the reason.   notes : sentences for the
    operator.
    """

    path: Path
    files: Sequence[Path]
    models: Sequence[ModelRow]
    prompts: Sequence[PromptRow]
    outputs: Callable[[], Iterator[OutputRow]]
    votes: Callable[[], Iterable[VoteRow]] = field(default=lambda: NO_VOTES)
    ignored: Sequence[str] = ()
    notes: Sequence[str] = ()


def check_folder(path: Path) -> None:
    if not path.is_dir():
        raise ImportFault(str(path), None, "is not a folder")


def find_file(folder: Path, name: str) -> Path | None:
    """The file of this name, gzipped or not, within the folder. Raises ImportFault if it is a link that leads out."""
    for candidate in (name, f"{name}.gz"):
        if (folder / candidate).exists():
            return inside(folder, candidate, Place(candidate, 1))
    return None


def need_file(folder: Path, name: str) -> Path:
    path = find_file(folder, name)
    if path is None:
        raise ImportFault(name, None, f"is missing in {folder}")
    return path


def read_unique(records: Iterable[Record], field: str) -> Iterator[Record]:
    """The records, after checking that no two have the same value of this field."""
    first: dict[str, Place] = {}
    for record in records:
        value = record.identifier(field)
        if value in first:
            raise record.place.fault(f"{field} {value!r} was in {first[value]} already")
        first[value] = record.place
        yield record


def read_prompt_text(record: Record, field: str) -> str:
    text = record.text(field)
    if not text.strip():
        raise record.place.fault(f"{field} is empty")
    return text


def check_answer(text: object, place: Place) -> str:
    """An answer that stands deeper in a record."""
    if not isinstance(text, str) or len(text) > MAX_TEXT_LENGTH:
        raise place.fault(f"the answer is no text of at most {MAX_TEXT_LENGTH:,} characters")
    return text


def read_category(record: Record) -> str:
    category = slugify(record.line("category", MAX_TEXT_LENGTH), allow_unicode=True)
    if len(category) > MAX_CATEGORY_LENGTH:
        raise record.wrong("category", f"at most {MAX_CATEGORY_LENGTH} characters")
    return category


def read_language(record: Record) -> str:
    language = record.line("language", MAX_CATEGORY_LENGTH).lower()
    if language and not (len(language) == LANGUAGE_LENGTH and language.isascii() and language.isalpha()):
        raise record.wrong("language", "two letters of ISO 639-1")
    return language


def files_except(folder: Path, used: Iterable[Path]) -> list[str]:
    """What else lies in the folder: files at the top, and folders of which nothing is used."""
    used = {path.resolve() for path in used}
    return sorted(
        child.name
        for child in folder.iterdir()
        if child.resolve() not in used and not any(path.is_relative_to(child.resolve()) for path in used)
    )
