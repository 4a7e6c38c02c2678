"""Does the breaker pause a model where everybody can see it, and end the pause with the first answer?"""

import pytest

from arena.models import Endpoint, Entry, EntryStep, LedgerEntry
from arena.providers.base import ProviderError
from arena.queries.lifecycle import standing_of
from arena.services.endpoints import (
    FAILURES_TO_OPEN,
    MAX_REPORTED_MODELS,
    accept_model,
    ask_again,
    note_reported_model,
    record_failure,
    record_success,
)
from tests.concurrency import whole_database
from tests.factories import enter, make_arena

pytestmark = pytest.mark.django_db
WRONG_KEY = ProviderError("the endpoint refused the key (401)", "refused", is_fatal=True)


@pytest.fixture
def contestant():
    contestant = enter(make_arena("poems"), "quillon-1")
    enter(make_arena("code"), "quillon-1", status="draft")
    Endpoint.objects.create(contestant=contestant, provider="openai", base_url="https://models.example/v1")
    return contestant


def steps():
    found = EntryStep.objects.order_by("id").select_related("entry__arena")
    return [(step.entry.arena.slug, step.status_before, step.status, step.by, step.reason) for step in found]


def standing():
    return standing_of(Entry.objects.select_related("contestant__endpoint").get(arena__slug="poems"))


def fail(contestant, n, error=None):
    for _ in range(n):
        record_failure(contestant_id=contestant.pk, error=error or ProviderError("the endpoint answered 500"))


def test_some_failures_pause_nobody(contestant):
    fail(contestant, FAILURES_TO_OPEN - 1)

    assert (steps(), standing(), Endpoint.objects.get().paused_at) == ([], "active", None)


def test_open_breaker_pauses_the_active_entries_once(contestant):
    fail(contestant, FAILURES_TO_OPEN + 3)

    assert steps() == [("poems", "active", "paused", "", "breaker")]
    assert standing() == "paused, its endpoint fails"
    assert dict(Entry.objects.values_list("arena__slug", "status")) == {"poems": "active", "code": "draft"}


def test_wrong_key_pauses_at_once(contestant):
    fail(contestant, 1, WRONG_KEY)

    assert steps() == [("poems", "active", "paused", "", "breaker")]
    assert Endpoint.objects.get().last_error == "the endpoint refused the key (401)"


def test_first_answer_ends_the_pause(contestant):
    fail(contestant, 1, WRONG_KEY)
    record_success(contestant_id=contestant.pk)

    assert steps()[1:] == [("poems", "paused", "active", "", "the endpoint answers again")]
    assert standing() == "active"
    endpoint = Endpoint.objects.get()
    assert (endpoint.n_failures, endpoint.open_until, endpoint.paused_at) == (0, None, None)


def test_success_without_a_failure_writes_nothing(contestant):
    before = whole_database()

    record_success(contestant_id=contestant.pk)

    assert whole_database() == before


def test_what_an_operator_decided_meanwhile_stays(contestant):
    fail(contestant, 1, WRONG_KEY)
    Entry.objects.filter(arena__slug="poems").update(status="paused")

    record_success(contestant_id=contestant.pk)

    assert len(steps()) == 1
    assert standing() == "paused"


def test_pause_is_no_event_of_the_ledger(contestant):
    fail(contestant, 1, WRONG_KEY)
    record_success(contestant_id=contestant.pk)

    assert LedgerEntry.objects.count() == 0


def test_operator_ends_the_pause_once(contestant):
    fail(contestant, 1, WRONG_KEY)

    said = [ask_again(contestant_id=contestant.pk, by="ada") for _ in range(2)]

    assert said == [True, False]
    assert steps()[1:] == [("poems", "paused", "active", "ada", "it may be asked again")]
    assert standing() == "active"


def report(contestant, *names):
    for name in names:
        note_reported_model(contestant_id=contestant.pk, name=name)
    endpoint = Endpoint.objects.get()
    return endpoint.reported_models, endpoint.model_changed_at is not None


def test_another_reported_name_is_a_change_and_the_first_is_none(contestant):
    assert report(contestant, "", "quillon-05") == (["quillon-05"], False)
    assert report(contestant, "quillon-05", "") == (["quillon-05"], False)
    assert report(contestant, "quillon-11") == (["quillon-05", "quillon-11"], True)


def test_change_is_of_the_day_on_which_it_was_first_seen(contestant):
    report(contestant, "quillon-05", "quillon-11")
    since = Endpoint.objects.get().model_changed_at

    report(contestant, "quillon-12")

    assert Endpoint.objects.get().model_changed_at == since


def test_name_that_an_operator_accepted_is_no_change_again(contestant):
    report(contestant, "quillon-05", "quillon-11")

    said = [accept_model(contestant_id=contestant.pk) for _ in range(2)]

    assert said == [True, False]
    assert report(contestant, "quillon-05", "quillon-11", "quillon-05") == (["quillon-05", "quillon-11"], False)


def test_known_name_writes_nothing(contestant):
    report(contestant, "quillon-05")
    before = whole_database()

    report(contestant, "quillon-05")

    assert whole_database() == before


def test_only_so_many_names_are_kept(contestant):
    names, _ = report(contestant, *(f"quillon-{k}" for k in range(MAX_REPORTED_MODELS + 3)))

    assert (len(names), names[-1]) == (MAX_REPORTED_MODELS, f"quillon-{MAX_REPORTED_MODELS + 2}")


def test_model_without_an_endpoint_reports_nothing():
    note_reported_model(contestant_id=0, name="quillon-05")

    assert Endpoint.objects.count() == 0
