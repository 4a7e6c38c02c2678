"""Does every vote get one number, one leaf and one place in the tallies, however many sequencers run?"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from arena.domain.metadata import VoterKind
from arena.models import Exclusion, Ledger, LedgerEntry, PairCount, PendingVote, Vote, VoterPairCount
from arena.queries.audit import faults
from arena.queries.clock import database_now
from arena.services import ledger as ledger_service
from arena.services.leaderboards import publish_arena
from arena.services.ledger import (
    annul_votes,
    open_ledger,
    pseudonym_of,
    record_event,
    reinstate_votes,
    sequence_arena,
    sequence_pending,
)
from arena.services.votes import cast_vote
from ratings.ledger import Frontier, canonical, empty_root, leaf_hash, merkle_root, parse_record, voter_pseudonym
from tests.concurrency import at_once, whole_database
from tests.factories import NONCE, SLUGS, make_arena, make_battle, make_vote, make_voter, make_votes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

COUNTS = ("wins_a", "wins_b", "ties", "both_bads")


@pytest.fixture
def arena():
    return make_arena()


def records(arena):
    return [parse_record(bytes(entry.record)) for entry in LedgerEntry.objects.filter(ledger=arena.pk).order_by("seq")]


def entries(arena):
    return list(LedgerEntry.objects.filter(ledger=arena.pk).order_by("seq"))


def random_votes(arena, n, voters):
    rng = random.Random(7)
    triples = [(*rng.sample(SLUGS, 2), rng.choice(["a", "b", "tie", "both_bad"])) for _ in range(n)]
    return make_votes(arena, triples, voters)


def recount(votes, more=lambda vote: ()):
    """The tallies as anybody would count them by hand."""
    field = dict(zip(("a", "b", "tie", "both_bad"), COUNTS, strict=True))
    counted = Counter()
    for vote in votes:
        battle = vote.battle
        key = (vote.voter_kind, vote.source, battle.contestant_a.slug, battle.contestant_b.slug, *more(vote))
        counted[*key, field[vote.outcome]] += 1
    return counted


def stored(model, *more):
    rows = model.objects.values_list("voter_kind", "source", "contestant_a__slug", "contestant_b__slug", *more, *COUNTS)
    counted = Counter()
    for row in rows:
        *key, wins_a, wins_b, ties, both_bads = (bytes(v) if isinstance(v, memoryview) else v for v in row)
        for name, n in zip(COUNTS, (wins_a, wins_b, ties, both_bads), strict=True):
            counted[*key, name] += n
    return +counted


def test_new_ledger_is_empty_and_opened_once(arena):
    open_ledger(arena=arena)

    ledger = Ledger.objects.get()
    assert (ledger.size, bytes(ledger.frontier), bytes(ledger.root)) == (0, Frontier().to_bytes(), empty_root())


def test_votes_leave_the_outbox_in_order_with_contiguous_numbers(arena):
    votes = random_votes(arena, 7, [])

    n = sequence_arena(arena_id=arena.pk)

    assert n == 7
    assert [(e.seq, e.kind, e.vote_id) for e in entries(arena)] == [(k, "vote", v.pk) for k, v in enumerate(votes)]
    assert PendingVote.objects.count() == 0
    assert sequence_arena(arena_id=arena.pk) == 0


def test_record_says_what_the_vote_says(arena):
    voter = make_voter()
    vote = make_vote(arena, *SLUGS[:2], "tie", voter)

    sequence_arena(arena_id=arena.pk)

    (record,) = records(arena)
    battle = vote.battle
    assert record == {
        "k": "vote",
        "v": 1,
        "seq": 0,
        "t": int(vote.created_at.timestamp()) // 60,
        "arena": "text",
        "b": battle.id.hex,
        "ma": SLUGS[0],
        "mb": SLUGS[1],
        "y": "tie",
        "u": pseudonym_of(vote).hex(),
        "rk": 1,
        "pol": "p1",
        "c": bytes(battle.commitment).hex(),
        "n": NONCE.hex(),
        "pp": "0.2500000000",
        "vk": "human",
        "src": "live",
    }


def test_imported_vote_has_no_more_than_is_known(arena):
    battle = make_battle(
        arena, *SLUGS[:2], nonce=None, commitment=None, pair_probability=None, ready_at=None, created_at=None
    )
    vote = Vote.objects.create(battle=battle, outcome="b", voter_kind="human", source="import_arena", is_ranked=True)
    PendingVote.objects.create(vote=vote, arena=arena)

    sequence_arena(arena_id=arena.pk)

    (record,) = records(arena)
    assert sorted(record) == ["arena", "b", "k", "ma", "mb", "pol", "rk", "seq", "src", "u", "v", "vk", "y"]
    assert record["src"] == "import_arena"


def test_leaves_frontier_and_root_are_those_of_the_records(arena):
    for n in (1, 4, 8):
        random_votes(arena, n, [])
        sequence_arena(arena_id=arena.pk)

        ledger = Ledger.objects.get()
        leaves = [leaf_hash(canonical(record)) for record in records(arena)]
        frontier = Frontier()
        for leaf in leaves:
            frontier = frontier.append(leaf)
        assert [bytes(entry.leaf) for entry in entries(arena)] == leaves
        assert (ledger.size, bytes(ledger.frontier)) == (len(leaves), frontier.to_bytes())
        assert bytes(ledger.root) == merkle_root(leaves)


def test_more_votes_than_a_batch_are_taken_in_turns(arena, monkeypatch):
    random_votes(arena, 11, [])
    monkeypatch.setattr(ledger_service, "BATCH", 4)

    assert sequence_arena(arena_id=arena.pk) == 11

    assert [entry.seq for entry in entries(arena)] == list(range(11))
    assert list(faults(arena)) == []


def test_tallies_grow_by_each_batch_and_equal_a_recount(arena):
    voters = [make_voter() for _ in range(3)]
    votes = []
    for _ in range(3):
        votes += random_votes(arena, 12, voters)
        sequence_arena(arena_id=arena.pk)

        assert stored(PairCount) == recount(votes)
        assert stored(VoterPairCount, "pseudonym") == recount(votes, lambda vote: (pseudonym_of(vote),))
        assert list(faults(arena)) == []


def test_kinds_and_sources_are_tallied_apart(arena):
    judge = make_voter(VoterKind.JUDGE)
    make_vote(arena, *SLUGS[:2], "a")
    make_vote(arena, *SLUGS[:2], "b", judge)
    battle = make_battle(arena, *SLUGS[:2])
    vote = Vote.objects.create(battle=battle, outcome="tie", voter_kind="human", source="import_arena", is_ranked=True)
    PendingVote.objects.create(vote=vote, arena=arena)

    sequence_arena(arena_id=arena.pk)

    pair = SLUGS[:2]
    assert stored(PairCount) == {
        ("human", "live", *pair, "wins_a"): 1,
        ("judge", "live", *pair, "wins_b"): 1,
        ("human", "import_arena", *pair, "ties"): 1,
    }


def test_unranked_vote_is_in_the_ledger_and_not_in_the_tallies(arena):
    make_vote(arena, *SLUGS[:2], "a", unranked_reason="directed")

    sequence_arena(arena_id=arena.pk)

    assert [record["rk"] for record in records(arena)] == [0]
    assert (PairCount.objects.count(), VoterPairCount.objects.count(), Exclusion.objects.count()) == (0, 0, 0)
    assert list(faults(arena)) == []


def annulment(seq, voted, why):
    return {
        "k": "annul",
        "v": 1,
        "seq": seq,
        "scope": {"seqs": [voted]},
        "why": why,
        "method": "rules@1",
        "until": "final",
        "by": "sequencer",
    }


def test_vote_given_too_fast_is_kept_and_annulled():
    arena = make_arena(min_reading_ms=60_000)
    fast = make_vote(arena, *SLUGS[:2], "a")
    slow = make_battle(arena, *SLUGS[:2], ready_at=database_now() - timedelta(hours=2))
    cast_vote(voter_id=slow.voter_id, battle_id=slow.id, outcome="b")

    sequence_arena(arena_id=arena.pk)

    assert [entry.kind for entry in entries(arena)] == ["vote", "annul", "vote"]
    assert records(arena)[1] == annulment(1, 0, "too_fast")
    assert list(Exclusion.objects.values_list("vote", "rule", "entry__seq")) == [(fast.pk, "too_fast", 1)]
    assert stored(PairCount) == {("human", "live", *SLUGS[:2], "wins_b"): 1}
    assert list(faults(arena)) == []


@pytest.mark.parametrize(
    ("voter", "fields", "rule"),
    [({"is_flagged": True}, {}, "flagged_identity"), ({}, {"is_identical": True}, "identical_answers")],
)
def test_rule_excludes_without_a_trace_in_the_vote(arena, voter, fields, rule):
    vote = make_vote(arena, *SLUGS[:2], "a", make_voter(**voter), **fields)

    sequence_arena(arena_id=arena.pk)

    assert (vote.is_ranked, records(arena)[0]["rk"]) == (True, 1)
    assert records(arena)[1] == annulment(1, 0, rule)
    assert stored(PairCount) == {}
    assert list(faults(arena)) == []


def test_flag_after_the_count_does_not_change_what_was_counted(arena):
    voter = make_voter()
    make_vote(arena, *SLUGS[:2], "a", voter)
    sequence_arena(arena_id=arena.pk)
    voter.is_flagged = True
    voter.save()
    make_vote(arena, *SLUGS[:2], "a", voter)

    sequence_arena(arena_id=arena.pk)

    assert [entry.kind for entry in entries(arena)] == ["vote", "vote", "annul"]
    assert stored(PairCount) == {("human", "live", *SLUGS[:2], "wins_a"): 1}


@pytest.mark.parametrize(
    ("moment", "epoch"),
    [
        (datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC), "2026Q3"),
        (datetime(2026, 10, 1, tzinfo=UTC), "2026Q4"),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), "2026Q4"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2027Q1"),
        (None, "undated"),
    ],
)
def test_pseudonym_is_of_voter_and_quarter(arena, moment, epoch):
    voter = make_voter()
    vote = Vote(battle=make_battle(arena, *SLUGS[:2], voter), outcome="a", created_at=moment)

    assert pseudonym_of(vote) == voter_pseudonym(bytes(voter.secret), epoch)


def test_voter_has_one_pseudonym_in_a_quarter_and_no_two_share_one(arena):
    first, second = make_voter(), make_voter()
    votes = [make_vote(arena, *SLUGS[:2], "a", voter) for voter in (first, first, second)]

    sequence_arena(arena_id=arena.pk)

    pseudonyms = [bytes(entry.pseudonym) for entry in entries(arena)]
    assert pseudonyms == [pseudonym_of(vote) for vote in votes]
    assert pseudonyms[0] == pseudonyms[1] != pseudonyms[2]
    assert VoterPairCount.objects.count() == 2


def test_votes_of_erased_voters_stand_alone(arena):
    voter = make_voter()
    votes = [make_vote(arena, *SLUGS[:2], "a", voter) for _ in range(2)]
    voter.delete()

    sequence_arena(arena_id=arena.pk)

    pseudonyms = [bytes(entry.pseudonym) for entry in entries(arena)]
    assert pseudonyms == [pseudonym_of(Vote.objects.get(pk=vote.pk)) for vote in votes]
    assert pseudonyms[0] != pseudonyms[1]
    assert stored(PairCount) == {("human", "live", *SLUGS[:2], "wins_a"): 2}
    assert list(faults(arena)) == []


def test_event_is_appended_like_a_vote(arena):
    make_vote(arena, *SLUGS[:2], "a")
    sequence_arena(arena_id=arena.pk)

    record_event(arena_id=arena.pk, kind="model", op="retire", id=SLUGS[0], name="Quillon", meta_sha="0" * 64)

    assert records(arena)[1] == {
        "k": "model",
        "v": 1,
        "seq": 1,
        "op": "retire",
        "id": SLUGS[0],
        "name": "Quillon",
        "meta_sha": "0" * 64,
    }
    assert list(faults(arena)) == []


def test_sweep_finds_every_arena_that_waits(arena):
    other, idle = make_arena("other"), make_arena("idle")
    for _ in range(2):
        make_vote(arena, *SLUGS[:2], "a")
    make_vote(other, *SLUGS[:2], "b")

    assert sequence_pending() == 3

    assert [Ledger.objects.get(arena=a).size for a in (arena, other, idle)] == [2, 1, 0]
    assert sequence_pending() == 0


def test_arenas_have_ledgers_of_their_own(arena):
    other = make_arena("other")
    make_vote(arena, *SLUGS[:2], "a")
    make_vote(other, *SLUGS[:2], "a")

    sequence_pending()

    assert [records(a)[0]["seq"] for a in (arena, other)] == [0, 0]
    assert [record["arena"] for a in (arena, other) for record in records(a)] == ["text", "other"]


def test_batch_that_fails_leaves_everything_as_it_was(arena, monkeypatch):
    random_votes(arena, 3, [])
    before = whole_database()

    def fail(*args):
        raise DatabaseError("gone")

    monkeypatch.setattr(ledger_service, "_add_to_tallies", fail)
    with pytest.raises(DatabaseError, match="gone"):
        sequence_arena(arena_id=arena.pk)

    assert whole_database() == before


@pytest.mark.django_db(transaction=True)
def test_two_sequencers_lose_nothing_and_count_nothing_twice(arena, monkeypatch):
    votes = random_votes(arena, 30, [make_voter() for _ in range(4)])
    monkeypatch.setattr(ledger_service, "BATCH", 3)

    taken = at_once(*[lambda: sequence_arena(arena_id=arena.pk)] * 3)

    assert sum(taken) == 30
    assert [(entry.seq, entry.vote_id) for entry in entries(arena)] == [(k, v.pk) for k, v in enumerate(votes)]
    assert stored(PairCount) == recount(votes)
    assert list(faults(arena)) == []


@pytest.mark.django_db(transaction=True)
def test_votes_that_come_in_while_sequencers_run_are_all_counted(arena):
    waiting = [make_battle(arena, *SLUGS[:2]) for _ in range(24)]

    def vote(battles):
        for battle in battles:
            cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="a")

    def sequence():
        for _ in range(6):
            sequence_arena(arena_id=arena.pk)

    results = at_once(*[lambda k=k: vote(waiting[k::4]) for k in range(4)], sequence, sequence)
    sequence_arena(arena_id=arena.pk)

    assert results == [None] * 6
    assert sorted(entry.vote_id for entry in entries(arena)) == sorted(Vote.objects.values_list("pk", flat=True))
    assert stored(PairCount) == {("human", "live", *SLUGS[:2], "wins_a"): 24}
    assert list(faults(arena)) == []


def test_arena_that_cannot_be_sequenced_holds_up_no_other(monkeypatch, caplog):
    first, second = make_arena("first"), make_arena("second")
    for arena in (first, second):
        make_vote(arena, "quillon-1", "brevant-2", "a")
    Ledger.objects.filter(arena=first).update(frontier=b"broken")

    with pytest.raises(ExceptionGroup) as failed:
        sequence_pending()

    assert len(failed.value.exceptions) == 1
    assert dict(PendingVote.objects.values_list("arena__slug", "id")).keys() == {"first"}
    assert f"arena {first.pk}: _sequence failed" in caplog.text


@pytest.mark.parametrize("is_published_between", [False, True])
def test_votes_that_were_excluded_count_again_and_the_ledger_says_both(arena, is_published_between):
    votes = [make_vote(arena, *SLUGS[:2], outcome) for outcome in ("a", "b", "a", "tie")]
    sequence_arena(arena_id=arena.pk)
    before = (stored(PairCount), stored(VoterPairCount))
    ids = [vote.pk for vote in votes]
    annul_votes(arena_id=arena.pk, vote_ids=ids[:3], why="staff", method="staff@1", by="ada")
    if is_published_between:
        publish_arena(arena_id=arena.pk)

    again = {"arena_id": arena.pk, "why": "staff", "method": "staff@1", "by": "ada", "by2": "bob"}
    counted = [reinstate_votes(vote_ids=ids[1:], **again), reinstate_votes(vote_ids=ids[1:], **again)]

    assert counted == [2, 0]
    assert list(Exclusion.objects.values_list("vote", flat=True)) == ids[:1]
    record = parse_record(bytes(LedgerEntry.objects.get(kind="reinstate").record))
    assert (record["scope"], record["why"], record["by"], record["by2"]) == ({"seqs": [1, 2]}, "staff", "ada", "bob")
    assert list(faults(arena)) == []
    reinstate_votes(vote_ids=ids, **again)
    assert (stored(PairCount), stored(VoterPairCount)) == before
    annul_votes(arena_id=arena.pk, vote_ids=ids[:1], why="staff", method="staff@1", by="ada")
    assert list(faults(arena)) == []


def test_a_vote_that_was_never_ranked_counts_no_more_than_before(arena):
    vote = make_vote(arena, *SLUGS[:2], "a", make_voter(is_flagged=True), unranked_reason="directed")
    sequence_arena(arena_id=arena.pk)

    n = reinstate_votes(arena_id=arena.pk, vote_ids=[vote.pk], why="staff", method="staff@1", by="ada")

    assert (n, Exclusion.objects.count(), PairCount.objects.count()) == (0, 0, 0)
    assert list(faults(arena)) == []


def test_audit_finds_a_reinstatement_of_what_was_never_excluded(arena):
    vote = make_vote(arena, *SLUGS[:2], "a")
    sequence_arena(arena_id=arena.pk)
    record_event(arena_id=arena.pk, kind="reinstate", scope={"seqs": [0]}, why="staff", method="staff@1", by="ada")

    assert vote.entry.seq == 0
    assert list(faults(arena)) == ["entry 1: entry 0 stood so before"]
