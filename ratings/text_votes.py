"""How do rows come out of text? Chunks of columns with their line numbers. Read vote_rows.py next."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from ratings.errors import InvalidVotes

CHUNK_ROWS = 1_000
"""Rows held as Python values at a time: few, which the cache and the garbage collector like: three times faster."""
LARGEST_FIELD = 2**31 - 1
"""Characters of a CSV field; public files hold whole conversations, and Python's default is 131,072."""


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file.

    places : line (or record) number of each row.   columns : name to values, one a row, None where absent.
    broken : places that hold no row at all, with the reason.   unit : what places count, "line" or "record".
    """

    places: list[int]
    columns: dict[str, list[Any]]
    broken: list[tuple[int, str]] = field(default_factory=list)
    unit: str = "line"


def read_csv(stream: IO[bytes], path: Path) -> Iterator[Chunk]:
    """Chunks of a CSV file with a header, UTF-8, RFC 4180. Raises: InvalidVotes for a wrong header or encoding."""
    csv.field_size_limit(LARGEST_FIELD)
    with io.TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, strict=True)
        header = _read_rows(reader, path, 1)
        names = header[0][1] if header else []
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InvalidVotes(f"{path}, line 1: column {twice[0]!r} is there twice")
        yield _csv_chunk(names, [])
        while numbered := _read_rows(reader, path, CHUNK_ROWS):
            yield _csv_chunk(names, [(place, row) for place, row in numbered if row])


def read_json_lines(stream: IO[bytes], path: Path) -> Iterator[Chunk]:
    """Chunks of a file with one JSON object a line; empty lines are passed over."""
    numbered = enumerate(stream, start=1)
    while block := list(islice(numbered, CHUNK_ROWS)):
        records, broken = [], []
        for place, line in block:
            if not line.strip():
                continue
            try:
                records.append((place, _load(line)))
            except ValueError as error:
                broken.append((place, str(error)))
        yield _record_chunk(records, broken, "line")


def read_json(stream: IO[bytes], path: Path) -> Iterator[Chunk]:
    """Chunks of a JSON array of objects. Raises: InvalidVotes if the file is no JSON array."""
    try:
        records = _load(stream.read())
    except ValueError as error:
        raise InvalidVotes(f"{path}: {error}") from error
    if not isinstance(records, list):
        raise InvalidVotes(f"{path}: holds {type(records).__name__}, not an array of votes")
    numbered = list(enumerate(records, start=1))
    for start in range(0, len(numbered), CHUNK_ROWS):
        yield _record_chunk(numbered[start : start + CHUNK_ROWS], [], "record")


READERS: dict[str, Callable[[IO[bytes], Path], Iterator[Chunk]]] = {
    "csv": read_csv,
    "jsonl": read_json_lines,
    "json": read_json,
}


def _read_rows(reader: Any, path: Path, n: int) -> list[tuple[int, list[str]]]:
    """The next n rows with the number of their last line. Raises: InvalidVotes naming the line that is no CSV."""
    try:
        return [(reader.line_num, row) for row in islice(reader, n)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidVotes(f"{path}, line {reader.line_num + 1}: {error}") from error


def _csv_chunk(header: list[str], numbered: list[tuple[int, list[str]]]) -> Chunk:
    width = len(header)
    whole = [(place, row) for place, row in numbered if len(row) == width]
    broken = [(place, f"{len(row)} fields, not {width}") for place, row in numbered if len(row) != width]
    columns = zip(*(row for _, row in whole), strict=True) if whole else ([] for _ in header)
    return Chunk([place for place, _ in whole], dict(zip(header, map(list, columns), strict=True)), broken)


def _record_chunk(records: Iterable[tuple[int, Any]], broken: list[tuple[int, str]], unit: str) -> Chunk:
    objects = [(place, record) for place, record in records if isinstance(record, dict)]
    broken = broken + [
        (place, f"holds {type(record).__name__}, not an object")
        for place, record in records
        if not isinstance(record, dict)
    ]
    names = {name: None for _, record in objects for name in record}
    columns = {name: [record.get(name) for _, record in objects] for name in names}
    return Chunk([place for place, _ in objects], columns, broken, unit)


def _load(text: bytes) -> Any:
    try:
        return json.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
