"""Every page: open to everybody by axe, in light and dark, on desktop and phone; nothing wider than the screen."""

import pytest
from playwright.sync_api import expect

from arena.models import Contestant
from arena.services.leaderboards import publish_arena
from tests.browser.conftest import PHONE
from tests.factories import make_arena, make_live_arena, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = [
    "/",
    "/a/live/",
    "/a/text/leaderboard/",
    "/a/text/leaderboard/?q=nobody",
    "/a/live/leaderboard/",
    "/models/",
    "/models/quillon-1/",
    "/methods/",
    "/data/",
    "/me/",
]
ERRORS = {"/nothing/": 404, "/?x=1": 400, "/a/bare/": 200}
LONG_NAME = "An-unreasonably-long-name-without-a-single-space-that-somebody-chose-in-haste-01"
SCHEMES = ("light", "dark")


@pytest.fixture
def site(live_server_url):
    arena = make_stored_arena(description="Two models answer.", rules="Judge by content.")
    make_live_arena(description="Programs summarise.", rules="Judge by content.", prompt_hint="Paste a text.")
    make_arena("bare")
    Contestant.objects.filter(slug="quillon-1").update(name=LONG_NAME, organisation=LONG_NAME, version="1" * 80)
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aab"])
    publish_arena(arena_id=arena.pk)
    return live_server_url


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desktop", "phone"])
def test_every_page_is_open_to_everybody(new_page, site, assert_accessible, scheme, screen):
    page = new_page(color_scheme=scheme, **screen)
    for path in PATHS:
        page.goto(f"{site}{path}")
        assert_accessible(page)
        # Not innerWidth: on a phone it grows with what is too wide.
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path


@pytest.mark.allows_console("status of 40")
def test_error_pages_are_open_to_everybody(page, site, assert_accessible):
    for path, status in ERRORS.items():
        response = page.goto(f"{site}{path}")
        assert response.status == status
        assert_accessible(page)


def test_first_tab_skips_to_the_content(page, site):
    page.goto(f"{site}/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.get_by_role("button", name="Start a battle")).to_be_focused()


def test_counter_counts_code_points(page, site):
    page.goto(f"{site}/a/live/")
    box, counter = page.get_by_label("Or use your own text"), page.locator("#prompt-counter")
    expect(counter).to_be_hidden()

    box.fill("a\U0001f468\u200d\U0001f469é")
    expect(counter).to_have_text("5 of 8,000 characters")
    box.fill("x" * 8_001)

    expect(counter).to_have_class("quiet counter is-over")


def test_text_that_is_too_long_comes_back_with_a_sentence(page, site, problems, assert_accessible):
    page.goto(f"{site}/a/live/")
    page.get_by_label("Or use your own text").fill("x" * 8_001)

    page.get_by_role("button", name="Start with this text").click()

    expect(page.get_by_text("At most 8,000 characters; this has 8,001.")).to_be_visible()
    expect(page.get_by_label("Or use your own text")).to_have_value("x" * 8_001)
    assert_accessible(page)
    problems[:] = [problem for problem in problems if "422" not in problem]


def test_own_text_becomes_the_prompt(page, site):
    page.goto(f"{site}/a/live/")
    page.get_by_label("Or use your own text").fill("One is small. Two is more. Three is a crowd. Four comes late.")

    page.get_by_role("button", name="Start with this text").click()

    expect(page.locator(".prompt-text")).to_have_text("One is small. Two is more. Three is a crowd. Four comes late.")
    expect(page.locator("main[data-state=ready]")).to_be_visible(timeout=30_000)
