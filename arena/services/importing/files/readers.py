"""How do rows come out of CSV, JSON, JSON lines and Parquet, gzipped or not? One by one, each with its place.

Next file to read: ../contestants.py, or ../vote_rows.py.
"""

import csv
import json
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from arena.domain.errors import ImportFault
from arena.services.importing.files.places import Place, Refuse, refuse_all
from arena.services.importing.files.records import Record
from arena.services.importing.files.streams import MAX_LINE_BYTES, MAX_UNPACKED_BYTES, open_limited

MAX_ROWS = 2_000_000
MAX_JSON_BYTES = 2**29  # an array of JSON has to be held in memory; lines of JSON need not
PARQUET_BATCH = 500
COPY_BYTES = 2**20
BOM = b"\xef\xbb\xbf"
PARQUET_MAGIC = b"PAR1"
BLANKS = " \t\r\n"
WRONG_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}
MAX_SHOWN_COLUMNS = 12
TABLES = ("csv", "parquet")  # their columns are known from the start; objects of JSON may leave fields out
SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


def read_records(
    path: Path, name: str, *, required: Collection[str] = (), refuse: Refuse = refuse_all
) -> Iterator[Record]:
    """The rows of a file, told apart by its name or else by its first bytes; blank lines are passed over.

    name : what faults call the file.   required : columns that must be there.   refuse : called with each row that is
    none. Raises ImportFault for what is wrong with the file as a whole, such as its encoding, header or size.
    """
    with closing(open_limited(path, name)) as stream:
        kind = _kind(path, name)
        records = READERS[kind](stream, name, refuse)
        for n_records, record in enumerate(records, start=1):
            if n_records > MAX_ROWS:
                raise record.place.fault(f"more than {MAX_ROWS:,} rows: split the file")
            if n_records == 1 and kind in TABLES:
                _check_columns(record, required)
            yield record


def _kind(path: Path, name: str) -> str:
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    with closing(open_limited(path, name)) as stream:
        start = stream.read(COPY_BYTES).removeprefix(BOM).lstrip()
    if start.startswith(PARQUET_MAGIC):
        return "parquet"
    return {b"[": "json", b"{": "jsonl"}.get(start[:1], "json" if suffix == ".json" else "csv")


def _check_columns(record: Record, required: Collection[str]) -> None:
    missing = [column for column in required if column not in record.values]
    if missing:
        found = ", ".join(list(record.values)[:MAX_SHOWN_COLUMNS])
        header = Place(record.place.file, 1)
        raise header.fault(f"no column {' and no column '.join(missing)}; the columns are: {found}")


class _Lines:
    """The lines of a text in UTF-8; `number` is that of the line given last."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline(MAX_LINE_BYTES + 1):
            self.number += 1
            if len(line) > MAX_LINE_BYTES:
                raise self.here().fault(f"the line is longer than {MAX_LINE_BYTES:,} bytes")
            yield _decode(line.removeprefix(BOM) if self.number == 1 else line, self.here())

    def here(self) -> Place:
        return Place(self._name, self.number)


def _decode(data: bytes, start: Place) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = start.number + data.count(b"\n", 0, error.start)
        byte = data[error.start]
        raise Place(start.file, line).fault(f"is not UTF-8 (byte 0x{byte:02x}): save it in that encoding") from error


def _read_csv(stream: BinaryIO, name: str, refuse: Refuse) -> Iterator[Record]:
    csv.field_size_limit(MAX_LINE_BYTES)
    lines = _Lines(stream, name)
    rows = _csv_rows(lines, name)
    header = next(rows, (Place(name, 1), []))[1]
    _check_header(header, name)
    for place, row in rows:
        if len(row) == len(header):
            yield Record(place, dict(zip(header, row, strict=True)))
        else:
            refuse(place.fault(f"{len(row)} cells, the header has {len(header)}"))


def _csv_rows(lines: _Lines, name: str) -> Iterator[tuple[Place, list[str]]]:
    """Rows that are not blank, each with the line on which it begins."""
    reader = csv.reader(lines, strict=True)
    while True:
        place = Place(name, lines.number + 1)
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise place.fault(f"cannot be read as CSV: {error}") from error
        if row is None:
            return
        if row:
            yield place, row


def _check_header(header: list[str], name: str) -> None:
    place = Place(name, 1)
    if not any(header):
        raise ImportFault(name, None, "is empty")
    if len(header) == 1:
        for delimiter, called in WRONG_DELIMITERS.items():
            if delimiter in header[0]:
                raise place.fault(f"columns are separated by {called}; separate them by commas")
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice:
        raise place.fault(f"column {twice[0]!r} is there twice")


def _read_json_lines(stream: BinaryIO, name: str, refuse: Refuse) -> Iterator[Record]:
    lines = _Lines(stream, name)
    for line in lines:
        if not line.strip(BLANKS):
            continue
        place = lines.here()
        try:
            value = json.loads(line, parse_constant=_missing)
        except (ValueError, RecursionError) as error:
            refuse(place.fault(_no_json(error)))
        else:
            yield from _object(value, place, refuse)


def _read_json(stream: BinaryIO, name: str, refuse: Refuse) -> Iterator[Record]:
    """The objects of an array, each with the line on which it begins."""
    data = stream.read(MAX_JSON_BYTES + 1)
    if len(data) > MAX_JSON_BYTES:
        raise ImportFault(name, None, f"is larger than {MAX_JSON_BYTES:,} bytes: write one object a line (.jsonl)")
    cursor = _Cursor(_decode(data.removeprefix(BOM), Place(name, 1)), name)
    if not cursor.takes("["):
        raise cursor.here().fault("holds no JSON array")
    is_over = cursor.takes("]")
    while not is_over:
        place = cursor.here()
        yield from _object(cursor.value(), place, refuse)
        is_over = cursor.takes("]")
        if not is_over and not cursor.takes(","):
            raise cursor.here().fault("is not JSON: a comma or the end of the array is missing")
    if not cursor.is_at_end:
        raise cursor.here().fault("is not JSON: something follows the array")


class _Cursor:
    """A place in a JSON text that knows its line; blanks are passed over."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._position, self._line = 0, 1
        self._decoder = json.JSONDecoder(parse_constant=_missing)
        self._move(0)

    @property
    def is_at_end(self) -> bool:
        return self._position == len(self._text)

    def here(self) -> Place:
        return Place(self._name, self._line)

    def takes(self, sign: str) -> bool:
        is_there = self._text.startswith(sign, self._position)
        if is_there:
            self._move(self._position + len(sign))
        return is_there

    def value(self) -> Any:
        try:
            value, end = self._decoder.raw_decode(self._text, self._position)
        except json.JSONDecodeError as error:
            raise Place(self._name, error.lineno).fault(_no_json(error)) from error
        except (ValueError, RecursionError) as error:
            raise self.here().fault(_no_json(error)) from error
        self._move(end)
        return value

    def _move(self, position: int) -> None:
        while position < len(self._text) and self._text[position] in BLANKS:
            position += 1
        self._line += self._text.count("\n", self._position, position)
        self._position = position


def _missing(constant: str) -> None:
    """NaN is how pandas writes a missing value."""
    if constant != "NaN":
        raise ValueError(f"{constant} is no number of JSON")


def _no_json(error: Exception) -> str:
    return f"is not JSON: {'nested too deeply' if isinstance(error, RecursionError) else error}"


def _object(value: Any, place: Place, refuse: Refuse) -> Iterator[Record]:
    if isinstance(value, dict):
        yield Record(place, value)
    else:
        refuse(place.fault(f"holds {type(value).__name__}, not an object"))


def _read_parquet(stream: BinaryIO, name: str, refuse: Refuse) -> Iterator[Record]:
    """Parquet is read from its end, so that an unpacked copy is needed."""
    with tempfile.TemporaryFile() as copy:
        while data := stream.read(COPY_BYTES):
            copy.write(data)
        try:
            with pq.ParquetFile(copy) as file:
                _check_parquet_size(file.metadata, name)
                number = 0
                for batch in file.iter_batches(PARQUET_BATCH):
                    for values in batch.to_pylist():
                        number += 1
                        yield Record(Place(name, number, "row"), values)
        except (pa.ArrowException, OSError) as error:
            raise ImportFault(name, None, f"cannot be read as Parquet: {error}") from error


def _check_parquet_size(metadata: pq.FileMetaData, name: str) -> None:
    if metadata.num_rows > MAX_ROWS:
        raise ImportFault(name, None, f"more than {MAX_ROWS:,} rows: split the file")
    if sum(metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups)) > MAX_UNPACKED_BYTES:
        raise ImportFault(name, None, f"unpacks to more than {MAX_UNPACKED_BYTES:,} bytes: split it")


READERS: dict[str, Callable[[BinaryIO, str, Refuse], Iterator[Record]]] = {
    "csv": _read_csv,
    "jsonl": _read_json_lines,
    "json": _read_json,
    "parquet": _read_parquet,
}
