"""The public page of shares and the vote planner in a real browser, on a desk and on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from arena.queries.clock import database_now
from arena.services.leaderboards import publish_arena
from arena.services.pairing import refresh_sampler
from tests.factories import make_battle, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db(transaction=True)

N_MODELS, N_WEEKS = 12, 4


@pytest.fixture
def url(live_server_url):
    """Four weeks of battles in which one model was favoured."""
    arena = make_stored_arena(slugs=[f"fenwick-{k}" for k in range(N_MODELS)])
    sampler, now = refresh_sampler(arena=arena), database_now()
    for week in range(N_WEEKS):
        for k in range(1, N_MODELS):
            for other in (0, 0, 0, k % (N_MODELS - 1) + 1):
                if other != k:
                    moment = now - timedelta(days=7 * week)
                    make_battle(arena, f"fenwick-{k}", f"fenwick-{other}", sampler=sampler, created_at=moment)
    return f"{live_server_url}/ledger/text/shares/"


def test_shares_page(page, url, assert_accessible):
    page.goto(url)

    expect(page.get_by_role("heading", name="Above the cap")).to_be_visible()
    table = page.get_by_role("table", name="Shares of battles by model, week of")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(N_MODELS)
    expect(rows.first).to_contain_text("Fenwick-0")
    expect(rows.first).to_contain_text("above the cap")
    bar, picture = (rows.first.locator(part).bounding_box() for part in (".share-bar", ".picture svg"))
    assert bar["width"] == pytest.approx(picture["width"], abs=2)
    assert_accessible(page)
    page.get_by_text("All weeks as numbers").click()
    expect(page.get_by_role("table", name="Shares of battles by model and week").locator("thead th")).to_have_count(
        N_WEEKS + 1
    )
    assert_accessible(page)
    page.get_by_role("link", name="Organisation").click()
    expect(page.get_by_role("table", name="Shares of battles by organisation").locator("tbody tr")).to_have_count(1)
    page.get_by_role("navigation", name="Text").get_by_role("link", name="Leaderboard").click()
    page.get_by_role("link", name="Shares", exact=True).click()
    expect(page).to_have_url(url)


def test_shares_page_on_a_phone(phone_page, url, assert_accessible):
    phone_page.goto(url)

    phone_page.get_by_text("All weeks as numbers").tap()

    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    expect(phone_page.get_by_role("region", name="Shares by week")).to_be_visible()
    assert_accessible(phone_page)


def test_shares_can_be_downloaded(page, url):
    page.goto(url)

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()

    assert download.value.suggested_filename == "text-shares.csv"


@pytest.fixture
def board_url(live_server_url):
    """A board of two, and two newcomers."""
    arena = make_stored_arena()
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aaab" * 3])
    publish_arena(arena_id=arena.pk)
    return f"{live_server_url}/a/text/leaderboard/"


def test_planner_on_the_board(page, board_url, assert_accessible):
    _check_planner(page, board_url)
    assert_accessible(page)


def test_planner_on_the_board_on_a_phone(phone_page, board_url, assert_accessible):
    _check_planner(phone_page, board_url)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(phone_page)


def _check_planner(page, board_url):
    page.goto(board_url)
    expect(page.get_by_text("more votes separate #1 and #2, Quillon-1 and Brevant-2.")).to_be_visible()
    bars = page.get_by_role("region", name="Newcomers").get_by_role("progressbar")
    expect(bars).to_have_count(2)
    assert bars.first.get_attribute("value") == "0"
