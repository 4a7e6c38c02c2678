"""What do the ledger and its tallies hold? Next file to read: services/ledger.py, which writes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from arena.domain.metadata import EntryStatus, VoterKind
from arena.models import Arena, Contestant, Ledger, LedgerEntry, VoterPairCount
from ratings.comparisons import NO_VOTER, Comparisons

COUNT_FIELDS = ("wins_a", "wins_b", "ties", "both_bads")  # in the order of the codes of Outcome


class OrderedVote(NamedTuple):
    slug_a: str
    slug_b: str
    outcome: str


@dataclass(frozen=True)
class LedgerHead:
    size: int
    root: bytes


def ledger_head(arena: Arena) -> LedgerHead:
    ledger = Ledger.objects.get(arena=arena)
    return LedgerHead(ledger.size, bytes(ledger.root))


def counted_comparisons(arena: Arena, voter_kind: VoterKind) -> Comparisons:
    """The counted votes of one kind of voter as the fitter sees them, from the tallies; newcomers without votes too.

    Contestants and pseudonyms are in sorted order, so that the same votes give the same arrays, byte for byte.
    """
    rows = list(
        VoterPairCount.objects.filter(arena=arena, voter_kind=voter_kind, source__in=arena.counted_sources)
        .order_by("contestant_a__slug", "contestant_b__slug", "pseudonym", "source")
        .values_list("contestant_a__slug", "contestant_b__slug", "pseudonym", *COUNT_FIELDS)
    )
    slugs_a, slugs_b, pseudonyms = ([row[k] for row in rows] for k in range(3))
    entered = arena.entries.filter(status=EntryStatus.ACTIVE).values_list("contestant__slug", flat=True)
    ids = sorted({*slugs_a, *slugs_b, *entered})
    position = {slug: k for k, slug in enumerate(ids)}
    return Comparisons.from_tally(
        ids=ids,
        a=np.array([position[slug] for slug in slugs_a], dtype=np.int32),
        b=np.array([position[slug] for slug in slugs_b], dtype=np.int32),
        counts=np.array([row[3:] for row in rows], dtype=np.int64).reshape(-1, len(COUNT_FIELDS)),
        voter=voter_index([bytes(pseudonym) for pseudonym in pseudonyms]),
    )


def voter_index(pseudonyms: list[bytes]) -> np.ndarray:
    """Position of each pseudonym among the sorted ones; an empty one is a voter we do not know."""
    position = {pseudonym: k for k, pseudonym in enumerate(sorted({p for p in pseudonyms if p}))}
    return np.array([position.get(pseudonym, NO_VOTER) for pseudonym in pseudonyms], dtype=np.int32)


def votes_in_order(arena: Arena, voter_kind: VoterKind, since: int, until: int) -> list[OrderedVote]:
    """Counted votes with since <= seq < until, in ledger order."""
    votes = (
        LedgerEntry.objects.filter(
            ledger=arena.pk,
            seq__gte=since,
            seq__lt=until,
            vote__isnull=False,
            vote__is_ranked=True,
            vote__exclusion__isnull=True,
            vote__voter_kind=voter_kind,
            vote__source__in=arena.counted_sources,
        )
        .order_by("seq")
        .values_list("vote__battle__contestant_a__slug", "vote__battle__contestant_b__slug", "vote__outcome")
    )
    return [OrderedVote(*vote) for vote in votes]


def n_votes_kept_and_excluded(arena: Arena, voter_kind: VoterKind, until: int) -> tuple[int, int]:
    """Votes of this kind with seq < until that count on the headline board, and those that do not."""
    sequenced = LedgerEntry.objects.filter(ledger=arena.pk, seq__lt=until, vote__voter_kind=voter_kind)
    kept = sequenced.filter(
        vote__is_ranked=True, vote__exclusion__isnull=True, vote__source__in=arena.counted_sources
    ).count()
    return kept, sequenced.count() - kept


def contestants_by_slug(slugs: Iterable[str]) -> dict[str, Contestant]:
    return Contestant.objects.in_bulk(list(slugs), field_name="slug")
