"""Does the audit find each thing that can be wrong with a ledger, and nothing where nothing is?

Every fault is made behind the back of the database's triggers, as somebody with the file in hand could.
"""

from datetime import timedelta

import pytest
from django.db import connection

from arena.models import (
    Arena,
    Battle,
    Exclusion,
    Leaderboard,
    Ledger,
    LedgerEntry,
    PairCount,
    PendingVote,
    Snapshot,
    SnapshotRow,
    Vote,
    VoterPairCount,
)
from arena.queries.audit import faults
from arena.queries.clock import database_now
from arena.services.catalog import set_entry_status
from arena.services.leaderboards import publish_arena
from ratings.ledger import canonical, leaf_hash, parse_record
from tests.factories import SLUGS, enter, make_arena, make_vote, make_voter

pytestmark = pytest.mark.django_db

A, B, C = SLUGS[:3]
GUARDED = (Vote, LedgerEntry, Snapshot, SnapshotRow)


@pytest.fixture
def arena():
    """Votes of people and a judge, one excluded, one unranked, one of an erased voter, an event, and boards."""
    arena = make_arena()
    for outcome in ("a", "b", "tie", "both_bad"):
        make_vote(arena, A, B, outcome)
    make_vote(arena, B, C, "a", make_voter("judge"))
    make_vote(arena, A, B, "a", make_voter(is_flagged=True))
    make_vote(arena, A, B, "a", unranked_reason="directed")
    make_vote(arena, A, B, "b").battle.voter.delete()
    publish_arena(arena_id=arena.pk)
    enter(arena, C, status="active")
    set_entry_status(entry_id=arena.entries.get().pk, status="retired")
    make_vote(arena, A, C, "a")
    return arena


@pytest.fixture
def unguarded(arena, vendor):
    """The same arena, its immutable tables without their triggers."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model in GUARDED:
            table = model._meta.db_table
            for operation in ("update", "delete"):
                where = f" ON {table}" if vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_no_{operation}{where}")
    return arena


def rewrite(number, **changes):
    """Change what an entry says, with a leaf that fits."""
    entry = LedgerEntry.objects.get(seq=number)
    record = canonical(parse_record(bytes(entry.record)) | changes)
    LedgerEntry.objects.filter(seq=number).update(record=record, leaf=leaf_hash(record))


def snapshot_id():
    return Snapshot.objects.get(voter_kind="human").pk


HASHES_DIFFER = "the head says 10 entries, there are 10, or their hashes differ"
ROOT_DIFFERS = "the root is not that of the entries"


@pytest.mark.both_databases
def test_sound_ledger_has_no_faults(arena):
    assert list(faults(arena)) == []


def test_empty_arena_has_no_faults():
    assert list(faults(make_arena())) == []


def test_missing_ledger():
    assert list(faults(Arena.objects.create(slug="bare", name="Bare"))) == ["the arena has no ledger"]


@pytest.mark.both_databases
def test_missing_entry(unguarded):
    Exclusion.objects.all().delete()
    LedgerEntry.objects.filter(seq=6).delete()

    assert next(faults(unguarded)) == "entry 6 is missing; the next one is 7"


def test_missing_last_entry(unguarded):
    LedgerEntry.objects.filter(seq=9).delete()

    assert list(faults(unguarded))[:2] == [
        "the head says 10 entries, there are 9, or their hashes differ",
        ROOT_DIFFERS,
    ]


def test_changed_leaf(unguarded):
    LedgerEntry.objects.filter(seq=3).update(leaf=bytes(32))

    assert next(faults(unguarded)) == "entry 3: the stored hash is not that of the record"


def test_changed_record(unguarded):
    LedgerEntry.objects.filter(seq=3).update(record=b"{}")

    assert next(faults(unguarded)) == "entry 3: the stored hash is not that of the record"


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        (b"not json", "entry 3: not a JSON record in ASCII"),
        (b'{"v": 1}', "entry 3: the record is not in canonical form"),
        (b'{"k":"vote","v":9}', "entry 3: unknown kind or version: 'vote', 9"),
    ],
)
def test_record_that_is_none_is_named_and_the_rest_still_checked(unguarded, record, sentence):
    LedgerEntry.objects.filter(seq=3).update(record=record, leaf=leaf_hash(record))

    assert list(faults(unguarded)) == [
        sentence,
        HASHES_DIFFER,
        ROOT_DIFFERS,
        *[f"snapshot {s.pk}: its root is not that of the first 9 entries" for s in Snapshot.objects.order_by("pk")],
    ]


def test_record_with_another_number(unguarded):
    rewrite(3, seq=4)

    assert next(faults(unguarded)) == "entry 3: the record says number 4, kind vote"


@pytest.mark.parametrize(
    "changes",
    [
        {"y": "a"},
        {"ma": "someone-0"},
        {"mb": "someone-0"},
        {"b": "0" * 32},
        {"u": "0" * 32},
        {"rk": 0},
        {"vk": "judge"},
        {"src": "import_arena"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_record_that_contradicts_the_vote(unguarded, changes):
    rewrite(3, **changes)

    assert "entry 3 does not say what its vote says" in list(faults(unguarded))


@pytest.mark.parametrize("changes", [{"outcome": "a"}, {"is_ranked": False}, {"voter_kind": "judge"}, {"source": "x"}])
def test_vote_that_contradicts_the_record(unguarded, changes):
    Vote.objects.filter(entry__seq=3).update(**changes)

    assert next(faults(unguarded)) == "entry 3 does not say what its vote says"


@pytest.mark.both_databases
@pytest.mark.parametrize("nonce", [bytes(32), None], ids=["changed", "lost"])
def test_commitment_that_does_not_fit_the_pair(arena, nonce):
    Battle.objects.filter(vote__entry__seq=3).update(nonce=nonce)

    assert list(faults(arena)) == ["entry 3: the commitment is not that of the pair"]


def test_head_that_is_not_that_of_the_entries(arena):
    Ledger.objects.update(size=11, root=bytes(32))

    assert list(faults(arena)) == ["the head says 11 entries, there are 10, or their hashes differ", ROOT_DIFFERS]


def test_vote_that_is_nowhere(arena):
    PendingVote.objects.all().delete()

    assert list(faults(arena)) == ["1 votes are neither in the outbox nor in the ledger"]


@pytest.mark.both_databases
def test_vote_that_is_in_both(arena):
    PendingVote.objects.create(vote=Vote.objects.first(), arena=arena)

    assert list(faults(arena)) == ["1 votes are in the outbox and in the ledger"]


def test_entry_of_no_vote(unguarded):
    LedgerEntry.objects.filter(seq=3).update(vote=None)

    found = list(faults(unguarded))

    assert found[0] == "1 votes are neither in the outbox nor in the ledger"
    assert found[1] == "entry 3 is of no vote"


def test_exclusion_without_annulment_and_the_other_way_round(arena):
    Exclusion.objects.all().delete()

    assert list(faults(arena)) == [
        "entry 5: excluded by flagged_identity either in the ledger or in the counts, not in both",
        "the pair counts are not those of the ledger",
        "the pair counts by voter are not those of the ledger",
    ]


def test_exclusion_for_another_reason(arena):
    Exclusion.objects.update(rule="too_fast")

    assert list(faults(arena)) == [
        f"entry 5: excluded by {rule} either in the ledger or in the counts, not in both"
        for rule in ("flagged_identity", "too_fast")
    ]


def test_voted_battle_without_a_vote(arena):
    Battle.objects.create(
        arena=arena,
        prompt=arena.prompts.first(),
        contestant_a=enter(arena, "nuvola-8"),
        contestant_b=enter(arena, "pardik-9"),
        state="voted",
    )

    assert list(faults(arena)) == ["1 battles are voted and have no vote"]


def test_battle_with_a_vote_that_is_not_voted(arena):
    Battle.objects.filter(vote__entry__seq=3).update(state="ready")

    assert list(faults(arena)) == ["1 battles have a vote and are not voted"]


def test_ranked_vote_of_a_battle_that_must_not_be(arena):
    Battle.objects.filter(vote__entry__seq=3).update(unranked_reason="identity-leak")

    assert list(faults(arena)) == ["1 votes are ranked although their battle must not be"]


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (PairCount, "the pair counts are not those of the ledger"),
        (VoterPairCount, "the pair counts by voter are not those of the ledger"),
    ],
)
@pytest.mark.parametrize("change", ["one more", "one row less"])
@pytest.mark.both_databases
def test_counts_that_are_no_recount(arena, model, sentence, change):
    row = model.objects.order_by("pk").first()
    if change == "one more":
        model.objects.filter(pk=row.pk).update(ties=row.ties + 1)
    else:
        row.delete()

    assert list(faults(arena)) == [sentence]


def test_votes_that_wait_too_long(arena, monkeypatch):
    monkeypatch.setattr("arena.queries.audit.database_now", lambda: database_now() + timedelta(seconds=301))

    assert list(faults(arena)) == [
        "1 votes have waited for the sequencer for more than 300 s: is a worker running?",
    ]


@pytest.mark.both_databases
def test_imported_votes_of_long_ago_have_not_waited(unguarded):
    waiting = Vote.objects.filter(pending__isnull=False)
    waiting.update(source="import_arena", created_at=database_now() - timedelta(days=900))

    assert list(faults(unguarded)) == []


def test_board_on_more_entries_than_there_are(unguarded):
    Snapshot.objects.filter(pk=snapshot_id()).update(ledger_size=11)

    assert list(faults(unguarded)) == [f"snapshot {snapshot_id()} stands on 11 entries, the ledger has fewer"]


@pytest.mark.both_databases
def test_board_with_the_root_of_another_history(unguarded):
    Snapshot.objects.filter(pk=snapshot_id()).update(ledger_root=bytes(32))

    assert list(faults(unguarded)) == [f"snapshot {snapshot_id()}: its root is not that of the first 9 entries"]


def test_board_without_rows(unguarded):
    SnapshotRow.objects.filter(snapshot=snapshot_id()).delete()

    assert list(faults(unguarded)) == [f"snapshot {snapshot_id()} has no rows"]


def test_board_of_another_arena(arena):
    other = make_arena("other")
    Leaderboard.objects.create(arena=other, voter_kind="human", current_id=snapshot_id())

    assert list(faults(other)) == ["1 boards show a snapshot of another arena"]
