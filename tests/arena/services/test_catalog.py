"""Do the steps of a contestant in an arena become public, once each?"""

import pytest
from django.db import DatabaseError, transaction

from arena.domain.lifecycle import IllegalStep
from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant, Entry, EntryStep, Ledger, LedgerEntry
from arena.services.catalog import save_arena, save_contestant, set_entry_status, set_exposure
from ratings.ledger import check_record, parse_record
from tests.concurrency import at_once, whole_database
from tests.factories import enter, make_arena, make_contestant

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def records(arena):
    return [parse_record(bytes(entry.record)) for entry in LedgerEntry.objects.filter(ledger=arena.pk).order_by("seq")]


def steps(arena):
    return [(record["op"], record["id"], record["name"]) for record in records(arena)]


@pytest.fixture
def entry():
    arena = make_arena()
    enter(arena, "quillon-1", status="draft", name="Quillon")
    return Entry.objects.get(arena=arena)


def test_new_arena_has_a_ledger_and_keeps_it():
    arena = Arena(slug="poems", name="Poems")

    save_arena(arena=arena)
    arena.name = "Verses"
    save_arena(arena=arena)

    assert (Arena.objects.get().name, Ledger.objects.get().arena) == ("Verses", arena)


def test_steps_that_readers_may_see_are_in_the_ledger(entry):
    for status in ("testing", "active", "paused", "active", "retired"):
        assert set_entry_status(entry_id=entry.pk, status=EntryStatus(status))

    names = ("quillon-1", "Quillon")
    assert steps(entry.arena) == [("add", *names), ("add", *names), ("retire", *names)]
    assert Entry.objects.get().status == "retired"
    for record in records(entry.arena):
        check_record(record)


def test_every_step_is_dated_and_says_who_and_why(entry):
    set_entry_status(entry_id=entry.pk, status=EntryStatus.TESTING, by="ada", reason="  first\nlook ")
    set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE, reason="x" * 500)

    first, second = EntryStep.objects.order_by("id")
    assert (first.status_before, first.status, first.by, first.reason) == ("draft", "testing", "ada", "first look")
    assert (second.status_before, second.status, second.by, second.reason) == ("testing", "active", "", "x" * 200)
    assert first.created_at <= second.created_at


def test_step_that_makes_no_sense_is_refused_and_changes_nothing(entry):
    before = whole_database()

    with pytest.raises(IllegalStep, match=r"Quillon is draft: .* not paused"):
        set_entry_status(entry_id=entry.pk, status=EntryStatus.PAUSED, by="ada")

    assert whole_database() == before


def test_steps_stay_as_they_were_taken(entry):
    set_entry_status(entry_id=entry.pk, status=EntryStatus.TESTING, by="ada")
    before = whole_database()

    for change in (lambda: EntryStep.objects.update(by="bob"), lambda: EntryStep.objects.all().delete()):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            change()

    assert whole_database() == before


def test_same_status_again_changes_nothing(entry):
    set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE)
    before = whole_database()

    assert set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE) is False

    assert whole_database() == before


@pytest.mark.django_db(transaction=True)
def test_same_step_at_once_is_one_step(entry):
    moved = at_once(*[lambda: set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE)] * 4)

    assert sorted(moved) == [False, False, False, True]
    assert steps(entry.arena) == [("add", "quillon-1", "Quillon")]


def test_digest_tells_other_facts_under_the_same_name(entry):
    set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE)
    Contestant.objects.update(version="2")
    set_entry_status(entry_id=entry.pk, status=EntryStatus.RETIRED)

    before, after = (record["meta_sha"] for record in records(entry.arena))

    assert (len(before), len(after), before == after) == (64, 64, False)


@pytest.mark.parametrize(
    ("status", "n_steps", "n_records"),
    [("draft", 0, 0), ("testing", 1, 0), ("active", 1, 1), ("paused", 1, 1), ("retired", 1, 1)],
)
def test_another_exposure_is_public_where_the_model_is(entry, status, n_steps, n_records):
    Entry.objects.update(status=status)

    changed = [set_exposure(entry_id=entry.pk, exposure=2.5, by="ada", reason="new") for _ in range(2)]

    assert (changed, Entry.objects.get().exposure) == ([True, False], 2.5)
    said = [(record["op"], record["name"], record["weight"]) for record in records(entry.arena)]
    assert said == [("weigh", "Quillon", "2.5")] * n_records
    taken = [(step.status_before, step.status, step.by, step.reason) for step in EntryStep.objects.all()]
    assert taken == [(status, status, "ada", "exposure 1, now 2.5: new")] * n_steps
    for record in records(entry.arena):
        check_record(record)


def test_exposure_from_before_the_first_battle_is_in_the_ledger(entry):
    set_exposure(entry_id=entry.pk, exposure=0.25)

    set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE)

    assert [(record["op"], record["weight"]) for record in records(entry.arena)] == [("add", "0.25")]


@pytest.mark.parametrize(("status", "n"), [("draft", 0), ("testing", 0), ("active", 1), ("paused", 1), ("retired", 1)])
def test_other_name_is_public_where_the_old_one_was(entry, status, n):
    Entry.objects.update(status=status)
    contestant = Contestant.objects.get()
    contestant.name = "Quillon Plus"

    save_contestant(contestant=contestant)
    save_contestant(contestant=contestant)

    assert steps(entry.arena) == [("rename", "quillon-1", "Quillon Plus")] * n


def test_new_contestant_is_nobodys_business_yet():
    save_contestant(contestant=Contestant(slug="quillon-1", name="Quillon"))

    assert (Contestant.objects.get().name, LedgerEntry.objects.count()) == ("Quillon", 0)
    assert make_contestant("quillon-1") == Contestant.objects.get()
