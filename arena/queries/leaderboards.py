"""What does a board say? Reads published rows only; no arithmetic here. Next file to read: services/leaderboards.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet

from arena.domain.errors import NotFound
from arena.domain.metadata import EntryStatus, VoterKind
from arena.domain.row_filter import RowFilter
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Arena, Battle, Contestant, Leaderboard, Snapshot, SnapshotRow
from arena.models.leaderboards import RowStatus
from arena.queries.board_limits import PromptAges, ages_on
from arena.queries.catalog import arena_by_slug
from arena.queries.visibility import listed, may_enter

HEAVY = ("theta", "covariance", "ids", "counts")
"""Fields of a snapshot that no row of a board needs."""


@dataclass(frozen=True)
class Board:
    """A published snapshot with its rows: ranked by rank, preliminary by rating."""

    snapshot: Snapshot
    ranked: Sequence[SnapshotRow]
    preliminary: Sequence[SnapshotRow]
    n_hidden: int = 0

    def only(self, row_filter: RowFilter) -> "Board":
        """The rows that the filter shows. Numbers stay; `place` of a row is that among the shown."""
        entries = self.snapshot.arena.entries.values_list("contestant", "status") if row_filter else ()
        statuses = {contestant_id: EntryStatus(status) for contestant_id, status in entries}
        ages = ages_on(self.snapshot)

        def shown(rows: Sequence[SnapshotRow], is_preliminary: bool) -> list[SnapshotRow]:
            return [
                row
                for row in rows
                if row_filter.shows(
                    row.contestant,
                    statuses.get(row.contestant_id),
                    is_preliminary=is_preliminary,
                    is_flagged=ages.get(row.contestant.slug, PromptAges()).is_mostly_older,
                )
            ]

        ranked, preliminary = shown(self.ranked, False), shown(self.preliminary, True)
        _place(ranked)
        n_hidden = len(self.ranked) + len(self.preliminary) - len(ranked) - len(preliminary)
        return Board(self.snapshot, ranked, preliminary, n_hidden)


def current_board(arena: Arena, voter_kind: VoterKind, slice_key: str = "") -> Board | None:
    """The board that is current, or None before the first publication."""
    current = current_snapshot(arena, voter_kind, slice_key)
    return board_of(current) if current else None


def board_as_of(
    arena_slug: str,
    voter_kind: VoterKind,
    as_of: int | date | None = None,
    slice_key: str = "",
    viewer: Viewer = OUTSIDER,
) -> Board | None:
    """The current board, the one with this snapshot id, or the last one of this day (UTC) or before it.

    None if there was no board yet. Raises NotFound for the arena, and for an id that is no snapshot of this board.
    """
    arena = arena_by_slug(arena_slug, viewer)
    if as_of is None:
        return current_board(arena, voter_kind, slice_key)
    snapshots = (
        Snapshot.objects.filter(arena=arena, voter_kind=voter_kind, slice_key=slice_key)
        .select_related("arena")
        .defer(*HEAVY)
        .order_by("-id")
    )
    if isinstance(as_of, date):
        snapshot = snapshots.filter(created_at__lte=datetime.combine(as_of, time.max, UTC)).first()
        return board_of(snapshot) if snapshot else None
    snapshot = snapshots.filter(pk=as_of).first()
    if snapshot is None:
        raise NotFound
    return board_of(snapshot)


def current_snapshot(arena: Arena, voter_kind: VoterKind, slice_key: str = "") -> Snapshot | None:
    """Without its matrices, which are read when they are asked for."""
    leaderboard = (
        Leaderboard.objects.filter(arena=arena, voter_kind=voter_kind, slice_key=slice_key)
        .select_related("current__arena")
        .defer(*(f"current__{field}" for field in HEAVY))
        .first()
    )
    return leaderboard.current if leaderboard else None


def current_snapshot_ids(arena_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """By arena, the snapshots that are current on its whole boards."""
    ids: dict[int, set[int]] = {arena_id: set() for arena_id in arena_ids}
    whole = Leaderboard.objects.filter(arena__in=ids, slice_key="")
    for arena_id, snapshot_id in whole.values_list("arena", "current"):
        ids[arena_id].add(snapshot_id)
    return {arena_id: frozenset(of_arena) for arena_id, of_arena in ids.items()}


def shown_voter_kind(arena: Arena) -> VoterKind:
    """People's board, except while it ranks nobody and the judges' board does."""
    for kind in (VoterKind.HUMAN, VoterKind.JUDGE):
        snapshot = current_snapshot(arena, kind)
        if snapshot and snapshot.rows.filter(status=RowStatus.RANKED).exists():
            return kind
    return VoterKind.HUMAN


def board_of(snapshot: Snapshot) -> Board:
    rows = list(snapshot.rows.select_related("contestant"))
    ranked = sorted((r for r in rows if r.status == RowStatus.RANKED), key=lambda r: r.rank or 0)
    _place(ranked)
    return Board(
        snapshot=snapshot,
        ranked=ranked,
        preliminary=sorted(
            (r for r in rows if r.status == RowStatus.PRELIMINARY), key=lambda r: (-(r.rating or 0), r.contestant.slug)
        ),
    )


def _place(ranked: Sequence[SnapshotRow]) -> None:
    """Places by rating among these rows; equal ranks share one."""
    first_of_rank: dict[int | None, int] = {}
    for place, row in enumerate(ranked, start=1):
        row.place = first_of_rank.setdefault(row.rank, place)


def snapshot_by_id(snapshot_id: int, viewer: Viewer = OUTSIDER) -> Snapshot:
    """Raises NotFound, also for a board of an arena that is not open to this viewer."""
    snapshot = Snapshot.objects.select_related("arena").filter(pk=snapshot_id).first()
    if snapshot is None or not may_enter(snapshot.arena, viewer):
        raise NotFound
    return snapshot


def rows_of_contestant(contestant: Contestant, viewer: Viewer = OUTSIDER) -> QuerySet[SnapshotRow]:
    """Where this contestant stands on the current whole boards."""
    current = Leaderboard.objects.filter(listed(viewer, "arena"), slice_key="").values("current")
    return (
        SnapshotRow.objects.filter(contestant=contestant, snapshot__in=current)
        .select_related("snapshot__arena")
        .order_by("snapshot__arena__name", "snapshot__voter_kind")
    )


def reveal_of(battle: Battle) -> dict[str, Any]:
    """Who the two were, with the ratings of this moment; kept with the vote, so that a replay is identical."""
    snapshot = current_snapshot(battle.arena, VoterKind.HUMAN)
    pair = (battle.contestant_a_id, battle.contestant_b_id)
    rows = {row.contestant_id: row for row in snapshot.rows.filter(contestant__in=pair)} if snapshot else {}
    return {
        "a": _identity(battle.contestant_a, rows.get(battle.contestant_a_id)),
        "b": _identity(battle.contestant_b, rows.get(battle.contestant_b_id)),
    }


def _identity(contestant: Contestant, row: SnapshotRow | None) -> dict[str, Any]:
    return {
        "slug": contestant.slug,
        "name": contestant.name,
        "organisation": contestant.organisation,
        "version": contestant.version,
        "rating": row.rating if row else None,
        "ci_low": row.ci_low if row else None,
        "ci_high": row.ci_high if row else None,
        "rank": row.rank if row else None,
    }
