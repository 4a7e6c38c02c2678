"""A voter who looks like a program solves a task and goes on: by itself, under the strict policy, also by keyboard."""

import pytest
from playwright.sync_api import expect

from arena.domain.start_limits import StartLimits
from arena.models import Battle
from tests.factories import make_stored_arena

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def url(live_server_url, settings):
    """Everybody is asked: no network may bring anybody new. A refused style or worker fails the test (conftest.py)."""
    settings.START_LIMITS = StartLimits(new_voters=0, work=2_000)
    make_stored_arena()
    return f"{live_server_url}/a/text/"


@pytest.mark.allows_console("status of 403")
def test_the_task_is_solved_while_one_waits(page, url, assert_accessible):
    page.goto(url)
    page.route("**/challenge-worker.js", lambda route: page.wait_for_timeout(700) or route.continue_())

    page.get_by_role("button", name="Start a battle").click()

    expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    expect(page.locator("altcha-widget .altcha")).to_be_visible()
    assert_accessible(page)
    expect(page.get_by_role("heading", name="blind battle")).to_be_visible()
    page.get_by_role("button", name="Tie").click()
    page.get_by_role("button", name="Next battle").click()
    expect(page.get_by_role("heading", name="blind battle")).to_be_visible()  # and it is not asked again
    assert Battle.objects.count() == 2


@pytest.mark.allows_console("status of 403")
def test_on_a_phone_it_can_be_left(phone_page, url, assert_accessible):
    phone_page.goto(url)
    phone_page.route("**/challenge-worker.js", lambda route: None)  # never comes: the page stays as it is
    phone_page.get_by_role("button", name="Start a battle").click()

    expect(phone_page.get_by_text("Your browser works on it")).to_be_visible()
    assert_accessible(phone_page)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    phone_page.get_by_role("link", name="Not now").press("Enter")
    expect(phone_page.get_by_role("button", name="Start a battle")).to_be_visible()
