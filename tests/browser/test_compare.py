"""Two models in a real browser: from the board by key to their page, and to a battle of exactly these two."""

import re

import pytest
from playwright.sync_api import expect

from arena.services.leaderboards import publish_arena
from tests.factories import make_stored_arena, make_votes

pytestmark = pytest.mark.django_db(transaction=True)

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "tie", "b")],
]


@pytest.fixture
def url(live_server_url):
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)
    return live_server_url


def test_two_are_chosen_on_the_board_and_judged(page, url, assert_accessible):
    page.goto(f"{url}/a/text/leaderboard/")
    page.get_by_role("combobox", name="with").select_option("tessarix-3")
    page.get_by_role("button", name="Compare").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Quillon-1 or Tessarix-3")
    assert_accessible(page)
    page.get_by_role("button", name="Judge exactly these two").press("Enter")

    expect(page).to_have_url(re.compile(r"/a/text/b/[0-9a-f-]{36}/"))


def test_page_fits_a_phone(phone_page, url, assert_accessible):
    phone_page.goto(f"{url}/compare/quillon-1/brevant-2/?arena=text")

    expect(phone_page.get_by_text("Quillon-1 is expected to score")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(phone_page)
