"""Which boards are there without being asked for? The larger categories, languages, long and multi-turn, equal style.

Counted and chosen after a publication, then fitted like every other slice. Next file to read: slices.py.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import F

from arena.domain.filter_values import UNKNOWN
from arena.domain.metadata import VoterKind
from arena.domain.modality import Modality
from arena.domain.prompt_length import PromptLength
from arena.domain.slices import MULTI, Slice
from arena.models import Arena, FacetCounts, Leaderboard
from arena.queries.clock import database_now
from arena.queries.ledger import ledger_head
from arena.queries.slices import count_facets
from arena.services.slice_fits import n_votes_needed
from arena.services.slices import fit_pending_slices, want_standard_slices

REFRESH_EVERY = timedelta(minutes=10)
REFRESH_FORGOTTEN_EVERY = timedelta(minutes=1)  # counts of which the labels have changed
MAX_CATEGORIES = 12
MAX_LANGUAGES = 8

Counts = Mapping[str, Mapping[str, int]]


def sweep_slices() -> list[int]:
    """What a worker does about slices every few seconds: want what is due, fit what waits; ids of the new snapshots."""
    refresh_standard_slices()
    return fit_pending_slices()


def refresh_standard_slices() -> int:
    """Of each board published since the last count, count the facets and want the standard slices; how many boards."""
    due = list(_due_boards(database_now()))
    for board in due:
        arena, kind = board.arena, VoterKind(board.voter_kind)
        head = ledger_head(arena)
        counts = count_facets(arena, Slice(voters=kind), head)
        FacetCounts.objects.update_or_create(
            arena=arena,
            voter_kind=kind,
            defaults={"ledger_size": head.size, "counted_at": database_now(), "counts": counts},
        )
        want_standard_slices(arena=arena, voter_kind=kind, slices=list(standard_slices(arena, kind, counts)))
    return len(due)


def standard_slices(arena: Arena, voter_kind: VoterKind, counts: Counts) -> Iterator[Slice]:
    """Parts of the board that have votes enough."""
    needed, n_votes = n_votes_needed(arena), sum(counts["turns"].values())

    def is_worth_it(n: int) -> bool:
        return needed <= n < n_votes

    for facet, limit in (("category", MAX_CATEGORIES), ("language", MAX_LANGUAGES)):
        known = [(n, value) for value, n in counts[facet].items() if value != UNKNOWN and is_worth_it(n)]
        for _, value in sorted(known, key=lambda one: (-one[0], one[1]))[:limit]:
            yield Slice.from_parameters({"voters": [voter_kind], facet: [value]})
    if is_worth_it(counts["length"].get(PromptLength.LONG, 0)):
        yield Slice(voters=voter_kind, length=(PromptLength.LONG,))
    if is_worth_it(counts["turns"][MULTI]):
        yield Slice(voters=voter_kind, turns=(MULTI,))
    if arena.modality == Modality.TEXT and n_votes >= needed:
        yield Slice(voters=voter_kind, style_control=True)


def _due_boards(now: datetime) -> Iterator[Leaderboard]:
    counted = {(row.arena_id, row.voter_kind): row for row in FacetCounts.objects.defer("counts")}
    boards = Leaderboard.objects.filter(slice_key="").select_related("arena").order_by("pk")
    for board in boards.annotate(ledger_size=F("current__ledger_size")):
        last = counted.get((board.arena_id, board.voter_kind))
        if last is None or _is_old(last, board.ledger_size, now):
            yield board


def _is_old(last: FacetCounts, ledger_size: int, now: datetime) -> bool:
    every = REFRESH_EVERY if last.ledger_size else REFRESH_FORGOTTEN_EVERY
    return last.ledger_size < ledger_size and now - last.counted_at >= every
