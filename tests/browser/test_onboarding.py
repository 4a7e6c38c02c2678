"""An operator adds a model in two minutes: address, test, card, activate. Then it meets others without a restart."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import expect

from arena.models import Battle, Contestant, ModelDraft
from tests.factories import make_live_arena, make_voter, start
from tests.fake_models import fake_models
from tests.servers import LOOPBACK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    settings.EGRESS_ALLOW = (LOOPBACK,)
    settings.PROVIDER_KEYS = {"ARENA_KEY_LAB": "sk-canary-5512"}
    with fake_models() as url:
        yield url


@pytest.fixture
def operator_page(page, live_server_url):
    client = Client()
    client.force_login(
        get_user_model().objects.create_superuser("operator"), "django.contrib.auth.backends.ModelBackend"
    )
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server_url} for name, cookie in client.cookies.items()]
    )
    return page


def test_model_is_added_tested_and_meets_others(
    operator_page, live_server_url, server, assert_accessible, outside_browser_loop
):
    page, arena = operator_page, make_live_arena(name="Live")
    page.goto(f"{live_server_url}/admin/arena/contestant/guide/")
    assert_accessible(page)

    page.get_by_label("Base URL").fill(f"{server}/chat/completions")
    page.get_by_label("Name of the key").fill("ARENA_KEY_LAB")
    page.get_by_role("button", name="List its models").click()
    expect(page.get_by_text(re.compile("models: choose one"))).to_be_visible()
    expect(page.get_by_text("ARENA_KEY_LAB is set.")).to_be_visible()

    page.get_by_label("Name of the model there").fill("Meta-Llama-3.1-8B-Instruct-AWQ-INT4")
    page.get_by_label("Ask it").click()
    expect(page.get_by_label("Total parameters (billions)")).to_have_value("8.0")
    expect(page.locator("[data-card]")).to_contain_text("Meta-Llama-3.1-8B-Instruct-AWQ-INT4")

    page.get_by_label("Name of the model there").fill("good")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator("[data-answer]")).to_contain_text("The sky is blue because air scatters")
    expect(page.get_by_text("It passed.")).to_be_visible()
    expect(page.locator("[data-checks] li")).to_have_count(7)

    page.get_by_label("Name", exact=True).fill("Quillon 8B")
    page.get_by_label("Address").fill("quillon-8b")
    page.get_by_label("Live").check()
    assert_accessible(page)
    page.get_by_role("button", name="Activate").click()

    expect(page.get_by_text("Quillon 8B is in. It takes part in new battles from now on.")).to_be_visible()
    added = Contestant.objects.get(slug="quillon-8b")
    assert (added.weight_class, added.precision, added.endpoint.base_url) == ("s", "int4", server)
    assert ModelDraft.objects.count() == 0
    with outside_browser_loop():
        for seed in range(12):
            start(arena, make_voter().id, seed=seed)
    met = Battle.objects.values_list("contestant_a", "contestant_b")
    assert added.pk in {pk for pair in met for pk in pair}


@pytest.mark.allows_console("422")
def test_wrong_input_loses_nothing_on_the_page(operator_page, live_server_url):
    page = operator_page
    page.goto(f"{live_server_url}/admin/arena/contestant/guide/")

    page.get_by_label("Base URL").fill("http://10.0.0.1/v1")
    page.get_by_label("Name", exact=True).fill("Half done")
    page.get_by_role("button", name="Activate").click()

    expect(page.get_by_text("The arena does not call this address:")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Half done")
    assert ModelDraft.objects.get().name == "Half done"
