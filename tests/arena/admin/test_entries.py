"""Can operators move models through their life, step by step, and only where a step makes sense?"""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from arena.models import Entry, EntryStep, LedgerEntry
from ratings.ledger import parse_record
from tests.arena.admin.forms import complaints, filled
from tests.factories import SLUGS, enter, make_arena, make_contestant

pytestmark = pytest.mark.django_db

ADD_ENTRY, ENTRIES = reverse("admin:arena_entry_add"), reverse("admin:arena_entry_changelist")


def records():
    return [parse_record(bytes(entry.record)) for entry in LedgerEntry.objects.order_by("ledger", "seq")]


def test_entry_begins_as_a_draft_and_stays_where_it_is(operator):
    arena, contestant = make_arena(), make_contestant("quillon-1")

    filled(operator, ADD_ENTRY, arena=arena.pk, contestant=contestant.pk, exposure="2.5", status="active")

    entry = Entry.objects.get()
    assert (entry.status, entry.exposure) == ("draft", 2.5)
    filled(operator, reverse("admin:arena_entry_change", args=[entry.pk]), exposure="3", status="active")
    entry.refresh_from_db()
    assert (entry.status, entry.exposure, entry.arena, entry.contestant) == ("draft", 3, arena, contestant)


@pytest.mark.parametrize("exposure", ["-1", "nan", "NaN", "1e308", "inf", "-inf", "1000.1", "x", ""])
def test_exposure_that_makes_no_sense_is_refused(operator, exposure):
    arena, contestant = make_arena(), make_contestant("quillon-1")

    page = filled(operator, ADD_ENTRY, arena=arena.pk, contestant=contestant.pk, exposure=exposure)

    assert list(complaints(page)) == ["exposure"]
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("action", "status", "steps"),
    [("test", "testing", []), ("activate", "active", ["add"]), ("retire", "retired", ["retire"])],
)
def test_entries_are_moved_by_actions(operator, action, status, steps):
    arena = make_arena()
    for slug in SLUGS[:2]:
        enter(arena, slug, status="draft")
    chosen = Entry.objects.get(contestant__slug=SLUGS[0])

    for _ in range(2):
        said = {"action": action, "_selected_action": [chosen.pk], "reason": "as agreed"}
        page = operator.post(ENTRIES, said, follow=True)

    assert dict(Entry.objects.values_list("contestant__slug", "status")) == {SLUGS[0]: status, SLUGS[1]: "draft"}
    assert [(record["op"], record["id"]) for record in records()] == [(step, SLUGS[0]) for step in steps]
    assert [str(message) for message in page.context["messages"]] == [f"0 of 1 entries are now {status}."]
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == [f"Now {status}."]


def test_staff_without_permission_moves_nothing(staff):
    enter(make_arena(), SLUGS[0], status="draft")

    page = staff.post(ENTRIES, {"action": "activate", "_selected_action": [Entry.objects.get().pk]})

    assert (page.status_code, Entry.objects.get().status) == (403, "draft")


def test_reason_and_operator_are_kept_with_the_step(operator):
    enter(make_arena(), SLUGS[0])

    chosen = {"action": "pause", "_selected_action": [Entry.objects.get().pk], "reason": "its price is being checked"}
    operator.post(ENTRIES, chosen)

    step = EntryStep.objects.get()
    assert (step.status_before, step.status, step.by) == ("active", "paused", "operator")
    assert step.reason == "its price is being checked"
    page = operator.get(reverse("admin:arena_entry_change", args=[step.entry_id]))
    assert "its price is being checked" in page.text


def test_step_that_makes_no_sense_is_refused_in_words(operator):
    arena = make_arena()
    enter(arena, SLUGS[0], status="draft")
    enter(arena, SLUGS[1])

    action = {"action": "pause", "_selected_action": list(Entry.objects.values_list("pk", flat=True))}
    page = operator.post(ENTRIES, action | {"reason": "x"}, follow=True)

    assert dict(Entry.objects.values_list("contestant__slug", "status")) == {SLUGS[0]: "draft", SLUGS[1]: "paused"}
    assert [str(message) for message in page.context["messages"]] == [
        "Quillon-1 is draft: from there it can only become testing or active or retired, not paused.",
        "1 of 2 entries are now paused.",
    ]


def test_another_exposure_is_public_and_in_the_ledger(operator):
    enter(make_arena(), SLUGS[0])
    entry = Entry.objects.get()
    address = reverse("admin:arena_entry_change", args=[entry.pk])

    filled(operator, address, exposure="0.5", reason="too many battles")
    filled(operator, address, exposure="0.5")

    assert [(r["op"], r["id"], r["weight"]) for r in records()] == [("weigh", SLUGS[0], "0.5")]
    step = EntryStep.objects.get()
    assert (step.status_before, step.status, step.by) == ("active", "active", "operator")
    assert step.reason == "exposure 1, now 0.5: too many battles"


@pytest.mark.parametrize("action", ["pause", "retire"])
def test_nobody_is_taken_away_without_a_reason(operator, action):
    enter(make_arena(), SLUGS[0])

    said = {"action": action, "_selected_action": [Entry.objects.get().pk], "reason": " "}
    page = operator.post(ENTRIES, said, follow=True)

    assert Entry.objects.get().status == "active"
    assert [str(message)[:7] for message in page.context["messages"]] == ["Say why"]
