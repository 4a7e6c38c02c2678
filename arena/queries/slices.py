"""Which votes are inside a slice, and which of the same voters lie outside? Next file to read: services/slices.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import numpy as np

from arena.domain.filter_values import UNKNOWN, DateRange
from arena.domain.metadata import EntryStatus
from arena.domain.slices import CONTESTANT_FACETS, MULTI, Slice
from arena.models import Arena, Contestant
from arena.queries.ledger import LedgerHead
from arena.queries.vote_columns import KIND_CODES, LENGTHS, VoteColumns, vote_columns
from ratings.comparisons import Comparisons
from ratings.features import FEATURE_NAMES, relative_differences

LANGUAGE, CATEGORY, LENGTH = range(3)  # columns of PromptFacets.table
Mask = np.ndarray  # of booleans


@dataclass(frozen=True, eq=False)
class SliceVotes:
    """inside : among the slice's contestants.   outside : all other counted votes of the same kind of voters.

    n_excluded : votes that would be inside, and do not count.   n_without_texts : left out of style control.
    """

    inside: Comparisons
    outside: Comparisons
    n_excluded: int
    n_without_texts: int = 0


def slice_votes(arena: Arena, slice_: Slice, head: LedgerHead) -> SliceVotes:
    """The votes of a ledger prefix, parted by the slice. Contestants are in sorted order."""
    with vote_columns(arena, head) as columns:
        contestants = _contestants(arena, columns)
        is_member = {key: _is_member(contestant, slice_) for key, contestant in contestants.items()}
        is_inside = _inside(columns, slice_, is_member)
        is_counted = _counted(columns, arena, slice_)
        n_excluded = int((is_inside & ~is_counted & (columns["kind"] == KIND_CODES[slice_.voters])).sum())
        covariates, n_without_texts = None, 0
        if slice_.style_control:
            covariates, has_texts = _style(columns)
            n_without_texts = int((is_inside & is_counted & ~has_texts).sum())
            is_counted &= has_texts
        build = _Builder(columns, contestants, covariates)
        active = set(arena.entries.filter(status=EntryStatus.ACTIVE).values_list("contestant", flat=True))
        outside = is_counted & ~is_inside
        inside = is_counted & is_inside
        members = build.keys_in(inside) | {key for key in active if is_member[key]}
        return SliceVotes(
            inside=build.comparisons(inside, members),
            outside=build.comparisons(outside, members | build.keys_in(outside)),
            n_excluded=n_excluded,
            n_without_texts=n_without_texts,
        )


def count_facets(arena: Arena, slice_: Slice, head: LedgerHead) -> dict[str, dict[str, int]]:
    """Counted votes of a slice by facet and value, and by day; contestant facets count votes with both sides inside."""
    with vote_columns(arena, head) as columns:
        contestants = _contestants(arena, columns)
        rows = _counted(columns, arena, slice_) & _inside(
            columns, slice_, {key: _is_member(contestant, slice_) for key, contestant in contestants.items()}
        )
        table, facets = columns.facets.table[columns["prompt"][rows]], columns.facets
        n_turns = columns["n_turns"][rows]
        counts = {
            "category": _count(table[:, CATEGORY], facets.categories.values),
            "language": _count(table[:, LANGUAGE], facets.languages.values),
            "length": _count(table[:, LENGTH], [length.value for length in LENGTHS]),
            "turns": {"1": int((n_turns == 1).sum()), MULTI: int((n_turns > 1).sum())},
            "day": _count_days(columns["time"][rows]),
        }
        for facet in CONTESTANT_FACETS:
            counts[facet] = _count_within(columns, rows, contestants, facet)
    return counts


def _contestants(arena: Arena, columns: VoteColumns) -> dict[int, Contestant]:
    """Those with votes, and those who could get some."""
    entered = arena.entries.filter(status=EntryStatus.ACTIVE).values_list("contestant", flat=True)
    return Contestant.objects.in_bulk({*columns.contestants.values, *entered})


def _is_member(contestant: Contestant, slice_: Slice) -> bool:
    return all(
        not getattr(slice_, facet) or getattr(contestant, facet) in getattr(slice_, facet)
        for facet in CONTESTANT_FACETS
    )


def _counted(columns: VoteColumns, arena: Arena, slice_: Slice) -> Mask:
    """What the headline board of these voters counts."""
    is_counted_source = np.zeros(len(columns.sources) + 1, dtype=bool)
    is_counted_source[columns.sources.find(arena.counted_sources)] = True
    return (
        columns["is_ranked"]
        & ~columns.is_excluded
        & (columns["kind"] == KIND_CODES[slice_.voters])
        & is_counted_source[columns["source"]]
    )


def _inside(columns: VoteColumns, slice_: Slice, is_member: Mapping[int, bool]) -> Mask:
    """Whose votes these are and whether they count left aside."""
    member = np.array([is_member[key] for key in columns.contestants.values], dtype=bool)
    inside = member[columns["a"]] & member[columns["b"]] if len(columns) else np.zeros(0, dtype=bool)
    facets = columns.facets
    for values, codes, column in (
        (slice_.language, facets.languages, LANGUAGE),
        (slice_.category, facets.categories, CATEGORY),
    ):
        if values:
            inside &= np.isin(facets.table[:, column], codes.find(values))[columns["prompt"]]
    if slice_.length:
        wanted = [LENGTHS.index(length) for length in slice_.length]
        inside &= np.isin(facets.table[:, LENGTH], wanted)[columns["prompt"]]
    if slice_.turns:
        numbers = [int(text) for text in slice_.turns if text != MULTI]
        inside &= np.isin(columns["n_turns"], numbers) | ((columns["n_turns"] > 1) & (MULTI in slice_.turns))
    if slice_.dates:
        inside &= _within(columns["time"], slice_.dates)
    return inside


def _within(seconds: np.ndarray, dates: DateRange) -> Mask:
    """A vote of unknown time is on no day."""
    is_inside = ~np.isnan(seconds)
    if dates.first:
        is_inside &= seconds >= datetime.combine(dates.first, time(), UTC).timestamp()
    if dates.last:
        end = datetime.combine(dates.last, time(), UTC).timestamp() + timedelta(days=1).total_seconds()
        is_inside &= seconds < end
    return is_inside


def _style(columns: VoteColumns) -> tuple[np.ndarray, Mask]:
    counts, has_texts = columns.style()
    k = len(FEATURE_NAMES)
    return relative_differences(counts[:, :k], counts[:, k:]), has_texts


class _Builder:
    """Comparisons of some rows of the columns."""

    def __init__(
        self, columns: VoteColumns, contestants: Mapping[int, Contestant], covariates: np.ndarray | None
    ) -> None:
        self._columns, self._contestants, self._covariates = columns, contestants, covariates

    def keys_in(self, rows: Mask) -> set[int]:
        """Contestants of these votes."""
        columns = self._columns
        seen = np.zeros(len(columns.contestants), dtype=bool)
        seen[columns["a"][rows]] = seen[columns["b"][rows]] = True
        return {key for key, is_seen in zip(columns.contestants.values, seen, strict=True) if is_seen}

    def comparisons(self, rows: Mask, keys: set[int]) -> Comparisons:
        columns = self._columns
        slugs = sorted(self._contestants[key].slug for key in keys)
        place = {slug: k for k, slug in enumerate(slugs)}
        position = np.array(
            [place.get(self._contestants[key].slug, -1) for key in columns.contestants.values], np.int32
        )
        style = {}
        if self._covariates is not None:
            style = {"covariates": self._covariates[rows], "covariate_names": FEATURE_NAMES}
        return Comparisons(
            ids=tuple(slugs),
            a=position[columns["a"][rows]],
            b=position[columns["b"][rows]],
            outcome=columns["outcome"][rows],
            voter=columns["voter"][rows],
            n_voters=len(columns.voters),
            **style,
        )


def _count(codes: np.ndarray, values: list[str]) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(values)).tolist()
    return {value: n for value, n in sorted(zip(values, counts, strict=True)) if n}


def _count_days(seconds: np.ndarray) -> dict[str, int]:
    known = seconds[~np.isnan(seconds)]
    days, counts = np.unique(known.astype("datetime64[s]").astype("datetime64[D]"), return_counts=True)
    dated = dict(zip(map(str, days), counts.tolist(), strict=True))
    n_unknown = len(seconds) - len(known)
    return dated | {UNKNOWN: n_unknown} if n_unknown else dated


def _count_within(
    columns: VoteColumns, rows: Mask, contestants: Mapping[int, Contestant], facet: str
) -> dict[str, int]:
    values = sorted({str(getattr(contestant, facet)) for contestant in contestants.values()})
    code = np.array([values.index(getattr(contestants[key], facet)) for key in columns.contestants.values], np.int16)
    a, b = code[columns["a"][rows]], code[columns["b"][rows]]
    return _count(a[a == b], values)
