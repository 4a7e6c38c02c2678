"""How do votes come out of a file? CSV, JSONL, JSON or Parquet, checked row by row. Read vote_rows.py next."""

import gzip
import zlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import IO, cast

from ratings import text_votes
from ratings.errors import InvalidVotes
from ratings.vote_rows import ReadOptions, VoteFile, VoteRows

Progress = Callable[[int], None]
"""Called now and then with the number of rows read so far."""


def read_vote_file(path: Path, options: ReadOptions, progress: Progress = lambda n_rows: None) -> VoteFile:
    """The votes of a public file with columns model_a, model_b, winner and perhaps voter or judge, weight, timestamp.

    The kind is told by the name (.csv .jsonl .ndjson .json .parquet, with .gz) or else by the first bytes.
    Returns comparisons with ids and voters in sorted order.
    Raises: InvalidVotes naming file, line, column and value of the first bad row, or what else is wrong with the file.
    Cost: about 2 microseconds a row of text; Parquet with dictionary columns 0.1.
    """
    try:
        kind = _kind(path)
        if kind == "parquet":
            return _parquet_reader()(path, options)
        rows = VoteRows(path, options)
        with _open(path) as stream:
            for chunk in text_votes.READERS[kind](stream, path):
                rows.add(chunk)
                progress(rows.n_rows)
        return rows.finish()
    except OSError as error:
        raise InvalidVotes(f"{path}: {error.strerror or error}") from error
    except (EOFError, zlib.error) as error:
        raise InvalidVotes(f"{path}: broken gzip file: {error}") from error


def _parquet_reader() -> Callable[[Path, ReadOptions], VoteFile]:
    """Imported only here: pyarrow is optional and slow to import."""
    try:
        return import_module("ratings.parquet_votes").read_parquet
    except ModuleNotFoundError as error:
        raise InvalidVotes("Parquet needs the package pyarrow") from error


_KINDS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".parquet": "parquet"}


def _kind(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    suffix = Path(name).suffix
    if suffix in _KINDS:
        return _KINDS[suffix]
    with _open(path) as stream:
        start = stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PAR1"):
        return "parquet"
    return {b"[": "json", b"{": "jsonl"}.get(start[:1], "csv")


def _open(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        is_zipped = stream.read(2) == b"\x1f\x8b"
    return cast("IO[bytes]", gzip.open(path, "rb")) if is_zipped else path.open("rb")
