"""Where does every model stand on every board of an arena? Next file to read: leaderboards.py."""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.domain.metadata import VoterKind
from arena.models import Arena, Leaderboard, Snapshot, SnapshotRow
from arena.models.leaderboards import RowStatus
from arena.queries.leaderboards import HEAVY


@dataclass(frozen=True)
class Overview:
    """rows : in the order of the whole board, each with the model's row on every snapshot, None where unranked."""

    snapshots: Sequence[Snapshot]
    rows: Sequence[tuple[SnapshotRow, Sequence[SnapshotRow | None]]]


def overview_of(arena: Arena, voter_kind: VoterKind, facets: Sequence[str]) -> Overview | None:
    """The current whole board beside those of one of these facets alone; None before the first publication."""
    boards = (
        Leaderboard.objects.filter(arena=arena, voter_kind=voter_kind)
        .select_related("current")
        .defer(*(f"current__{field}" for field in HEAVY))
    )
    whole = [board.current for board in boards if not board.slice_key]
    parts = [board.current for board in boards if len(board.current.slice) == 1 and {*board.current.slice} <= {*facets}]
    if not whole:
        return None
    parts.sort(key=lambda snapshot: [(facets.index(name), value) for name, value in snapshot.slice.items()])
    snapshots = [*whole, *parts]
    ranked = SnapshotRow.objects.filter(snapshot__in=snapshots, status=RowStatus.RANKED).select_related("contestant")
    found = {(row.snapshot_id, row.contestant_id): row for row in ranked}
    order = sorted((row for row in found.values() if row.snapshot_id == whole[0].pk), key=lambda row: row.rank or 0)
    return Overview(
        snapshots,
        [(row, [found.get((snapshot.pk, row.contestant_id)) for snapshot in snapshots]) for row in order],
    )
