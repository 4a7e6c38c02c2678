"""How did a board change over time? Its snapshots, and how far the scale moved between two of them.

Next file to read: leaderboards.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from django.db.models import Prefetch, QuerySet

from arena.domain.metadata import VoterKind
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Contestant, Snapshot, SnapshotRow
from arena.models.leaderboards import RowStatus
from arena.queries.catalog import arena_by_slug
from arena.queries.leaderboards import HEAVY


@dataclass(frozen=True)
class PastBoard:
    """shift: points by which the models ranked here and in the snapshot before rose on average; None if none were.

    Each snapshot has its own mean, so this much of every change is a change of the scale, not of a model.
    """

    snapshot: Snapshot
    ranked: Sequence[SnapshotRow]
    shift: float | None


@dataclass(frozen=True)
class PastPoint:
    """Where a contestant stood; rating and bounds on the scale of the newest board."""

    snapshot: Snapshot
    rank: int
    rating: float
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class ContestantHistory:
    """points : the oldest first."""

    contestant: Contestant
    points: tuple[PastPoint, ...]


def snapshots_of(
    arena_slug: str, voter_kind: VoterKind, slice_key: str = "", viewer: Viewer = OUTSIDER
) -> QuerySet[Snapshot]:
    """The board's snapshots with their ranked rows, newest first. Raises NotFound for the arena."""
    snapshots = arena_by_slug(arena_slug, viewer).snapshots.filter(voter_kind=voter_kind, slice_key=slice_key)
    return _with_ranked_rows(snapshots).order_by("-id")


def past_boards(snapshots: Sequence[Snapshot]) -> list[PastBoard]:
    """Consecutive snapshots of one board as snapshots_of gives them, newest first, with the shift of each."""
    before = [*snapshots[1:], _snapshot_before(snapshots[-1])] if snapshots else []
    return [
        PastBoard(snapshot, ranked_rows(snapshot), _shift(earlier, snapshot))
        for snapshot, earlier in zip(snapshots, before, strict=True)
    ]


def board_history(boards: Sequence[PastBoard]) -> list[ContestantHistory]:
    """What past_boards gave, as one line a contestant on the scale of the newest board, the best of now first.

    A board that shares no ranked model with the one before it starts a new scale; older points are left out.
    """
    points: dict[int, list[PastPoint]] = {}
    contestants: dict[int, Contestant] = {}
    moved = 0.0
    for board in boards:
        for row in board.ranked:
            contestants.setdefault(row.contestant_id, row.contestant)
            low, high = (None if bound is None else bound + moved for bound in (row.ci_low, row.ci_high))
            point = PastPoint(board.snapshot, row.rank or 0, (row.rating or 0.0) + moved, low, high)
            points.setdefault(row.contestant_id, []).append(point)
        if board.shift is None:
            break
        moved += board.shift
    return [ContestantHistory(contestants[key], tuple(reversed(line))) for key, line in points.items()]


def ranked_rows(snapshot: Snapshot) -> list[SnapshotRow]:
    """Of a snapshot of snapshots_of, by rank."""
    return sorted(snapshot.rows.all(), key=lambda row: (row.rank, row.contestant.slug))


def _snapshot_before(snapshot: Snapshot) -> Snapshot | None:
    earlier = Snapshot.objects.filter(
        arena=snapshot.arena_id, voter_kind=snapshot.voter_kind, slice_key=snapshot.slice_key, id__lt=snapshot.pk
    )
    return _with_ranked_rows(earlier).order_by("-id").first()


def _with_ranked_rows(snapshots: QuerySet[Snapshot]) -> QuerySet[Snapshot]:
    ranked = SnapshotRow.objects.filter(status=RowStatus.RANKED).select_related("contestant")
    return snapshots.defer(*HEAVY).prefetch_related(Prefetch("rows", ranked))


def _shift(earlier: Snapshot | None, later: Snapshot) -> float | None:
    before, after = _ratings(earlier) if earlier else {}, _ratings(later)
    rises = [after[contestant] - before[contestant] for contestant in after if contestant in before]
    return fmean(rises) if rises else None


def _ratings(snapshot: Snapshot) -> dict[int, float]:
    return {row.contestant_id: row.rating for row in snapshot.rows.all() if row.rating is not None}
