"""The time machine and the pictures in a real browser: from a board of now to one of then, and what changed."""

import pytest
from playwright.sync_api import expect

from arena.services.leaderboards import publish_arena
from tests.factories import make_contestant, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db(transaction=True)

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "tie", "b")],
]


@pytest.fixture
def url(live_server_url):
    for slug, size in {"quillon-1": 2, "brevant-2": 7}.items():
        make_contestant(slug, total_params_b=size)
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)
    make_votes(arena, [("tessarix-3", "quillon-1", "a")])
    publish_arena(arena_id=arena.pk)
    return f"{live_server_url}/a/text"


def test_board_of_then_and_what_changed_since(page, url, assert_accessible):
    page.goto(f"{url}/history/")
    assert_accessible(page)
    expect(page.get_by_role("img", name="Places over time")).to_be_visible()

    page.get_by_role("link", name="What changed").click()

    expect(page.get_by_text("Votes: 6 before, 7 after.")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{url}/leaderboard/")
    page.locator("summary", has_text="Days").click()
    page.get_by_label("Board as it was on a day").fill("1")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.get_by_text("This is the board as it was, not as it is.")).to_be_visible()
    expect(page.get_by_text("6 votes of 6 people")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("path", ["pictures", "history"])
def test_pictures_fit_a_phone(phone_page, url, path, assert_accessible):
    phone_page.goto(f"{url}/{path}/")

    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(phone_page)
