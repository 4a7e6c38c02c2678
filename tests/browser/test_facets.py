"""Choosing votes and models in a real browser: the column, the drawer, the board that appears by itself."""

import re

import pytest
from playwright.sync_api import expect

from arena.services.leaderboards import publish_arena
from arena.services.slices import fit_pending_slices
from tests.factories import make_contestant, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db(transaction=True)

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "tie", "b")],
    *[("quillon-1", "tessarix-3", outcome) for outcome in ("a", "b", "both_bad")],
]
FIT_TIMEOUT_MS = 10_000


@pytest.fixture
def url(live_server_url):
    for slug, size in {"quillon-1": 2, "brevant-2": 2.5, "tessarix-3": 7}.items():
        make_contestant(slug, total_params_b=size)
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)
    return f"{live_server_url}/a/text/leaderboard/"


def test_choice_by_key_is_computed_and_appears_by_itself(page, url, outside_browser_loop, assert_accessible):
    page.goto(url)
    page.locator("summary", has_text="Weight class").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{url}?voters=human&weight_class=xs&dates=&dates=&as_of=")
    expect(page.get_by_role("status")).to_contain_text("This board is being computed")
    assert_accessible(page)
    with outside_browser_loop():
        fit_pending_slices()

    expect(page.get_by_text("3 votes of 3 people")).to_be_visible(timeout=FIT_TIMEOUT_MS)
    expect(page.get_by_role("checkbox", name="XS, up to 3B 2 models")).to_be_checked()
    assert_accessible(page)


def test_drawer_of_a_phone_opens_by_tap(phone_page, url, assert_accessible):
    phone_page.goto(url)
    expect(phone_page.locator("summary", has_text="Weight class")).to_be_hidden()

    phone_page.get_by_text("Choose votes and models").tap()

    expect(phone_page.locator("summary", has_text="Weight class")).to_be_visible()
    assert_accessible(phone_page)
    phone_page.locator("summary", has_text=re.compile("^Hide")).tap()
    phone_page.get_by_text("preliminary models").first.tap()
    phone_page.get_by_role("button", name="Show").tap()
    expect(phone_page.get_by_text("3 of 4 models; places are those of the whole board.")).to_be_visible()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390


def test_facets_work_without_scripts(new_page, url, outside_browser_loop):
    page = new_page(java_script_enabled=False)
    page.goto(url)
    page.locator("summary", has_text="Weight class").click()
    page.get_by_role("checkbox", name="XS, up to 3B 2 models").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("This board is being computed")
    with outside_browser_loop():
        fit_pending_slices()

    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_text("Only models of class XS, up to 3B.")).to_be_visible()
    expect(page.get_by_text("3 votes of 3 people")).to_be_visible()
