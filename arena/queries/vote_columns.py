"""How are a million votes filtered in milliseconds? As columns that a process keeps, and only ever adds to.

The ledger is append-only, so what was read once stays true; what may change is read anew: exclusions, labels of
prompts, facts about contestants. Next file to read: slices.py, which filters the columns.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Max
from django.db.models.functions import Length

from arena.domain.filter_values import UNKNOWN
from arena.domain.metadata import VoterKind
from arena.domain.prompt_length import PromptLength, prompt_length_of
from arena.models import Arena, Exclusion, Labelling, LedgerEntry, Prompt, VoteStyle
from arena.queries.ledger import LedgerHead
from ratings.features import FEATURE_NAMES
from ratings.outcomes import SITE_LABELS

CHUNK = 20_000  # ledger entries read at once
PROMPTS_CHUNK = 2_000
MAX_ARENAS = 4  # whose columns a process keeps; about 60 MB for a million votes
STYLE_TYPE = np.dtype("<i4")
N_STYLE = 2 * len(FEATURE_NAMES)
KIND_CODES = {kind: k for k, kind in enumerate(VoterKind)}
LENGTHS = list(PromptLength)

TYPES: dict[str, np.dtype] = {
    "seq": np.dtype(np.int64),
    "vote": np.dtype(np.int64),
    "a": np.dtype(np.int32),
    "b": np.dtype(np.int32),
    "outcome": np.dtype(np.int8),
    "kind": np.dtype(np.int8),
    "source": np.dtype(np.int16),
    "is_ranked": np.dtype(bool),
    "voter": np.dtype(np.int32),
    "prompt": np.dtype(np.int32),
    "n_turns": np.dtype(np.int16),
    "time": np.dtype(np.float64),
}


class Codes:
    """Positions of values in the order in which they first came."""

    def __init__(self, known: Iterable[Hashable] = ()) -> None:
        self._position: dict[Hashable, int] = {value: k for k, value in enumerate(known)}

    def __len__(self) -> int:
        return len(self._position)

    @property
    def values(self) -> list[Any]:
        return list(self._position)

    def of(self, values: Sequence[Hashable]) -> list[int]:
        position = self._position
        return [position.setdefault(value, len(position)) for value in values]

    def find(self, values: Iterable[Hashable]) -> list[int]:
        """Positions of those that are known."""
        return [self._position[value] for value in values if value in self._position]


@dataclass
class PromptFacets:
    """Language, category and length of each prompt by its code; `seen` is the last labelling that was read."""

    languages: Codes = field(default_factory=lambda: Codes([UNKNOWN]))
    categories: Codes = field(default_factory=lambda: Codes([UNKNOWN]))
    table: np.ndarray = field(default_factory=lambda: np.zeros((0, 3), dtype=np.int16))
    seen: int = 0


class VoteColumns:
    """The votes of a ledger prefix, in its order: one array a fact, by the names of TYPES.

    a, b, prompt : codes of rows of the database.   kind, outcome : codes of VoterKind and Outcome.
    time : seconds since 1970, NaN if unknown.   voter : codes of pseudonyms.
    """

    def __init__(self, arena_id: int) -> None:
        self.arena_id = arena_id
        self.size = 0  # ledger entries read
        self.last_leaf = b""
        self.contestants, self.sources, self.voters, self.prompts = Codes(), Codes(), Codes(), Codes()
        self.arrays = {name: np.zeros(0, dtype=dtype) for name, dtype in TYPES.items()}
        self.is_excluded = np.zeros(0, dtype=bool)
        self.facets = PromptFacets()
        self._style = np.zeros((0, N_STYLE), dtype=np.int32)
        self._has_style = np.zeros(0, dtype=bool)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.arrays[name]

    def __len__(self) -> int:
        return len(self.arrays["vote"])

    def read_until(self, size: int) -> None:
        """Everything up to this size of the ledger, and anew what may have changed."""
        chunks = [self._read(start, min(start + CHUNK, size)) for start in range(self.size, size, CHUNK)]
        for name in TYPES:
            self.arrays[name] = np.concatenate([self.arrays[name], *(chunk[name] for chunk in chunks)])
        if chunks:
            self.size = size
            self.last_leaf = _leaf(self.arena_id, size - 1)
        excluded = Exclusion.objects.filter(entry__ledger=self.arena_id, entry__seq__lt=size)
        self.is_excluded = np.isin(self["vote"], np.array(excluded.values_list("vote_id", flat=True), dtype=np.int64))
        self._read_prompts()

    def is_still_true(self) -> bool:
        """Whether the ledger holds what was read; it may have been restored from a backup since."""
        return not self.size or _leaf(self.arena_id, self.size - 1) == self.last_leaf

    def style(self) -> tuple[np.ndarray, np.ndarray]:
        """(n, 12) style counts, side a then side b, and (n,) whether the vote has any; as far as they are stored."""
        known = len(self._has_style)
        counts = np.zeros((len(self), N_STYLE), dtype=np.int32)
        has_style = np.zeros(len(self), dtype=bool)
        counts[:known], has_style[:known] = self._style, self._has_style
        first = int(self["seq"][known]) if known < len(self) else self.size
        rows = VoteStyle.objects.filter(
            vote__entry__ledger=self.arena_id, vote__entry__seq__gte=first, vote__entry__seq__lt=self.size
        ).values_list("vote__entry__seq", "counts")
        for batch in _batches(rows.iterator(CHUNK)):
            place = np.searchsorted(self["seq"], [seq for seq, _ in batch])
            for k, (_, packed) in zip(place, batch, strict=True):
                if len(packed):
                    counts[k], has_style[k] = np.frombuffer(packed, STYLE_TYPE), True
        self._style, self._has_style = counts, has_style
        return counts, has_style

    def _read(self, start: int, stop: int) -> dict[str, np.ndarray]:
        rows = list(
            LedgerEntry.objects.filter(ledger=self.arena_id, seq__gte=start, seq__lt=stop, vote__isnull=False)
            .order_by("seq")
            .values_list(
                "seq",
                "vote_id",
                "vote__battle__contestant_a_id",
                "vote__battle__contestant_b_id",
                "vote__outcome",
                "vote__voter_kind",
                "vote__source",
                "vote__is_ranked",
                "pseudonym",
                "vote__battle__prompt_id",
                "vote__battle__n_turns",
                "vote__created_at",
            )
        )
        facts: dict[str, Any] = (
            dict(zip(TYPES, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(TYPES, ())
        )
        facts |= {
            "a": self.contestants.of(facts["a"]),
            "b": self.contestants.of(facts["b"]),
            "outcome": [SITE_LABELS[outcome] for outcome in facts["outcome"]],
            "kind": [KIND_CODES[kind] for kind in facts["kind"]],
            "source": self.sources.of(facts["source"]),
            "voter": self.voters.of([bytes(pseudonym) for pseudonym in facts["voter"]]),
            "prompt": self.prompts.of(facts["prompt"]),
            "time": [np.nan if moment is None else moment.timestamp() for moment in facts["time"]],
        }
        return {name: np.array(facts[name], dtype=dtype) for name, dtype in TYPES.items()}

    def _read_prompts(self) -> None:
        """New prompts, and those that were labelled since."""
        facets, prompts = self.facets, self.prompts.values
        newest = Labelling.objects.filter(arena=self.arena_id).aggregate(newest=Max("id"))["newest"] or 0
        known = len(facets.table)
        news = Labelling.objects.filter(arena=self.arena_id, id__gt=facets.seen, id__lte=newest)
        again = set(news.values_list("prompt", flat=True)) if known else set()
        wanted = [*prompts[known:], *(prompts[k] for k in self.prompts.find(again) if k < known)]
        facets.table = np.concatenate([facets.table, np.zeros((len(prompts) - known, 3), dtype=np.int16)])
        for start in range(0, len(wanted), PROMPTS_CHUNK):
            rows = list(
                Prompt.objects.filter(pk__in=wanted[start : start + PROMPTS_CHUNK])
                .annotate(n_characters=Length("text"))
                .values_list("pk", "language", "category", "n_characters")
            )
            keys, languages, categories, lengths = zip(*rows, strict=True) if rows else ((), (), (), ())
            facets.table[self.prompts.find(keys)] = np.column_stack(
                [
                    facets.languages.of([language or UNKNOWN for language in languages]),
                    facets.categories.of([category or UNKNOWN for category in categories]),
                    [LENGTHS.index(prompt_length_of(n)) for n in lengths],
                ]
            ).reshape(-1, 3)
        facets.seen = newest


class _Kept:
    """Columns of the arenas that were asked for last, for all threads of a process."""

    def __init__(self) -> None:
        self._columns: OrderedDict[int, VoteColumns] = OrderedDict()
        self.lock = threading.Lock()

    def of(self, arena_id: int, size: int) -> VoteColumns:
        columns = self._columns.pop(arena_id, None)
        if columns is None or columns.size > size or not columns.is_still_true():
            columns = VoteColumns(arena_id)
        columns.read_until(size)
        self._columns[arena_id] = columns
        while len(self._columns) > MAX_ARENAS:
            self._columns.popitem(last=False)
        return columns


_kept = _Kept()


@contextmanager
def vote_columns(arena: Arena, head: LedgerHead) -> Iterator[VoteColumns]:
    """The votes of the arena up to this head; the first call reads them all, later ones what came since.

    They are yours until the block ends: take copies of what you need longer.
    """
    with _kept.lock:
        yield _kept.of(arena.pk, head.size)


def _leaf(arena_id: int, seq: int) -> bytes:
    leaf = LedgerEntry.objects.filter(ledger=arena_id, seq=seq).values_list("leaf", flat=True).first()
    return bytes(leaf or b"")


def _batches(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while batch := list(islice(rows, CHUNK)):
        yield batch
