"""How does a board appear? Tallies -> one fit -> an immutable snapshot -> the pointer to the current one.

Next file to read: ratings/pipeline.py, the same function a researcher runs.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.failpoints import failpoint
from arena.models import Arena, Ledger, PendingVote, Snapshot
from arena.queries.clock import database_now
from arena.queries.leaderboards import current_snapshot
from arena.queries.ledger import LedgerHead, counted_comparisons, n_votes_kept_and_excluded, votes_in_order
from arena.services.board_checks import check_board
from arena.services.board_limits import describe_limits
from arena.services.ledger import sequence_arena
from arena.services.pairing import refresh_sampler, warn_of_shares
from arena.services.snapshots import Fit, store_snapshot
from arena.services.sweeps import in_each_arena
from ratings.comparisons import Comparisons
from ratings.elo import elo_ratings
from ratings.outcomes import parse_site
from ratings.pipeline import fit_leaderboard
from ratings.scale import BASE_POINTS
from ratings.spec import RatingSpec

ELO_K = RatingSpec().elo_k


def publish_arena(*, arena_id: int) -> list[int]:
    """Sequence what waits, then publish the board of each kind of voter if the ledger grew; ids of the snapshots."""
    sequence_arena(arena_id=arena_id)
    published = [publish_snapshot(arena_id=arena_id, voter_kind=kind) for kind in VoterKind]
    arena = Arena.objects.get(pk=arena_id)
    refresh_sampler(arena=arena, snapshot=current_snapshot(arena, VoterKind.HUMAN))
    warn_of_shares(arena=arena)
    return [snapshot_id for snapshot_id in published if snapshot_id is not None]


def publish_snapshot(*, arena_id: int, voter_kind: VoterKind) -> int | None:
    """Fit the counted votes and make the result current.

    None if there is nothing to fit yet, or if ledger, method and sources are those of the current snapshot.
    """
    arena = Arena.objects.get(pk=arena_id)
    spec = spec_of(arena)
    before = current_snapshot(arena, voter_kind)
    head, comparisons = _read_prefix(arena, voter_kind)
    if not comparisons.n_votes and before is None:
        return None
    if before is not None and _stands_on(before) == _basis(arena, head, spec):
        return None
    fit = fit_leaderboard(comparisons, spec)
    if voter_kind == VoterKind.HUMAN:
        fit = replace(fit, meta=fit.meta | check_board(arena, head, comparisons, fit, spec))
    fit = replace(fit, meta=fit.meta | describe_limits(arena, voter_kind, head, comparisons, fit, spec))
    elo = _advance_elo(arena, voter_kind, before, head)
    failpoint("publish:after_fit")
    return _store(arena, Slice(voters=voter_kind), head, Fit(spec, comparisons, fit, elo))


def publish_due() -> list[int]:
    """Publish the arenas whose timetable says that it is time and that have news; the ids of the new snapshots.

    Raises ExceptionGroup after all, if an arena could not be published.
    """
    arena_ids = Arena.objects.filter(ledger__isnull=False).order_by("pk").values_list("pk", flat=True)
    return [snapshot_id for published in in_each_arena(_publish_if_due, list(arena_ids)) for snapshot_id in published]


def _publish_if_due(arena_id: int) -> list[int]:
    arena = Arena.objects.get(pk=arena_id)
    newest = arena.snapshots.filter(slice_key="").order_by("-id").values_list("created_at", flat=True).first()
    is_due = newest is None or database_now() - newest >= timedelta(seconds=arena.publish_every_s)
    return publish_arena(arena_id=arena_id) if is_due and _has_news(arena) else []


def spec_of(arena: Arena) -> RatingSpec:
    """The method of the headline board."""
    return RatingSpec(min_votes=arena.min_votes)


def _basis(arena: Arena, head: LedgerHead, spec: RatingSpec) -> tuple[int, dict[str, Any], list[str]]:
    """What a board follows from: the same prefix, method and sources give the same board."""
    return head.size, spec.to_dict(), arena.counted_sources


def _stands_on(snapshot: Snapshot) -> tuple[int, dict[str, Any], list[str]]:
    return snapshot.ledger_size, snapshot.spec, snapshot.meta["sources"]


def _has_news(arena: Arena) -> bool:
    size = Ledger.objects.values_list("size", flat=True).get(arena=arena)
    published = arena.snapshots.filter(slice_key="").aggregate(size=Max("ledger_size"))["size"] or 0
    return size > published or PendingVote.objects.filter(arena=arena).exists()


@transaction.atomic
def _read_prefix(arena: Arena, voter_kind: VoterKind) -> tuple[LedgerHead, Comparisons]:
    """The tallies of exactly this ledger prefix: the row lock keeps the sequencer out while they are read."""
    ledger = Ledger.objects.select_for_update().get(arena=arena)
    return LedgerHead(ledger.size, bytes(ledger.root)), counted_comparisons(arena, voter_kind)


def _advance_elo(arena: Arena, voter_kind: VoterKind, before: Snapshot | None, head: LedgerHead) -> dict[str, float]:
    """Online Elo after this prefix, from where the snapshot before left it: the past is not read again.

    Unless other sources count now: then it begins anew.
    """
    if before and before.meta["sources"] != arena.counted_sources:
        before = None
    start = dict(before.rows.filter(elo__isnull=False).values_list("contestant__slug", "elo")) if before else {}
    new = votes_in_order(arena, voter_kind, before.ledger_size if before else 0, head.size)
    votes = Comparisons.from_labels(
        [vote.slug_a for vote in new], [vote.slug_b for vote in new], [parse_site(vote.outcome) for vote in new]
    )
    since = np.array([start.get(slug, BASE_POINTS) for slug in votes.ids], dtype=np.float64)
    after = elo_ratings(votes.a, votes.b, votes.outcome, votes.n_contestants, ELO_K, since)
    return start | dict(zip(votes.ids, after.tolist(), strict=True))


@transaction.atomic
def _store(arena: Arena, whole: Slice, head: LedgerHead, fit: Fit) -> int | None:
    """The snapshot, its rows and the pointer, all or nothing; None if another publisher was faster."""
    Ledger.objects.select_for_update().get(arena=arena)
    current = current_snapshot(arena, whole.voters)
    if current and (current.ledger_size > head.size or _stands_on(current) == _basis(arena, head, fit.spec)):
        return None
    n_kept, n_excluded = n_votes_kept_and_excluded(arena, whole.voters, head.size)
    return store_snapshot(arena=arena, slice_=whole, head=head, fit=fit, n_kept=n_kept, n_excluded=n_excluded)
