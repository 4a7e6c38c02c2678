"""Why does one board differ from another? Row by row, with every reason that there is.

Next file to read: history.py, which aligns boards in the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
from django.db.models import Count

from arena.domain.errors import NotFound
from arena.domain.visibility import OUTSIDER, Viewer
from arena.domain.words import Word
from arena.models import Contestant, Exclusion, Snapshot, SnapshotRow
from arena.models.leaderboards import RowStatus
from arena.queries.leaderboards import snapshot_by_id
from arena.queries.pair_counts import PairCounts, pair_counts_of
from ratings.board_files import DECIMALS

SMALLEST_SHIFT = 0.5 * 10.0**-DECIMALS  # points; less is rounding


class DiffReason(Word):
    VOTES = "votes", "new votes"
    EXCLUSIONS = "exclusions", "votes that count no longer"
    MODELS = "models", "models that came or went"
    OPPONENTS = "opponents", "pairs that had never met"
    METHOD = "method", "another method"
    SOURCES = "sources", "other sources of votes count"
    SLICE = "slice", "another part of the votes"
    SCALE = "scale", "the mean of the board moved"


@dataclass(frozen=True)
class Cause:
    """values : JSON, what the reason is about."""

    reason: DiffReason
    values: dict[str, Any]


@dataclass(frozen=True)
class RowChange:
    """before, after : None where the board has no such row.

    change : points, with the move of the scale taken off; None unless ranked on both.   votes : more than before.
    opponents : models that it met between the two boards for the first time.
    """

    contestant: Contestant
    before: SnapshotRow | None
    after: SnapshotRow | None
    change: float | None
    votes: int
    opponents: tuple[str, ...]


@dataclass(frozen=True)
class SnapshotDiff:
    """shift : points by which the models ranked on both boards rose on average; None without such models.

    rows : in the order of the later board, then those that are gone.
    """

    before: Snapshot
    after: Snapshot
    shift: float | None
    causes: tuple[Cause, ...]
    rows: tuple[RowChange, ...]


def diff_snapshots(before_id: int, after_id: int, viewer: Viewer = OUTSIDER) -> SnapshotDiff:
    """Raises NotFound; two boards of other arenas or other voters have no difference."""
    before, after = snapshot_by_id(before_id, viewer), snapshot_by_id(after_id, viewer)
    if (before.arena_id, before.voter_kind) != (after.arena_id, after.voter_kind):
        raise NotFound
    old, new = _rows(before), _rows(after)
    shift = _shift(old, new)
    met = _Met(pair_counts_of(before), pair_counts_of(after))
    contestants = {key: row.contestant for key, row in (new | {k: v for k, v in old.items() if k not in new}).items()}
    rows = tuple(_change(contestants[key], old.get(key), new.get(key), shift, met) for key in contestants)
    return SnapshotDiff(before, after, shift, tuple(_causes(before, after, shift, rows)), rows)


class _Met:
    """What happened between two boards, pair by pair."""

    def __init__(self, before: PairCounts, after: PairCounts) -> None:
        self._slugs = after.slugs
        new = after.both_sides().sum(axis=2)
        old = np.zeros_like(new)
        place = {slug: k for k, slug in enumerate(before.slugs)}
        common = [(k, place[slug]) for k, slug in enumerate(after.slugs) if slug in place]
        if common:
            here, there = (np.array(side) for side in zip(*common, strict=True))
            old[np.ix_(here, here)] = before.both_sides().sum(axis=2)[np.ix_(there, there)]
        self._gained = (new - old).sum(axis=1)
        self._is_first = (new > 0) & (old == 0)

    def votes(self, slug: str) -> int:
        return int(self._gained[self._slugs.index(slug)]) if slug in self._slugs else 0

    def opponents(self, slug: str) -> tuple[str, ...]:
        if slug not in self._slugs:
            return ()
        return tuple(self._slugs[k] for k in np.flatnonzero(self._is_first[self._slugs.index(slug)]))


def _rows(snapshot: Snapshot) -> dict[int, SnapshotRow]:
    rows = snapshot.rows.select_related("contestant")
    return {row.contestant_id: row for row in sorted(rows, key=lambda r: (r.rank or np.inf, -(r.rating or 0)))}


def _rating(row: SnapshotRow | None) -> float | None:
    """Of a ranked row."""
    return row.rating if row is not None and row.status == RowStatus.RANKED else None


def _rise(before: SnapshotRow | None, after: SnapshotRow | None) -> float | None:
    """None unless ranked on both boards."""
    old, new = _rating(before), _rating(after)
    return None if old is None or new is None else new - old


def _shift(old: Mapping[int, SnapshotRow], new: Mapping[int, SnapshotRow]) -> float | None:
    rises = [rise for key, row in new.items() if (rise := _rise(old.get(key), row)) is not None]
    return fmean(rises) if rises else None


def _change(
    contestant: Contestant, before: SnapshotRow | None, after: SnapshotRow | None, shift: float | None, met: _Met
) -> RowChange:
    rise = _rise(before, after)
    change = None if rise is None else rise - (shift or 0.0)
    slug = contestant.slug
    return RowChange(contestant, before, after, change, met.votes(slug), met.opponents(slug))


def _causes(before: Snapshot, after: Snapshot, shift: float | None, rows: tuple[RowChange, ...]) -> list[Cause]:
    """Those that apply, the most ordinary one first."""
    came = [row.contestant.slug for row in rows if row.change is None and _rating(row.after) is not None]
    went = [row.contestant.slug for row in rows if row.change is None and _rating(row.before) is not None]
    n_pairs = sum(len(row.opponents) for row in rows) // 2
    spec = _differences(before.spec, after.spec)
    sources = [snapshot.meta.get("sources", []) for snapshot in (before, after)]
    found = {
        DiffReason.VOTES: _if_new({"before": before.meta["n_votes"], "after": after.meta["n_votes"]}),
        DiffReason.EXCLUSIONS: _exclusions(before, after),
        DiffReason.MODELS: {"came": came, "went": went} if came or went else None,
        DiffReason.OPPONENTS: {"pairs": n_pairs} if n_pairs else None,
        DiffReason.METHOD: spec or None,
        DiffReason.SOURCES: _if_new({"before": sources[0], "after": sources[1]}),
        DiffReason.SLICE: _if_new({"before": before.slice, "after": after.slice}),
        DiffReason.SCALE: {"points": shift} if abs(shift or 0.0) >= SMALLEST_SHIFT else None,
    }
    return [Cause(reason, values) for reason, values in found.items() if values]


def _if_new(values: dict[str, Any]) -> dict[str, Any] | None:
    return values if values["before"] != values["after"] else None


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    names = sorted(before.keys() | after.keys())
    return {
        name: {"before": before.get(name), "after": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    }


def _exclusions(before: Snapshot, after: Snapshot) -> dict[str, Any] | None:
    """Exclusions that the ledger holds between the two boards, by rule."""
    between = sorted((before.ledger_size, after.ledger_size))
    rules = (
        Exclusion.objects.filter(
            entry__ledger=after.arena_id,
            entry__seq__gte=between[0],
            entry__seq__lt=between[1],
            vote__voter_kind=after.voter_kind,
        )
        .values_list("rule")
        .annotate(n=Count("pk"))
        .order_by("rule")
    )
    by_rule = dict(rules)
    counts = _if_new({"before": before.meta["n_excluded"], "after": after.meta["n_excluded"]})
    return (counts or {}) | {"rules": by_rule} if by_rule or counts else None
