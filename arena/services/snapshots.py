"""How is a fit kept? As an immutable snapshot with its rows; then the pointer of its board moves to it.

Next file to read: queries/leaderboards.py, which reads them.
"""

from dataclasses import dataclass, field

from django.db import transaction

from arena.domain.slices import Slice
from arena.failpoints import failpoint
from arena.models import Arena, Leaderboard, Snapshot, SnapshotRow
from arena.models.leaderboards import RowStatus
from arena.queries.clock import database_now
from arena.queries.ledger import LedgerHead, contestants_by_slug
from arena.queries.pair_counts import pack_counts
from ratings.board import LeaderboardFit
from ratings.comparisons import Comparisons
from ratings.spec import RatingSpec

COPIED = (
    "reason",
    "rating",
    "se_elo",
    "ci_low",
    "ci_high",
    "rank",
    "rank_low",
    "rank_high",
    "rank_ub",
    "expected_score",
    "win_rate",
    "both_bad_rate",
    "votes",
    "wins",
    "losses",
    "ties",
    "both_bad",
)


@dataclass(frozen=True, eq=False)
class Fit:
    """A board, the votes and the method it was made of.   elo : online Elo by slug, for reference."""

    spec: RatingSpec
    votes: Comparisons
    board: LeaderboardFit
    elo: dict[str, float] = field(default_factory=dict)


@transaction.atomic
def store_snapshot(*, arena: Arena, slice_: Slice, head: LedgerHead, fit: Fit, n_kept: int, n_excluded: int) -> int:
    """The snapshot, its rows and the pointer, all or nothing; the id. Hold the ledger's row lock."""
    board = fit.board
    snapshot = Snapshot.objects.create(
        arena=arena,
        voter_kind=slice_.voters,
        slice=slice_.facets,
        slice_key=slice_.key,
        created_at=database_now(),
        ledger_size=head.size,
        ledger_root=head.root,
        spec=fit.spec.to_dict(),
        meta=board.meta | {"n_kept": n_kept, "n_excluded": n_excluded, "sources": arena.counted_sources},
        ranked_ids=list(board.ranked_ids),
        theta=board.theta.tobytes(),
        covariance=board.covariance.tobytes(),
        ids=list(fit.votes.ids),
        counts=pack_counts(fit.votes.counts),
    )
    contestants = contestants_by_slug(row.name for row in board.rows)
    SnapshotRow.objects.bulk_create(
        SnapshotRow(
            snapshot=snapshot,
            contestant=contestants[row.name],
            status=RowStatus(row.status),
            elo=fit.elo.get(row.name),
            **{name: getattr(row, name) for name in COPIED},
        )
        for row in board.rows
    )
    failpoint("publish:before_pointer")
    Leaderboard.objects.update_or_create(
        arena=arena, voter_kind=slice_.voters, slice_key=slice_.key, defaults={"current": snapshot}
    )
    return snapshot.pk
