"""How do ten million votes come out of Parquet in a second? By their dictionaries. Imported only for Parquet files."""

from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.vote_rows import SELECTORS, ReadOptions, VoteFile
from ratings.vote_values import HUMAN, parse_column, problem


class Column:
    """A column as codes into its distinct values, the last of which is None for null.

    codes : (n,) int32.   values : distinct Python values.   parsed : their parsed form, None for a bad one.
    """

    def __init__(self, name: str, column: pa.ChunkedArray) -> None:
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        encoded = column.unify_dictionaries().combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = pa.concat_arrays(encoded.chunks)
        self.values = [*encoded.dictionary.to_pylist(), None]
        indices = encoded.indices
        if indices.null_count:
            indices = indices.fill_null(len(self.values) - 1)
        self.codes = indices.to_numpy()
        self.parsed = parse_column(name, self.values)

    @cached_property
    def has_null(self) -> bool:
        return bool(len(self.codes)) and bool((self.codes == len(self.values) - 1).any())

    @cached_property
    def used(self) -> list[int]:
        """Codes that stand for a value that may occur; null only where it does."""
        return list(range(len(self.values) - (not self.has_null)))

    def where(self, chosen: list[bool]) -> NDArray[np.bool_]:
        """(n,) bool: rows whose value is chosen."""
        return np.array(chosen, dtype=bool)[self.codes]

    def bad(self) -> NDArray[np.bool_] | None:
        """(n,) bool: rows with a bad value; None if there is no such value."""
        bad = [value is None for value in self.parsed]
        return self.where(bad) if any(bad[code] for code in self.used) else None


def read_parquet(path: Path, options: ReadOptions) -> VoteFile:
    """The votes of a Parquet file; the rules are those of vote_rows.py, applied to distinct values instead of rows.

    Raises: InvalidVotes naming row, column and value. Cost: O(n) of array work, O(distinct values) of Python.
    """
    table = _read_table(path, options)
    columns = {name: Column(name, table.column(column)) for name, column in _sources(table, options).items()}
    selectors = {name: columns.pop(name) for name in SELECTORS if name in columns}
    n_rows = table.num_rows
    bad, left_out = _any_bad(selectors, n_rows), None
    if selectors:
        left_out = ~_selected(selectors, n_rows) & ~bad
    ids, (a, b) = _common_index([columns["model_a"], columns["model_b"]])
    wrong = _any_bad(columns, n_rows) | (a == b)
    bad |= wrong if left_out is None else wrong & ~left_out
    if bad.any() and not options.skip_bad:
        row = int(np.argmax(bad))
        values = {name: column.values[column.codes[row]] for name, column in {**selectors, **columns}.items()}
        raise InvalidVotes(f"{path}, row {row + 1}: {problem(values)}")
    dropped = bad if left_out is None else bad | left_out
    votes = _votes(columns, ids, a, b, ~dropped if dropped.any() else slice(None))
    n_left_out = 0 if left_out is None else int(left_out.sum())
    return VoteFile(votes=votes, n_rows=n_rows, n_bad=int(bad.sum()), n_left_out=n_left_out)


def _read_table(path: Path, options: ReadOptions) -> pa.Table:
    try:
        with pq.ParquetFile(path, read_dictionary=["model_a", "model_b", "winner"]) as file:
            present = file.schema_arrow.names
            missing = [name for name in options.required if name not in present]
            if missing:
                raise InvalidVotes(f"{path}: column {missing[0]} is missing")
            wanted = {*options.required, "voter", "judge", "weight", *(() if options.all_rows else SELECTORS)}
            return file.read(columns=[name for name in present if name in wanted])
    except pa.ArrowException as error:
        raise InvalidVotes(f"{path}: no Parquet file that can be read: {error}") from error


def _sources(table: pa.Table, options: ReadOptions) -> dict[str, str]:
    """Which column of the table each column of a vote comes from."""
    names = {name: name for name in table.column_names if name != "judge"}
    return {"voter": "judge"} | names if "judge" in table.column_names else names


def _any_bad(columns: dict[str, Column], n_rows: int) -> NDArray[np.bool_]:
    masks = [mask for column in columns.values() if (mask := column.bad()) is not None]
    return np.logical_or.reduce(masks) if masks else np.zeros(n_rows, dtype=bool)


def _selected(selectors: dict[str, Column], n_rows: int) -> NDArray[np.bool_]:
    wanted = {"ranked": True, "voter_kind": HUMAN, "excluded": False}
    masks = [column.where([value == wanted[name] for value in column.parsed]) for name, column in selectors.items()]
    return np.logical_and.reduce(masks)


def _votes(
    columns: dict[str, Column], ids: list[str], a: NDArray[np.int32], b: NDArray[np.int32], rows: NDArray | slice
) -> Comparisons:
    voters, indices = _common_index([columns["voter"]]) if "voter" in columns else ([], [])
    numbers = {
        name: _numbers(columns[name], np.float64)[rows]
        for name in ("weight", "timestamp", "pair_probability")
        if name in columns
    }
    votes = Comparisons(
        ids=tuple(ids),
        a=a[rows],
        b=b[rows],
        outcome=_numbers(columns["winner"], np.int8)[rows],
        weight=numbers.get("weight"),
        voter=indices[0][rows] if voters else None,
        n_voters=len(voters),
        time=numbers.get("timestamp"),
        pair_probability=numbers.get("pair_probability"),
    )
    used = (votes.counts.sum(axis=(1, 2)) + votes.counts.sum(axis=(0, 2))) > 0
    return votes if used.all() else votes.between(np.flatnonzero(used))


def _common_index(columns: list[Column]) -> tuple[list[str], list[NDArray[np.int32]]]:
    """Sorted known values of these columns together, and each column as index into them, -1 for the unknown."""
    names = sorted({value for column in columns for value in column.parsed if value})
    place = {name: k for k, name in enumerate(names)}
    return names, [
        np.array([place.get(value, -1) for value in column.parsed], dtype=np.int32)[column.codes] for column in columns
    ]


def _numbers(column: Column, dtype: type) -> NDArray:
    return np.array([0 if value is None else value for value in column.parsed], dtype=dtype)[column.codes]
