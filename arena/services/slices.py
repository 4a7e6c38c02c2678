"""How does somebody get the board of any slice? Asked for by a reader, fitted by a worker, kept as a snapshot.

A reader who asks for a slice that is older than the whole board is told that it is being computed; the doorbell rings,
and the sweep finds what it missed. Next file to read: slice_fits.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from arena.domain.errors import TooManySlices, TooThin
from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.domain.visibility import OUTSIDER, Viewer
from arena.jobs import PUBLISH_SLICE, enqueue_on_commit
from arena.models import Arena, FacetCounts, Leaderboard, Ledger, SliceRequest
from arena.queries.catalog import arena_by_slug
from arena.queries.clock import database_now
from arena.queries.leaderboards import Board, board_as_of, current_board, current_snapshot
from arena.queries.ledger import ledger_head
from arena.services.slice_fits import fit_votes_of_slice
from arena.services.snapshots import store_snapshot

MAX_SLICES = 500  # of an arena; the one asked for least recently makes room
MAX_NEW_PER_HOUR = 240  # of an arena
ASKED_EVERY = timedelta(hours=1)  # how exactly the last asking is kept
RETRY_AFTER_S = 1


@dataclass(frozen=True)
class Computing:
    """A worker is at it, or will be."""

    retry_after_s: int = RETRY_AFTER_S


def ask_for_board(
    *, arena_slug: str, slice_: Slice, as_of: int | date | None = None, viewer: Viewer = OUTSIDER
) -> Board | Computing | None:
    """The current board of a slice, or the news that it is being computed; None before the first whole board.

    as_of : a snapshot of this very board by its id, or the last one of a day; such boards are looked up, never made.
    Raises NotFound for the arena or the id; TooThin with what is missing; TooManySlices.
    """
    if as_of is not None:
        return board_as_of(arena_slug, slice_.voters, as_of, slice_.key, viewer)
    arena = arena_by_slug(arena_slug, viewer)
    if slice_.is_whole:
        return current_board(arena, slice_.voters)
    wanted_size = _size_of_whole_board(arena, slice_)
    request = _find(arena, slice_)
    if request is None or _is_old(request, wanted_size):
        if request is None or not request.is_pending:
            _want(arena, slice_, wanted_size, is_standard=False)
        return Computing()
    _keep_asked(request)
    if request.refusal:
        raise TooThin(request.refusal)
    return current_board(arena, slice_.voters, slice_.key)


def want_standard_slices(*, arena: Arena, voter_kind: VoterKind, slices: Sequence[Slice]) -> None:
    """Have these slices fitted that are older than the whole board, and no others without being asked for."""
    with transaction.atomic():
        of_kind = SliceRequest.objects.filter(arena=arena, voter_kind=voter_kind, is_standard=True)
        of_kind.exclude(slice_key__in=[slice_.key for slice_ in slices]).update(is_standard=False)
        for slice_ in slices:
            request, wanted_size = _find(arena, slice_), _size_of_whole_board(arena, slice_)
            if request is None or _is_old(request, wanted_size):
                _want(arena, slice_, wanted_size, is_standard=True)
            else:
                SliceRequest.objects.filter(pk=request.pk).update(is_standard=True)


def fit_requested_slice(*, request_id: int) -> int | None:
    """Fit one slice that waits; the id of its snapshot, None if it is refused or if somebody else was faster."""
    request = SliceRequest.objects.select_related("arena").filter(pk=request_id, is_pending=True).first()
    if request is None:
        return None
    arena, head = request.arena, ledger_head(request.arena)
    slice_ = Slice.from_parameters(request.slice | {"voters": [request.voter_kind]})
    fit, votes, refusal = None, None, ""
    try:
        fit, votes = fit_votes_of_slice(arena, slice_, head)
    except TooThin as thin:
        refusal = str(thin)
    with transaction.atomic():
        Ledger.objects.select_for_update().get(arena=arena)
        waiting = SliceRequest.objects.filter(pk=request_id, is_pending=True)
        if not waiting.update(is_pending=False, ledger_size=head.size, refusal=refusal):
            return None
        if fit is None or votes is None:
            return None
        n_kept = votes.inside.n_votes
        return store_snapshot(
            arena=arena, slice_=slice_, head=head, fit=fit, n_kept=n_kept, n_excluded=votes.n_excluded
        )


def fit_pending_slices() -> list[int]:
    """The sweep: fit every slice that waits, the longest waiting first; ids of the new snapshots."""
    pending = SliceRequest.objects.filter(is_pending=True).order_by("asked_at", "pk")
    fitted = [fit_requested_slice(request_id=pk) for pk in list(pending.values_list("pk", flat=True))]
    return [snapshot_id for snapshot_id in fitted if snapshot_id is not None]


def forget_fits(*, arena_id: int) -> None:
    """What slices stand on has changed, such as the label of a prompt: the next reader of each has it fitted anew."""
    SliceRequest.objects.filter(arena=arena_id).update(ledger_size=None)
    FacetCounts.objects.filter(arena=arena_id).update(ledger_size=0)


def _size_of_whole_board(arena: Arena, slice_: Slice) -> int:
    """A slice is as new as the whole board, or newer."""
    whole = current_snapshot(arena, slice_.voters)
    return whole.ledger_size if whole else ledger_head(arena).size


def _is_old(request: SliceRequest, wanted_size: int) -> bool:
    return request.ledger_size is None or request.ledger_size < wanted_size


def _find(arena: Arena, slice_: Slice) -> SliceRequest | None:
    return SliceRequest.objects.filter(arena=arena, voter_kind=slice_.voters, slice_key=slice_.key).first()


def _keep_asked(request: SliceRequest) -> None:
    now = database_now()
    if now - request.asked_at > ASKED_EVERY:
        SliceRequest.objects.filter(pk=request.pk).update(asked_at=now)


@transaction.atomic
def _want(arena: Arena, slice_: Slice, wanted_size: int, *, is_standard: bool) -> None:
    now = database_now()
    request = _find(arena, slice_)
    if request is None:
        if not is_standard:
            _check_rate(arena, now)
        _make_room(arena)
        request, _ = SliceRequest.objects.get_or_create(
            arena=arena,
            voter_kind=slice_.voters,
            slice_key=slice_.key,
            defaults={"slice": slice_.facets, "created_at": now, "asked_at": now, "is_standard": is_standard},
        )
    else:
        changes = {"is_standard": is_standard or request.is_standard} | ({} if is_standard else {"asked_at": now})
        SliceRequest.objects.filter(pk=request.pk).update(**changes)
        # Old still: somebody may have fitted it since it was looked at, and a second board would say the same.
        old = Q(ledger_size__isnull=True) | Q(ledger_size__lt=wanted_size)
        SliceRequest.objects.filter(old, pk=request.pk).update(is_pending=True)
    enqueue_on_commit(PUBLISH_SLICE, request.pk)


def _check_rate(arena: Arena, now: datetime) -> None:
    if not settings.HAS_LIMITS:
        return
    new = SliceRequest.objects.filter(arena=arena, is_standard=False, created_at__gt=now - timedelta(hours=1))
    if new.count() >= MAX_NEW_PER_HOUR:
        raise TooManySlices


def _make_room(arena: Arena) -> None:
    """Forget the slices that nobody asked for longest. Their snapshots stay under their ids."""
    kept = SliceRequest.objects.filter(arena=arena)
    for request in list(
        kept.filter(is_standard=False).order_by("asked_at", "pk")[: max(0, kept.count() - MAX_SLICES + 1)]
    ):
        Leaderboard.objects.filter(arena=arena, voter_kind=request.voter_kind, slice_key=request.slice_key).delete()
        request.delete()
