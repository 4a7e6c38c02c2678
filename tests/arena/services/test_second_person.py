"""Does it take two to exclude many votes or to change a rule of a board? And one where there is one person only."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, transaction

from arena.domain.errors import InvalidInput
from arena.domain.roles import Role
from arena.models import Arena, AuditEntry, Exclusion, LedgerEntry, PairCount, PendingChange, Vote
from arena.queries.audit import faults
from arena.services.ledger import sequence_arena
from arena.services.roles import give_role
from arena.services.second_person import (
    NotForOnePerson,
    change_policy,
    confirm_change,
    exclude_votes,
    may_appoint_alone,
    refuse_change,
    reinstate_votes,
)
from tests.concurrency import at_once
from tests.factories import SLUGS, make_counted_votes, make_stored_arena, make_voter

pytestmark = pytest.mark.django_db
RULES = {"min_votes": 50, "pairing": {"rule": "uniform"}}


@pytest.fixture(autouse=True)
def _two_people(settings):
    settings.IS_SECOND_PERSON_REQUIRED = True


@pytest.fixture
def arena():
    return make_stored_arena()


@pytest.fixture
def olga():
    return User.objects.create_user("olga")


@pytest.fixture
def omar():
    return User.objects.create_user("omar")


def cast(arena, n):
    """So many votes, counted; their ids."""
    prompt, voter = arena.prompts.first(), make_voter()
    make_counted_votes(arena, [(*SLUGS[:2], "a", voter, prompt, 1)] * n)
    sequence_arena(arena_id=arena.pk)
    return sorted(Vote.objects.values_list("pk", flat=True))


def counted(arena):
    return sum(row.wins_a for row in PairCount.objects.filter(arena=arena))


def test_rule_changes_when_another_owner_confirms_it(arena, olga, omar):
    waiting = change_policy(arena_id=arena.pk, values=RULES, by=olga, why="too few votes")
    assert Arena.objects.get().min_votes == 0

    confirm_change(change_id=waiting.pk, by=omar)

    arena.refresh_from_db()
    assert (arena.min_votes, arena.pairing) == (50, {"rule": "uniform"})
    assert LedgerEntry.objects.filter(kind="policy").count() == 1
    entries = AuditEntry.objects.order_by("id")
    assert [(e.actor, e.action, e.why) for e in entries] == [
        ("olga", "ask to change policy", "too few votes"),
        ("omar", "change policy", "too few votes"),
    ]
    assert entries[1].before == {"min_votes": 0, "pairing": {}}
    assert entries[1].after == RULES | {"asked by": "olga"}
    assert list(faults(arena)) == []


def test_nobody_confirms_alone_or_twice_or_late(arena, olga, omar):
    first = change_policy(arena_id=arena.pk, values=RULES, by=olga, why="x")
    late = change_policy(arena_id=arena.pk, values={"min_votes": 9}, by=olga, why="x")
    PendingChange.objects.filter(pk=late.pk).update(expires_at=late.asked_at - timedelta(seconds=1))

    with pytest.raises(NotForOnePerson, match="cannot confirm it"):
        confirm_change(change_id=first.pk, by=olga)
    with pytest.raises(NotForOnePerson, match="expired"):
        confirm_change(change_id=late.pk, by=omar)
    confirm_change(change_id=first.pk, by=omar)
    with pytest.raises(NotForOnePerson, match="already"):
        confirm_change(change_id=first.pk, by=omar)
    with pytest.raises(NotForOnePerson, match="already"):
        refuse_change(change_id=first.pk, by=olga)

    assert Arena.objects.get().min_votes == 50


@pytest.mark.both_databases
def test_database_itself_asks_for_two(arena, olga):
    waiting = change_policy(arena_id=arena.pk, values=RULES, by=olga, why="x")

    with pytest.raises(IntegrityError), transaction.atomic():
        PendingChange.objects.filter(pk=waiting.pk).update(state="applied", decided_by=olga)


def test_refused_change_changes_nothing(arena, olga, omar):
    waiting = change_policy(arena_id=arena.pk, values=RULES, by=olga, why="x")

    refuse_change(change_id=waiting.pk, by=omar)

    assert (Arena.objects.get().min_votes, PendingChange.objects.get().state) == (0, "refused")


def test_change_that_cannot_be_made_is_refused_when_asked(arena, olga):
    with pytest.raises(InvalidInput) as unknown:
        change_policy(arena_id=arena.pk, values={"slug": "other"}, by=olga, why="x")
    with pytest.raises(InvalidInput) as bad:
        change_policy(arena_id=arena.pk, values={"pairing": {"rule": "none"}}, by=olga, why="x")
    with pytest.raises(InvalidInput) as unsaid:
        change_policy(arena_id=arena.pk, values=RULES, by=olga, why=" ")

    assert [list(e.value.fields) for e in (unknown, bad, unsaid)] == [["slug"], ["pairing"], ["why"]]
    assert not PendingChange.objects.exists()


def test_hundred_votes_are_excluded_by_one_and_the_next_by_two(arena, olga, omar):
    votes = cast(arena, 102)

    assert exclude_votes(arena_id=arena.pk, vote_ids=votes[:60], by=olga, why="campaign") is None
    assert exclude_votes(arena_id=arena.pk, vote_ids=votes[60:100], by=olga, why="campaign") is None
    waiting = exclude_votes(arena_id=arena.pk, vote_ids=votes[100:], by=olga, why="campaign")
    assert (counted(arena), Exclusion.objects.count()) == (2, 100)

    confirm_change(change_id=waiting.pk, by=omar)

    assert (counted(arena), Exclusion.objects.count()) == (0, 102)
    record = bytes(LedgerEntry.objects.filter(kind="annul").last().record).decode()
    assert '"by2"' in record
    assert "omar" not in record
    assert list(faults(arena)) == []


def test_one_person_decides_where_there_is_one(arena, olga, settings):
    settings.IS_SECOND_PERSON_REQUIRED = False
    votes = cast(arena, 101)

    assert exclude_votes(arena_id=arena.pk, vote_ids=votes, by=olga, why="x") is None
    assert change_policy(arena_id=arena.pk, values=RULES, by=olga, why="x") is None

    assert (counted(arena), Arena.objects.get().min_votes) == (0, 50)
    assert [e.action for e in AuditEntry.objects.order_by("id")] == ["exclude votes", "change policy"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_requests_at_once_do_not_pass_the_limit_together(arena, olga, monkeypatch):
    monkeypatch.setattr("arena.services.second_person.MAX_ALONE", 3)
    votes = cast(arena, 4)

    def exclude(ids):
        return exclude_votes(arena_id=arena.pk, vote_ids=ids, by=olga, why="x")

    waiting = at_once(lambda: exclude(votes[:2]), lambda: exclude(votes[2:]))

    assert sorted(change is None for change in waiting) == [False, True]
    assert Exclusion.objects.count() == 2


def test_many_votes_count_again_by_two_and_both_ways_count_together(arena, olga, omar):
    votes = cast(arena, 70)
    exclude_votes(arena_id=arena.pk, vote_ids=votes, by=olga, why="campaign")

    few = reinstate_votes(arena_id=arena.pk, vote_ids=votes[:30], by=olga, why="it was none")
    many = reinstate_votes(arena_id=arena.pk, vote_ids=votes[30:], by=olga, why="it was none")

    assert few is None
    assert (counted(arena), Exclusion.objects.count(), str(many)) == (30, 40, "count votes again: Text")
    confirm_change(change_id=many.pk, by=omar)
    assert (counted(arena), Exclusion.objects.count()) == (70, 0)
    assert [entry.action for entry in AuditEntry.objects.order_by("id")] == [
        "exclude votes",
        "count votes again",
        "ask to count votes again",
        "count votes again",
    ]
    assert list(faults(arena)) == []


@pytest.mark.parametrize(
    ("commands", "is_alone"),
    [
        ([["olga"]], True),
        ([["olga", "--role=owner"], ["olga", "--reset"]], True),
        ([["olga"], ["vera", "--role=viewer"], ["vera", "--reset"]], True),
        ([["olga"], ["omar"]], False),
        ([["olga"], ["omar", "--role=owner"]], False),
    ],
)
def test_whoever_was_once_one_of_two_appoints_nobody_alone(commands, is_alone):
    for command in commands:
        call_command("staff", *command, stdout=io.StringIO())
    give_role(user=User.objects.get(username=commands[-1][0]), role=Role.VIEWER)
    olga = User.objects.get(username="olga")
    give_role(user=olga, role=Role.OWNER)

    assert may_appoint_alone(olga) is is_alone
