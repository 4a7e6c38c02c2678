"""Which rows of a file are votes that count? The rules of public vote files, in one place. Read comparisons.py next."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.text_votes import Chunk
from ratings.vote_values import HUMAN, UNKNOWN_VOTER, parse_column, problem

REQUIRED = ("model_a", "model_b", "winner")
SELECTORS = ("ranked", "voter_kind", "excluded")


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What to take of a file.

    skip_bad : leave bad rows out and count them, instead of refusing the file.
    all_rows : take also rows that the columns ranked, voter_kind or excluded leave out.
    with_time, with_probability : require and read the columns timestamp and pair_probability.
    """

    skip_bad: bool = False
    all_rows: bool = False
    with_time: bool = False
    with_probability: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        return REQUIRED + ("timestamp",) * self.with_time + ("pair_probability",) * self.with_probability


@dataclass(frozen=True, kw_only=True, eq=False)
class VoteFile:
    """Votes of a file of n_rows rows, of which n_bad were skipped as bad and n_left_out do not count."""

    votes: Comparisons
    n_rows: int
    n_bad: int
    n_left_out: int


class VoteRows:
    """Collects the votes of a file chunk by chunk; each name and voter is kept once.

    Raises: InvalidVotes at the first bad row, with file, place, column and value, unless options.skip_bad.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.n_rows = self.n_bad = self.n_left_out = 0
        self._path, self._options = path, options
        self._has_weight = False
        self._ids: dict[str, int] = {}
        self._voters: dict[str, int] = {UNKNOWN_VOTER: 0}
        self._parts: list[dict[str, NDArray]] = []

    def add(self, chunk: Chunk) -> None:
        """Takes the rows of this chunk. Cost: about 1 microsecond a row."""
        self._require_columns(chunk)
        self.n_rows += len(chunk.places) + len(chunk.broken)
        for place, why in chunk.broken:
            self._refuse(chunk.unit, place, why)
        chunk = self._select(chunk)
        columns = self._columns(chunk)
        parsed = {name: parse_column(name, values) for name, values in columns.items()}
        bad = _bad_rows(parsed)
        for row in sorted(bad):
            self._refuse(chunk.unit, chunk.places[row], problem({name: columns[name][row] for name in columns}))
        if bad:
            parsed = {name: [v for row, v in enumerate(values) if row not in bad] for name, values in parsed.items()}
        self._parts.append(self._encode(parsed))

    def finish(self) -> VoteFile:
        """The votes of all chunks, ids and voters in sorted order."""
        columns = {name: np.concatenate([part[name] for part in self._parts] or [_EMPTY]) for name in self._names()}
        ids, place_of_id = _sorted_names(self._ids)
        voters, place_of_voter = _sorted_names(self._voters)
        has_voter = len(voters) > 1
        votes = Comparisons(
            ids=ids,
            a=place_of_id[columns["model_a"]],
            b=place_of_id[columns["model_b"]],
            outcome=columns["winner"],
            weight=columns["weight"] if self._has_weight else None,
            voter=place_of_voter[columns["voter"]] - 1 if has_voter else None,
            n_voters=len(voters) - 1,
            time=columns.get("timestamp"),
            pair_probability=columns.get("pair_probability"),
        )
        return VoteFile(votes=votes, n_rows=self.n_rows, n_bad=self.n_bad, n_left_out=self.n_left_out)

    def _names(self) -> tuple[str, ...]:
        return (*self._options.required, "voter", "weight")

    def _require_columns(self, chunk: Chunk) -> None:
        missing = [name for name in self._options.required if name not in chunk.columns]
        if missing and (chunk.places or not chunk.broken):
            raise InvalidVotes(f"{self._path}, {chunk.unit} 1: column {missing[0]} is missing")

    def _refuse(self, unit: str, place: int, why: str) -> None:
        if not self._options.skip_bad:
            raise InvalidVotes(f"{self._path}, {unit} {place}: {why}")
        self.n_bad += 1

    def _select(self, chunk: Chunk) -> Chunk:
        """The chunk without rows that are not ranked, not human or excluded; a bad value there is a bad row."""
        present = [name for name in SELECTORS if name in chunk.columns]
        if self._options.all_rows or not present:
            return chunk
        parsed = {name: parse_column(name, chunk.columns[name]) for name in present}
        bad = _bad_rows(parsed)
        for row in sorted(bad):
            self._refuse(chunk.unit, chunk.places[row], problem({name: chunk.columns[name][row] for name in present}))
        n = len(chunk.places)
        ranked, excluded = parsed.get("ranked", [True] * n), parsed.get("excluded", [False] * n)
        kind = parsed.get("voter_kind", [HUMAN] * n)
        kept = [k for k in range(n) if k not in bad and ranked[k] and kind[k] == HUMAN and not excluded[k]]
        self.n_left_out += n - len(bad) - len(kept)
        columns = {name: [values[k] for k in kept] for name, values in chunk.columns.items()}
        return Chunk([chunk.places[k] for k in kept], columns, [], chunk.unit)

    def _columns(self, chunk: Chunk) -> dict[str, list[Any]]:
        absent = [None] * len(chunk.places)
        self._has_weight |= "weight" in chunk.columns
        columns = {name: chunk.columns.get(name, absent) for name in self._names()}
        return columns | {"voter": chunk.columns.get("voter", chunk.columns.get("judge", absent))}

    def _encode(self, parsed: dict[str, list[Any]]) -> dict[str, NDArray]:
        part = {name: np.array(values, dtype=np.float64) for name, values in parsed.items() if name not in _CODED}
        part["winner"] = np.array(parsed["winner"], dtype=np.int8)
        for name, index in (("model_a", self._ids), ("model_b", self._ids), ("voter", self._voters)):
            part[name] = np.array([index.setdefault(v, len(index)) for v in parsed[name]], dtype=np.int32)
        return part


_CODED = ("model_a", "model_b", "voter", "winner")
_EMPTY = np.zeros(0, dtype=np.int32)


def _bad_rows(parsed: dict[str, list[Any]]) -> set[int]:
    bad = {row for values in parsed.values() if None in values for row, value in enumerate(values) if value is None}
    if "model_a" in parsed:
        bad |= {row for row, (a, b) in enumerate(zip(parsed["model_a"], parsed["model_b"], strict=True)) if a == b}
    return bad


def _sorted_names(index: dict[str, int]) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Names in order, and for each old index the new one; the unknown voter "" sorts first."""
    names = sorted(index)
    place = np.empty(len(names), dtype=np.int32)
    place[[index[name] for name in names]] = np.arange(len(names))
    return tuple(names), place
