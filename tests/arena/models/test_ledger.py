"""Can a ledger have a number twice, or a vote twice? Not if the database is asked."""

import pytest
from django.db import IntegrityError, transaction

from arena.models import Exclusion, Leaderboard, LedgerEntry, PairCount, SnapshotRow
from arena.services.leaderboards import publish_arena
from tests.factories import make_arena, make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def vote():
    arena = make_arena()
    vote = make_vote(arena, "quillon-1", "brevant-2", "a")
    publish_arena(arena_id=arena.pk)
    return vote


@pytest.mark.parametrize("fields", [{"seq": 0, "vote": None}, {"seq": 1}], ids=["number", "vote"])
def test_number_and_vote_are_entered_once(vote, fields):
    entry = vote.entry
    values = {
        "ledger": entry.ledger,
        "kind": "vote",
        "record": entry.record,
        "leaf": entry.leaf,
        "vote": vote,
        **fields,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(**values)

    assert list(LedgerEntry.objects.values_list("seq", flat=True)) == [0]


def test_vote_is_excluded_once(vote):
    Exclusion.objects.create(vote=vote, rule="too_fast", entry=vote.entry)

    with pytest.raises(IntegrityError), transaction.atomic():
        Exclusion.objects.create(vote=vote, rule="flagged_identity", entry=vote.entry)


def test_pair_has_one_count_a_kind_and_source(vote):
    count = PairCount.objects.get()
    count.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        count.save(force_insert=True)


def test_counts_are_not_negative(vote):
    with pytest.raises(IntegrityError), transaction.atomic():
        PairCount.objects.update(ties=-1)


def test_board_is_one_a_kind_and_row_one_a_contestant(vote):
    board, row = Leaderboard.objects.get(), SnapshotRow.objects.first()
    board.pk = row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        board.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
