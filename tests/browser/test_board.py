"""The board in a real browser: it stays current by itself, is sorted and searched, and fits a phone and a sheet."""

import pytest
from playwright.sync_api import expect

from arena.services.leaderboards import publish_arena
from tests.factories import make_stored_arena, make_votes

pytestmark = pytest.mark.django_db(transaction=True)

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "tie", "b")],
    *[("quillon-1", "tessarix-3", outcome) for outcome in ("a", "b", "both_bad")],
]
PUBLISH_TIMEOUT_MS = 15_000


@pytest.fixture
def arena(live_server_url):
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)
    return arena


@pytest.fixture
def newest_snapshot(arena):
    return arena.snapshots.order_by("-id").values_list("id", flat=True).first()


@pytest.fixture
def url(live_server_url, arena):
    return f"{live_server_url}/a/text/leaderboard/"


def test_new_snapshot_appears_by_itself(page, url, arena, newest_snapshot, outside_browser_loop):
    with page.expect_websocket() as opened:
        page.goto(url)
    expect(page.get_by_text("9 votes of 9 people")).to_be_visible()
    assert opened.value.url.endswith(f"/ws/leaderboards/text/?after={newest_snapshot}")
    page.wait_for_timeout(500)

    with outside_browser_loop():
        make_votes(arena, [("quillon-1", "brevant-2", "a")])
        publish_arena(arena_id=arena.pk)

    expect(page.get_by_text("10 votes of 10 people")).to_be_visible(timeout=PUBLISH_TIMEOUT_MS)
    expect(page.get_by_role("status")).to_contain_text("Updated: as of ")


def test_sorting_keeps_the_places(page, url):
    page.goto(url)
    rows = page.get_by_role("table", name="Ranked models").locator("tbody tr")
    before = {row.locator("a").first.inner_text(): row.locator("td.place").inner_text() for row in rows.all()}

    page.get_by_role("link", name="Model", exact=True).first.click()

    expect(page.get_by_role("columnheader", name="Model").first).to_have_attribute("aria-sort", "ascending")
    after = {row.locator("a").first.inner_text(): row.locator("td.place").inner_text() for row in rows.all()}
    assert list(after) == ["Brevant-2", "Quillon-1", "Tessarix-3"]
    assert after == before


def test_phone_shows_three_columns_and_the_bar(phone_page, url, assert_accessible):
    phone_page.goto(url)

    headings = phone_page.get_by_role("table", name="Ranked models").get_by_role("columnheader")

    assert [text for text in headings.all_inner_texts() if text.strip()][:3] == [
        "Rank",
        "Model",
        "Rating",
    ]
    row = phone_page.locator("tbody tr").first
    assert row.locator(".interval-bar").bounding_box()["width"] > 300
    row.get_by_text("More").tap()
    expect(row.locator(".row-more dl")).to_contain_text("3 won, 2 lost, 0 tied, 1 both bad")
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(phone_page)


def test_heading_stays_in_sight(page, url):
    page.set_viewport_size({"width": 1440, "height": 300})
    page.goto(url)

    page.mouse.wheel(0, 300)
    page.wait_for_timeout(200)

    assert page.get_by_role("columnheader", name="Rating").first.bounding_box()["y"] == pytest.approx(0, abs=1)


def test_printed_board_is_only_the_table(page, url):
    page.goto(url)

    page.emulate_media(media="print")

    expect(page.get_by_role("table", name="Ranked models")).to_be_visible()
    expect(page.get_by_role("navigation", name="Site")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Whose votes")).to_be_hidden()


def test_bars_of_both_tables_lie_on_one_axis(page, url):
    page.goto(url)

    edges = [page.locator(f"table >> nth={k} >> .interval-bar >> nth=0").bounding_box() for k in (0, 1)]

    assert (edges[0]["x"], edges[0]["width"]) == (edges[1]["x"], edges[1]["width"])
