"""Can operators enter many models into an arena at once, all of them or none, and only those with something to show?"""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from arena.domain.roles import Role
from arena.models import Contestant, Endpoint, Entry, EntryStep
from tests.arena.admin.staff import signed_in
from tests.concurrency import whole_database
from tests.factories import SLUGS, enter, make_arena, make_contestant, make_output, make_prompt

pytestmark = pytest.mark.django_db
MODELS = reverse("admin:arena_contestant_changelist")


@pytest.fixture
def arena():
    """With one model that could answer, one with a stored output, and one with neither."""
    arena = make_arena()
    Endpoint.objects.create(contestant=make_contestant(SLUGS[0]), provider="demo")
    make_output(make_prompt(arena, "p1"), make_contestant(SLUGS[1]))
    make_contestant(SLUGS[2])
    return arena


def entered(client, slugs, **values):
    chosen = list(Contestant.objects.filter(slug__in=slugs).values_list("pk", flat=True))
    page = client.post(MODELS, {"action": "enter", "_selected_action": chosen, **values}, follow=True)
    return [str(message) for message in page.context["messages"]]


def standing(arena):
    return dict(arena.entries.order_by("contestant__slug").values_list("contestant__slug", "status"))


def test_models_are_entered_and_activated(operator, arena):
    said = entered(operator, SLUGS[:2], arena=arena.pk, status="active", reason="spring")

    assert standing(arena) == {SLUGS[1]: "active", SLUGS[0]: "active"}
    assert said == ["2 of 2 models are now active in Text."]
    assert set(EntryStep.objects.values_list("by", "reason")) == {("operator", "spring")}
    assert {entry.get_change_message() for entry in LogEntry.objects.all()} == {"Now active in Text."}
    assert entered(operator, SLUGS[:2], arena=arena.pk, status="active") == ["0 of 2 models are now active in Text."]


def test_models_without_anything_to_show_can_only_be_tested(operator, arena):
    before = whole_database()["arena_entry"]

    said = entered(operator, SLUGS[:3], arena=arena.pk, status="active")

    assert said == ["Nobody was entered. Tessarix-3 has neither an endpoint that is on nor a stored output in Text."]
    assert whole_database()["arena_entry"] == before
    entered(operator, SLUGS[:3], arena=arena.pk, status="testing")
    assert set(standing(arena).values()) == {"testing"}


def test_output_of_another_arena_is_nothing_to_show(operator, arena):
    entered(operator, [SLUGS[1]], arena=make_arena("other").pk, status="active")

    assert not Entry.objects.exists()


def test_one_step_that_makes_no_sense_stops_all(operator, arena):
    enter(arena, SLUGS[1], status="retired")

    said = entered(operator, SLUGS[:2], arena=arena.pk, status="active")

    assert standing(arena) == {SLUGS[1]: "retired"}
    assert [sentence.startswith("Nobody was entered. Brevant-2 is retired") for sentence in said] == [True]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Choose an arena, and whether they are tested there or active."),
        ({"arena": 999, "status": "active"}, "No action selected."),  # no form of ours sends these
        ({"arena": "x", "status": "active"}, "No action selected."),
        ({"status": "retired"}, "No action selected."),
    ],
)
def test_arena_and_status_have_to_be_chosen(operator, arena, values, sentence):
    assert entered(operator, SLUGS[:1], **values) == [sentence]
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("role", "n"), [(Role.VIEWER, 0), (Role.AUDITOR, 0), (Role.OPERATOR, 1), (Role.OWNER, 1)])
def test_who_may_enter_models(arena, role, n):
    chosen = [Contestant.objects.get(slug=SLUGS[0]).pk]
    values = {"action": "enter", "_selected_action": chosen, "arena": arena.pk, "status": "active"}

    signed_in("somebody", role).post(MODELS, values)

    assert Entry.objects.count() == n
