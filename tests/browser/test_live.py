"""A live battle goes on before the vote, is shared after it, and is judged again by somebody else."""

import re

import pytest
from playwright.sync_api import expect

from arena.models import Battle, Prompt, Voter
from tests.factories import make_live_arena

pytestmark = pytest.mark.django_db(transaction=True)

LIVE_TIMEOUT_MS = 30_000
READY, VOTED = "main[data-state=ready]", "main[data-state=voted]"


@pytest.fixture
def live(live_server_url):
    make_live_arena(name="Live")
    return f"{live_server_url}/a/live/"


def start_ready(page, url):
    page.goto(url)
    page.get_by_role("button", name="Start a battle").click()
    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)


def test_a_further_turn_is_asked_and_answered_on_the_page(page, live, assert_accessible):
    start_ready(page, live)

    page.get_by_text("Ask further").click()
    assert_accessible(page)
    page.get_by_label("Both models are asked").fill("Shorter, please.")
    page.get_by_role("button", name="Ask both").click()

    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    expect(page.locator("#answer-a .turn-prompt")).to_have_text("Shorter, please.")
    expect(page.locator("#answer-b .prose")).to_have_count(2)


def test_stop_ends_both_answers_where_they_are_and_they_can_be_voted_on(page, live, monkeypatch):
    monkeypatch.setattr("arena.domain.pacing.CHARACTERS_PER_TICK", 4)
    Prompt.objects.update(text=" ".join(f"Sentence {'on and ' * 30}on has the number {k}." for k in range(9)))
    page.goto(live)
    page.get_by_role("button", name="Start a battle").click()
    for side in ("a", "b"):
        expect(page.locator(f"#answer-{side} .stream")).to_have_text(re.compile(r"^.{9}", re.DOTALL))

    page.get_by_role("button", name="Stop").click()

    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    for response in Battle.objects.get().responses.all():
        assert (response.finish_reason, 8 < len(response.text) < 200) == ("stopped", True)
        expect(page.locator(f"#answer-{response.side} .prose")).to_have_text(response.text.strip())
    page.keyboard.press("b")
    expect(page.locator(VOTED)).to_be_visible()


@pytest.mark.allows_console("422")
def test_an_empty_turn_is_refused_with_a_sentence(page, live):
    start_ready(page, live)

    page.get_by_text("Ask further").click()
    page.get_by_role("button", name="Ask both").click()

    expect(page.get_by_text("Type something for the models to answer.")).to_be_visible()
    assert Battle.objects.get().n_turns == 1


def test_answering_again_says_after_the_vote_that_it_does_not_count(page, live):
    start_ready(page, live)

    page.get_by_role("button", name="Answer again").click()
    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    page.keyboard.press("t")

    expect(page.get_by_text("It does not count for the board: The answers were generated again.")).to_be_visible()


def test_a_finished_battle_is_shared_by_its_link_with_a_picture(page, new_page, live, assert_accessible):
    start_ready(page, live)
    page.keyboard.press("a")
    expect(page.locator(VOTED)).to_be_visible()
    address = page.url
    visitor = new_page()
    before = visitor.request.get(address).status

    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("button", name="Stop sharing")).to_be_visible()
    visitor.goto(address)

    battle = Battle.objects.get()
    assert before == 404
    expect(visitor.get_by_role("heading", level=2, name=re.compile("A voter found A better"))).to_be_visible()
    expect(visitor.locator("#answer-a h2")).to_contain_text(battle.contestant_a.name)
    assert_accessible(visitor)
    picture = visitor.request.get(f"{address}card.png")
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")


def test_finished_answers_are_judged_by_another_voter_without_waiting(page, new_page, live):
    start_ready(page, live)
    Battle.objects.update(is_identical=False)
    page.keyboard.press("a")
    expect(page.locator(VOTED)).to_be_visible()
    other = new_page()

    other.goto(live)
    other.get_by_role("button", name="Judge finished answers").click()

    expect(other.locator(READY)).to_be_visible()
    assert other.locator("#answer-a .prose").inner_text() == page.locator("#answer-a .prose").inner_text()


def test_consent_download_and_erasure_are_on_ones_own_page(page, live, live_server_url, assert_accessible):
    start_ready(page, live)
    page.keyboard.press("b")
    expect(page.locator(VOTED)).to_be_visible()
    page.goto(live)
    page.get_by_role("button", name="Yes, publish them").click()
    expect(page.get_by_text("Count my vote, never publish this text.")).to_be_visible()

    page.goto(f"{live_server_url}/me/")
    assert_accessible(page)
    votes = page.request.get(f"{live_server_url}/me/votes.json").json()["votes"]
    page.get_by_label("I am sure").check()
    page.get_by_role("button", name="Erase me").click()

    expect(page).to_have_url(f"{live_server_url}/")
    assert [vote["outcome"] for vote in votes] == ["b"]
    assert Voter.objects.count() == 0
