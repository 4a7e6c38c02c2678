"""Does every invariant of the ledgers hold? Recounts everything from the rows and compares.

Next file to read: services/ledger.py, which keeps these promises; management/commands/fsck.py, which asks.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, F

from arena.domain.battle_state import BattleState
from arena.models import (
    Arena,
    Battle,
    Exclusion,
    Leaderboard,
    Ledger,
    LedgerEntry,
    PairCount,
    PendingVote,
    Vote,
    VoterPairCount,
)
from arena.models.votes import LIVE
from arena.queries.clock import database_now
from arena.queries.ledger import COUNT_FIELDS
from ratings.ledger import Frontier, RecordError, check_record, commitment, empty_root, leaf_hash, parse_record
from ratings.outcomes import Outcome

LONGEST_WAIT = timedelta(seconds=300)
CHUNK = 2_000
VOTE_KEYS = ("b", "ma", "mb", "y", "u", "rk", "vk", "src")
COUNT_FIELD_OF = {outcome.site_label: field for outcome, field in zip(Outcome, COUNT_FIELDS, strict=True)}


def faults(arena: Arena) -> Iterator[str]:
    """A sentence for each invariant of this arena that does not hold; later ones build on earlier ones."""
    for check in CHECKS:
        yield from check(arena)


def _chain(arena: Arena) -> Iterator[str]:
    """Contiguous numbers, hashes of the stored bytes, and the root that follows from them."""
    ledger = Ledger.objects.filter(arena=arena).first()
    if ledger is None:
        yield "the arena has no ledger"
        return
    frontier = Frontier()
    for entry in LedgerEntry.objects.filter(ledger=ledger).order_by("seq").iterator(CHUNK):
        if entry.seq != frontier.size:
            yield f"entry {frontier.size} is missing; the next one is {entry.seq}"
            return
        leaf = leaf_hash(bytes(entry.record))
        if leaf != bytes(entry.leaf):
            yield f"entry {entry.seq}: the stored hash is not that of the record"
            return
        yield from _record(entry)
        frontier = frontier.append(leaf)
    if (frontier.size, frontier.to_bytes()) != (ledger.size, bytes(ledger.frontier)):
        yield f"the head says {ledger.size} entries, there are {frontier.size}, or their hashes differ"
    if bytes(ledger.root) != (frontier.root() if frontier.size else empty_root()):
        yield "the root is not that of the entries"


def _record(entry: LedgerEntry) -> Iterator[str]:
    record = _read(entry)
    if isinstance(record, RecordError):
        yield f"entry {entry.seq}: {record}"
    elif record["seq"] != entry.seq or record["k"] != entry.kind:
        yield f"entry {entry.seq}: the record says number {record['seq']}, kind {record['k']}"


def _read(entry: LedgerEntry) -> dict[str, Any] | RecordError:
    """What the entry says, or what is wrong with how it says it."""
    try:
        record = parse_record(bytes(entry.record))
        check_record(record)
    except RecordError as error:
        return error
    return record


def _votes_in_ledger(arena: Arena) -> Iterator[str]:
    """Each vote is in the outbox or in the ledger, once; and the ledger says what the vote says."""
    votes = Vote.objects.filter(battle__arena=arena)
    lost = votes.filter(pending__isnull=True, entry__isnull=True).count()
    twice = votes.filter(pending__isnull=False, entry__isnull=False).count()
    if lost:
        yield f"{lost} votes are neither in the outbox nor in the ledger"
    if twice:
        yield f"{twice} votes are in the outbox and in the ledger"
    entries = LedgerEntry.objects.filter(ledger=arena.pk, kind="vote").order_by("seq")
    for entry in entries.select_related("vote__battle__contestant_a", "vote__battle__contestant_b").iterator(CHUNK):
        record = _read(entry)
        if isinstance(record, RecordError):
            continue  # said by _chain
        if entry.vote is None:
            yield f"entry {entry.seq} is of no vote"
        elif {key: record.get(key) for key in VOTE_KEYS} != _kept(entry):
            yield f"entry {entry.seq} does not say what its vote says"
        elif "c" in record and record["c"] != _commitment_of(entry.vote.battle):
            yield f"entry {entry.seq}: the commitment is not that of the pair"


def _kept(entry: LedgerEntry) -> dict[str, str | int]:
    """What the rows of a vote say, in the words of the ledger."""
    vote = entry.vote
    return {
        "b": vote.battle.id.hex,
        "ma": vote.battle.contestant_a.slug,
        "mb": vote.battle.contestant_b.slug,
        "y": vote.outcome,
        "u": bytes(entry.pseudonym).hex(),
        "rk": int(vote.is_ranked),
        "vk": vote.voter_kind,
        "src": vote.source,
    }


def _commitment_of(battle: Battle) -> str | None:
    if battle.nonce is None:
        return None
    return commitment(battle.id, battle.contestant_a.slug, battle.contestant_b.slug, bytes(battle.nonce)).hex()


def _exclusions(arena: Arena) -> Iterator[str]:
    """The votes that do not count are those that the ledger annuls and does not reinstate, for the reason it gives."""
    excluded = Exclusion.objects.filter(vote__battle__arena=arena)
    annulled: dict[int, tuple[str, int]] = {}
    decisions = LedgerEntry.objects.filter(ledger=arena.pk, kind__in=("annul", "reinstate")).order_by("seq")
    for entry in decisions.iterator(CHUNK):
        record = _read(entry)
        if isinstance(record, RecordError):
            continue  # said by _chain
        for seq in record["scope"].get("seqs", ()):
            if (seq in annulled) != (entry.kind == "reinstate"):
                yield f"entry {entry.seq}: entry {seq} stood so before"
            elif entry.kind == "annul":
                annulled[seq] = (record["why"], entry.seq)
            else:
                del annulled[seq]
    in_ledger = {(seq, why, at) for seq, (why, at) in annulled.items()}
    counted_out = set(excluded.values_list("vote__entry__seq", "rule", "entry__seq"))
    for seq, rule, _ in sorted(in_ledger ^ counted_out, key=str):
        yield f"entry {seq}: excluded by {rule} either in the ledger or in the counts, not in both"


def _battles_and_votes(arena: Arena) -> Iterator[str]:
    """Voted battles have exactly one vote, and no others have one."""
    battles = Battle.objects.filter(arena=arena)
    without = battles.filter(state=BattleState.VOTED, vote__isnull=True).count()
    wrongly = battles.exclude(state=BattleState.VOTED).filter(vote__isnull=False).count()
    if without:
        yield f"{without} battles are voted and have no vote"
    if wrongly:
        yield f"{wrongly} battles have a vote and are not voted"
    leaking = Vote.objects.filter(battle__arena=arena, is_ranked=True).exclude(battle__unranked_reason="").count()
    if leaking:
        yield f"{leaking} votes are ranked although their battle must not be"


def _tallies(arena: Arena) -> Iterator[str]:
    """The running counts equal a recount of the ledger."""
    pairs: Counter[tuple] = Counter()
    voters: Counter[tuple] = Counter()
    counted = LedgerEntry.objects.filter(
        ledger=arena.pk, vote__isnull=False, vote__is_ranked=True, vote__exclusion__isnull=True
    ).annotate(a=F("vote__battle__contestant_a"), b=F("vote__battle__contestant_b"))
    for kind, source, a, b, outcome, pseudonym in counted.values_list(
        "vote__voter_kind", "vote__source", "a", "b", "vote__outcome", "pseudonym"
    ).iterator(CHUNK):
        pairs[kind, source, a, b, COUNT_FIELD_OF[outcome]] += 1
        voters[kind, source, a, b, bytes(pseudonym), COUNT_FIELD_OF[outcome]] += 1
    if pairs != _stored(PairCount, arena, ()):
        yield "the pair counts are not those of the ledger"
    if voters != _stored(VoterPairCount, arena, ("pseudonym",)):
        yield "the pair counts by voter are not those of the ledger"


def _stored(model: type[PairCount] | type[VoterPairCount], arena: Arena, more: tuple[str, ...]) -> Counter[tuple]:
    stored: Counter[tuple] = Counter()
    for row in model.objects.filter(arena=arena).iterator(CHUNK):
        key = (row.voter_kind, row.source, row.contestant_a_id, row.contestant_b_id)
        for field in COUNT_FIELDS:
            stored[(*key, *(bytes(getattr(row, name)) for name in more), field)] += getattr(row, field)
    return +stored


def _outbox(arena: Arena) -> Iterator[str]:
    # Imported votes keep the time at which they were given, which says nothing about how long they have waited.
    live = PendingVote.objects.filter(arena=arena, vote__source=LIVE)
    old = live.filter(vote__created_at__lt=database_now() - LONGEST_WAIT).count()
    if old:
        yield f"{old} votes have waited for the sequencer for more than {LONGEST_WAIT.seconds} s: is a worker running?"


def _boards(arena: Arena) -> Iterator[str]:
    """Published boards stand on a prefix of this ledger."""
    snapshots = list(arena.snapshots.annotate(n_rows=Count("rows")).order_by("id").defer("theta", "covariance"))
    roots = _roots_at({snapshot.ledger_size for snapshot in snapshots}, arena)
    for snapshot in snapshots:
        if snapshot.ledger_size not in roots:
            yield f"snapshot {snapshot.pk} stands on {snapshot.ledger_size} entries, the ledger has fewer"
        elif bytes(snapshot.ledger_root) != roots[snapshot.ledger_size]:
            yield f"snapshot {snapshot.pk}: its root is not that of the first {snapshot.ledger_size} entries"
        if not snapshot.n_rows:
            yield f"snapshot {snapshot.pk} has no rows"
    foreign = Leaderboard.objects.filter(arena=arena).exclude(current__arena=arena).count()
    if foreign:
        yield f"{foreign} boards show a snapshot of another arena"


def _roots_at(sizes: set[int], arena: Arena) -> dict[int, bytes]:
    """The root after so many entries, for the sizes that the ledger has reached."""
    frontier = Frontier()
    roots = {0: empty_root()}
    for leaf in LedgerEntry.objects.filter(ledger=arena.pk).order_by("seq").values_list("leaf", flat=True):
        frontier = frontier.append(bytes(leaf))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots


CHECKS: tuple[Callable[[Arena], Iterator[str]], ...] = (
    _chain,
    _votes_in_ledger,
    _exclusions,
    _battles_and_votes,
    _tallies,
    _outbox,
    _boards,
)
