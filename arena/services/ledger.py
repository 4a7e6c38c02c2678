"""In which order do votes count? The sequencer: votes leave the outbox, get contiguous numbers, are hashed and tallied.

One transaction a batch, one row lock an arena; any number of sequencers may run. Next file to read: leaderboards.py.
"""

from collections import Counter
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from arena.failpoints import failpoint
from arena.models import Arena, Exclusion, Ledger, LedgerEntry, PairCount, PendingVote, Vote, VoterPairCount
from arena.models.votes import LIVE
from arena.queries.clock import database_now
from arena.queries.ledger import COUNT_FIELDS
from arena.queries.starts import abandoning
from arena.services.sweeps import in_each_arena
from ratings.ledger import (
    Frontier,
    annul_record,
    canonical,
    empty_root,
    epoch_of,
    event_record,
    leaf_hash,
    unix_minutes,
    vote_record,
    voter_pseudonym,
)
from ratings.outcomes import Outcome, parse_site

BATCH = 1_000
POLICY = "p1"
UNDATED_EPOCH = "undated"
RULES_METHOD = "rules@1"
TOO_FAST = "too_fast"
FLAGGED = "flagged_identity"
IDENTICAL = "identical_answers"
ABANDONING = "abandoned_battles"
COUNT_FIELD_OF = dict(zip(Outcome, COUNT_FIELDS, strict=True))


def sequence_arena(*, arena_id: int) -> int:
    """Take every vote from the outbox of this arena into its ledger; how many there were."""
    n_sequenced = 0
    while n := _sequence_batch(arena_id):
        n_sequenced += n
    return n_sequenced


def sequence_pending() -> int:
    """The sweep: sequence every arena whose outbox holds votes, whether or not anybody rang; how many votes.

    Raises ExceptionGroup after all, if an arena could not be sequenced.
    """
    arena_ids = PendingVote.objects.order_by("arena").values_list("arena", flat=True).distinct()
    return sum(in_each_arena(_sequence, list(arena_ids)))


def open_ledger(*, arena: Arena) -> None:
    """The empty ledger of a new arena."""
    frontier = Frontier()
    Ledger.objects.get_or_create(arena=arena, defaults={"frontier": frontier.to_bytes(), "root": empty_root()})


@transaction.atomic
def record_event(*, arena_id: int, kind: str, **fields: str | int) -> None:
    """Append something that is no vote, such as a retirement with its reason."""
    book = _Book(Ledger.objects.select_for_update().get(arena_id=arena_id))
    book.append(kind, canonical(event_record(kind, book.size, **fields)))
    book.save()


@transaction.atomic
def annul_votes(*, arena_id: int, vote_ids: Collection[int], why: str, method: str, by: str, by2: str = "") -> int:
    """Let these votes count no longer, by one line in the ledger; how many counted until now.

    The votes stay. Those that are excluded already are left as they are; those in the outbox are sequenced first.
    """
    sequence_arena(arena_id=arena_id)
    book = _Book(Ledger.objects.select_for_update().get(arena_id=arena_id))
    entries = _entries_of(arena_id, vote_ids, is_excluded=False)
    if not entries:
        return 0
    annulment = annul_record(
        seq=book.size, why=why, method=method, until="final", by=by, by2=by2 or None, seqs=[e.seq for e in entries]
    )
    entry = book.append("annul", canonical(annulment))
    book.exclusions = [Exclusion(vote=e.vote, rule=why, entry=entry) for e in entries]
    book.save()
    counted = [e for e in entries if e.vote is not None and e.vote.is_ranked]
    _add_to_tallies(arena_id, counted, -1)
    for model in (PairCount, VoterPairCount):
        model.objects.filter(arena_id=arena_id, **dict.fromkeys(COUNT_FIELDS, 0)).delete()
    return len(counted)


@transaction.atomic
def reinstate_votes(*, arena_id: int, vote_ids: Collection[int], why: str, method: str, by: str, by2: str = "") -> int:
    """Let excluded votes count again, by one line in the ledger; how many count now.

    The line that excluded them stays, and so does the reason. Votes that were not excluded are left as they are.
    """
    book = _Book(Ledger.objects.select_for_update().get(arena_id=arena_id))
    entries = _entries_of(arena_id, vote_ids, is_excluded=True)
    if not entries:
        return 0
    second = {"by2": by2} if by2 else {}
    scope = {"seqs": [entry.seq for entry in entries]}
    record = event_record("reinstate", book.size, scope=scope, why=why, method=method, by=by, **second)
    book.append("reinstate", canonical(record))
    book.save()
    Exclusion.objects.filter(vote__in=[entry.vote_id for entry in entries]).delete()
    counted = [e for e in entries if e.vote is not None and e.vote.is_ranked]
    _add_to_tallies(arena_id, counted, 1)
    return len(counted)


def _sequence(arena_id: int) -> int:
    return sequence_arena(arena_id=arena_id)


def _entries_of(arena_id: int, vote_ids: Collection[int], *, is_excluded: bool) -> list[LedgerEntry]:
    """Those of these votes that are excluded, or that are not, with all that the tallies need."""
    entries = LedgerEntry.objects.filter(ledger=arena_id, vote__in=vote_ids, vote__exclusion__isnull=not is_excluded)
    return list(entries.select_related("vote__battle").order_by("seq"))


@transaction.atomic
def _sequence_batch(arena_id: int) -> int:
    book = _Book(Ledger.objects.select_for_update().get(arena_id=arena_id))
    pending = list(
        PendingVote.objects.filter(arena_id=arena_id)
        .select_related("vote__battle")
        # Few arenas, contestants and voters stand behind many votes: one row each, not one a vote.
        .prefetch_related(*(f"vote__battle__{name}" for name in ("arena", "contestant_a", "contestant_b", "voter")))
        .order_by("vote_id")[:BATCH]
    )
    if not pending:
        return 0
    votes = [row.vote for row in pending]
    leavers = abandoning({vote.battle.voter_id for vote in votes if vote.source == LIVE}, database_now())
    for vote in votes:
        _append_vote(book, vote, leavers)
    failpoint("seq:before_insert")
    book.save()
    failpoint("seq:after_insert")
    _add_to_tallies(arena_id, book.counted(), 1)
    PendingVote.objects.filter(pk__in=[row.pk for row in pending]).delete()
    failpoint("seq:before_commit")
    return len(votes)


class _Book:
    """A ledger while its row is locked: entries are collected, then saved at once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.frontier = Frontier.from_bytes(bytes(ledger.frontier))
        self.entries: list[LedgerEntry] = []
        self.exclusions: list[Exclusion] = []

    @property
    def size(self) -> int:
        return self.frontier.size

    def append(self, kind: str, record: bytes, vote: Vote | None = None, pseudonym: bytes | None = None) -> LedgerEntry:
        leaf = leaf_hash(record)
        entry = LedgerEntry(
            ledger=self.ledger, seq=self.size, kind=kind, record=record, leaf=leaf, vote=vote, pseudonym=pseudonym
        )
        self.frontier = self.frontier.append(leaf)
        self.entries.append(entry)
        return entry

    def counted(self) -> list[LedgerEntry]:
        excluded = {exclusion.vote for exclusion in self.exclusions}
        return [e for e in self.entries if e.vote is not None and e.vote.is_ranked and e.vote not in excluded]

    def save(self) -> None:
        LedgerEntry.objects.bulk_create(self.entries)
        Exclusion.objects.bulk_create(self.exclusions)
        self.ledger.size = self.frontier.size
        self.ledger.frontier = self.frontier.to_bytes()
        self.ledger.root = self.frontier.root()
        self.ledger.save(update_fields=["size", "frontier", "root"])


def _append_vote(book: _Book, vote: Vote, leavers: Collection[UUID]) -> None:
    battle = vote.battle
    pseudonym = pseudonym_of(vote)
    record = vote_record(
        seq=book.size,
        arena=battle.arena.slug,
        battle=battle.id,
        slug_a=battle.contestant_a.slug,
        slug_b=battle.contestant_b.slug,
        outcome=vote.outcome,
        pseudonym=pseudonym,
        is_ranked=vote.is_ranked,
        policy=POLICY,
        minutes=unix_minutes(vote.created_at) if vote.created_at else None,
        commit=bytes(battle.commitment) if battle.commitment else None,
        nonce=bytes(battle.nonce) if battle.nonce else None,
        pair_probability=battle.pair_probability,
        voter_kind=vote.voter_kind,
        source=vote.source,
    )
    entry = book.append("vote", canonical(record), vote, pseudonym)
    rule = _excluding_rule(vote, leavers)
    if rule:
        annulment = annul_record(
            seq=book.size, why=rule, method=RULES_METHOD, until="final", by="sequencer", seqs=[entry.seq]
        )
        book.exclusions.append(Exclusion(vote=vote, rule=rule, entry=book.append("annul", canonical(annulment))))


def pseudonym_of(vote: Vote) -> bytes:
    """The voter in the quarter of the vote. Unlinkable to the next quarter, and to anybody once the secret is gone.

    Imported votes without a time share one epoch. An erased voter's vote stands alone: the battle names it.
    """
    voter = vote.battle.voter
    epoch = epoch_of(vote.created_at) if vote.created_at else UNDATED_EPOCH
    secret = bytes(voter.secret) if voter else vote.battle_id.bytes
    return voter_pseudonym(secret, epoch)


def _excluding_rule(vote: Vote, leavers: Collection[UUID]) -> str | None:
    """Why a vote is kept but not counted. The voter is never told, so that nobody can tune against the rules."""
    if vote.battle.voter and vote.battle.voter.is_flagged:
        return FLAGGED
    if vote.elapsed_ms is not None and vote.elapsed_ms < vote.battle.arena.min_reading_ms:
        return TOO_FAST
    if vote.battle.is_identical:
        return IDENTICAL
    if vote.source == LIVE and vote.battle.voter_id in leavers:
        return ABANDONING
    return None


def _add_to_tallies(arena_id: int, counted: Collection[LedgerEntry], step: int) -> None:
    """step : 1 for votes that begin to count, -1 for those that end."""
    by_pair: dict[tuple, Counter] = {}
    by_voter: dict[tuple, Counter] = {}
    for entry in counted:
        vote = entry.vote
        pair = (vote.voter_kind, vote.source, vote.battle.contestant_a_id, vote.battle.contestant_b_id)
        field = COUNT_FIELD_OF[parse_site(vote.outcome)]
        by_pair.setdefault(pair, Counter())[field] += step
        by_voter.setdefault((*pair, bytes(entry.pseudonym)), Counter())[field] += step
    pair_key = ("voter_kind", "source", "contestant_a_id", "contestant_b_id")
    _add(PairCount, arena_id, pair_key, by_pair)
    _add(VoterPairCount, arena_id, (*pair_key, "pseudonym"), by_voter)


def _add(
    model: type[PairCount] | type[VoterPairCount], arena_id: int, key: tuple[str, ...], added: dict[tuple, Counter]
) -> None:
    """Add to the counts of these rows. Safe as read-then-write only because the caller holds the ledger's row lock."""
    touched = Q(arena_id=arena_id, contestant_a__in={values[key.index("contestant_a_id")] for values in added})
    if "pseudonym" in key:
        touched &= Q(pseudonym__in={values[key.index("pseudonym")] for values in added})
    existing = {
        tuple(bytes(v) if isinstance(v := getattr(row, name), memoryview) else v for name in key): row
        for row in model.objects.filter(touched)
    }
    rows = []
    for values, counts in added.items():
        row = existing.get(values) or model(arena_id=arena_id, **dict(zip(key, values, strict=True)))
        for field, n in counts.items():
            setattr(row, field, getattr(row, field) + n)
        rows.append(row)
    model.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["arena", *(name.removesuffix("_id") for name in key)],
        update_fields=list(COUNT_FIELDS),
        batch_size=BATCH,
    )
