"""Can an operator see why an endpoint is left alone, and have it asked again?"""

import pytest
from django.urls import reverse

from arena.models import Endpoint, EntryStep
from arena.providers.base import ProviderError
from arena.services.endpoints import note_reported_model, record_failure
from tests.factories import enter, make_arena

pytestmark = pytest.mark.django_db


def test_reason_is_shown_and_the_pause_is_ended(operator):
    contestant = enter(make_arena(), "quillon-1")
    endpoint = Endpoint.objects.create(contestant=contestant, provider="openai", base_url="https://m.example/v1")
    record_failure(contestant_id=contestant.pk, error=ProviderError("the key was refused", "refused", is_fatal=True))

    shown = operator.get(reverse("admin:arena_endpoint_change", args=[endpoint.pk]))
    action = {"action": "ask_again", "_selected_action": [endpoint.pk]}
    page = operator.post(reverse("admin:arena_endpoint_changelist"), action, follow=True)

    endpoint.refresh_from_db()
    assert "the key was refused" in shown.text
    assert (endpoint.paused_at, endpoint.open_until, endpoint.n_failures) == (None, None, 0)
    assert EntryStep.objects.first().by == "operator"
    assert [str(message) for message in page.context["messages"]] == ["1 of 1 endpoints are asked again."]


def test_changed_name_is_shown_and_accepted(operator):
    contestant = enter(make_arena(), "quillon-1")
    endpoint = Endpoint.objects.create(contestant=contestant, provider="openai", base_url="https://m.example/v1")
    for name in ("quillon-05", "quillon-11"):
        note_reported_model(contestant_id=contestant.pk, name=name)

    shown = operator.get(reverse("admin:arena_endpoint_change", args=[endpoint.pk]))
    action = {"action": "accept_model", "_selected_action": [endpoint.pk]}
    page = operator.post(reverse("admin:arena_endpoint_changelist"), action, follow=True)

    assert "quillon-11" in shown.text
    assert Endpoint.objects.get().model_changed_at is None
    assert [str(message) for message in page.context["messages"]] == ["1 of 1 endpoints are taken for the same model."]
