"""A battle in a real browser: live answers, the vote by one key, the reveal, the seal, the next one."""

import json
import re

import pytest
from playwright.sync_api import expect

from arena.models import Battle, Output, Prompt, Vote, VoteNote
from tests.arena.payloads import PAYLOADS
from tests.factories import make_live_arena, make_stored_arena

pytestmark = pytest.mark.django_db(transaction=True)

LIVE_TIMEOUT_MS = 30_000
READY, VOTED = "main[data-state=ready]", "main[data-state=voted]"
# Routed before the page is opened: a page that is open goes on without for a moment.
BATTLES = "**/a/text/b/**"


@pytest.fixture
def live(live_server_url):
    make_live_arena(name="Live", description="Two programs summarise.", rules="Judge by content.")
    return f"{live_server_url}/a/live/"


@pytest.fixture
def stored(live_server_url):
    make_stored_arena()
    return f"{live_server_url}/a/text/"


def start(page, url):
    page.goto(url)
    page.get_by_role("button", name="Start a battle").click()
    expect(page.locator("main.battle")).to_be_visible()
    page.wait_for_load_state("load")  # from here on the page listens to keys


def start_ready(page, url):
    start(page, url)
    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)


def bar_top(page):
    return page.evaluate("document.querySelector('.bar').getBoundingClientRect().top")


def test_live_battle_is_voted_on_and_left_by_keyboard_alone(page, live, assert_accessible, monkeypatch):
    # Slow enough that the page is looked at while it is being written, also on a busy machine.
    monkeypatch.setattr("arena.domain.pacing.CHARACTERS_PER_TICK", 8)
    page.goto(live)
    button = page.get_by_role("button", name="Start a battle")
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/b/**")
    page.wait_for_load_state("load")
    expect(page.get_by_text("Both answers are being written.")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("a")
    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    assert Vote.objects.count() == 0
    assert "lead-k3" not in page.content().lower()
    assert_accessible(page)

    page.keyboard.press("a")

    expect(page.get_by_role("heading", name=re.compile("You found A better"))).to_be_focused()
    battle = Battle.objects.get()
    assert (battle.vote.outcome, battle.state) == ("a", "voted")
    expect(page.locator("#answer-a h2")).to_contain_text(battle.contestant_a.name)
    expect(page.locator("#answer-b h2")).to_contain_text(battle.contestant_b.name)
    expect(page.locator("#seal summary")).to_have_text("Seal checked")
    assert_accessible(page)
    expect(page.get_by_role("button", name="Next battle")).to_be_enabled()
    page.keyboard.press("n")
    expect(page).not_to_have_url(re.compile(str(battle.id)))
    expect(page.locator("main.battle")).to_be_visible()


def test_answers_appear_as_they_are_written(page, live):
    frames = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(json.loads(frame))))

    start_ready(page, live)

    deltas = [frame for frame in frames if frame["type"] == "delta"]
    assert [delta["seq"] for delta in deltas] == list(range(1, len(deltas) + 1))
    for side in ("a", "b"):
        written = "".join(delta["text"] for delta in deltas if delta["side"] == side)
        expect(page.locator(f"#answer-{side} .prose")).to_have_text(re.sub(r"\s+", " ", written).strip())


def test_nothing_names_a_model_before_the_vote(page, live):
    received = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(str(frame))))
    page.on("response", lambda response: received.append(str(response.headers)))

    start_ready(page, live)

    received.append(page.content())
    battle = Battle.objects.get()
    names = [name for model in (battle.contestant_a, battle.contestant_b) for name in (model.slug, model.name)]
    assert [name for name in names for text in received if name.lower() in text.lower()] == []


def test_bar_stays_where_it_is_from_writing_to_reveal(page, live):
    start(page, live)
    writing = bar_top(page)
    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    ready = bar_top(page)
    page.keyboard.press("t")
    expect(page.locator(VOTED)).to_be_visible()

    assert (writing, ready) == pytest.approx((ready, bar_top(page)), abs=1)


def test_connection_that_is_lost_resumes_without_repeats(page, live):
    Prompt.objects.update(text=" ".join(f"Sentence {'on and ' * 30}on has the number {k}." for k in range(9)))
    opened = []

    def cut(socket):
        server = socket.connect_to_server()
        is_first = not opened
        opened.append(socket.url)

        def forward(message):
            socket.send(message)
            if is_first and json.loads(message).get("seq") == 3:
                socket.close()

        server.on_message(forward)

    page.route_web_socket("**/ws/battles/**", cut)

    start_ready(page, live)

    assert [url.rpartition("after=")[2] for url in opened[:2]] == ["0", "3"]
    battle = Battle.objects.get()
    for response in battle.responses.all():
        text = re.sub(r"\s+", " ", response.text).strip()
        expect(page.locator(f"#answer-{response.side} .prose")).to_have_text(text)


def test_one_tap_votes_and_reasons_go_along(phone_page, stored, assert_accessible):
    start_ready(phone_page, stored)
    phone_page.get_by_text("Reasons").tap()
    phone_page.get_by_text("to the point").tap()
    phone_page.get_by_label("Comment").fill("Short and true.")
    assert_accessible(phone_page)

    phone_page.get_by_role("button", name="Both bad").tap()

    expect(phone_page.locator(VOTED)).to_be_visible()
    note = VoteNote.objects.get()
    assert (note.vote.outcome, note.reasons, note.comment) == ("both_bad", ["to-the-point"], "Short and true.")


@pytest.mark.parametrize(
    ("key", "outcome"),
    [("ArrowLeft", "a"), ("ArrowRight", "b"), ("b", "b"), ("t", "tie"), ("x", "both_bad"), ("X", "both_bad")],
)
def test_every_outcome_has_its_key(page, stored, key, outcome):
    start_ready(page, stored)

    page.keyboard.press(key)

    expect(page.locator(VOTED)).to_be_visible()
    assert Vote.objects.get().outcome == outcome


def test_keys_do_nothing_while_somebody_types_or_scrolls(page, stored):
    start_ready(page, stored)
    page.get_by_text("Reasons").click()
    page.get_by_label("Comment").press_sequentially("a bat, x")
    page.locator("#answer-a .answer-body").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+a")

    expect(page.locator(READY)).to_be_visible()
    assert Vote.objects.count() == 0


def test_question_mark_shows_the_keys_and_escape_hides_them(page, stored, assert_accessible):
    start_ready(page, stored)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("a")
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    assert Vote.objects.count() == 0


def test_skip_leads_on_without_a_vote(page, stored):
    start_ready(page, stored)

    page.keyboard.press("s")
    expect(page.get_by_role("heading", name="Skipped")).to_be_visible()
    page.keyboard.press("n")

    expect(page.locator(READY)).to_be_visible()
    assert (Battle.objects.count(), Vote.objects.count()) == (2, 0)


@pytest.mark.allows_console("503")
@pytest.mark.allows_console("ERR_FAILED")
def test_vote_is_kept_and_sent_again_until_it_is_taken(page, stored):
    refusals = ["abort", 503, 503]

    def refuse(route):
        if route.request.method != "POST" or not refusals:
            route.continue_()
        elif refusals[0] == "abort":
            refusals.pop(0)
            route.abort()
        else:
            route.fulfill(status=refusals.pop(0), headers={"Retry-After": "1"}, body="<main><p>Busy.</p></main>")

    page.route(BATTLES, refuse)
    start_ready(page, stored)
    page.keyboard.press("a")

    expect(page.get_by_text("Your vote is kept and will be sent again in 1 s.")).to_be_visible()
    expect(page.locator(VOTED)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    assert (refusals, Vote.objects.get().outcome) == ([], "a")
    assert page.evaluate("Object.keys(sessionStorage)") == []


@pytest.mark.allows_console("ERR_FAILED")
def test_vote_that_was_not_confirmed_is_sent_after_a_reload(page, stored):
    page.route(BATTLES, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    start_ready(page, stored)
    page.keyboard.press("b")
    expect(page.get_by_text("Your vote is kept")).to_be_visible()
    page.unroute(BATTLES)

    page.reload()

    expect(page.locator(VOTED)).to_be_visible()
    assert Vote.objects.get().outcome == "b"


@pytest.mark.allows_console("409")
def test_vote_in_another_window_stands(page, stored):
    start_ready(page, stored)
    other = page.context.new_page()
    other.goto(page.url, wait_until="load")
    other.keyboard.press("b")
    expect(other.locator(VOTED)).to_be_visible()

    page.keyboard.press("a")

    expect(page.get_by_text("This battle already has your vote.")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("You found B better"))).to_be_visible()
    assert Vote.objects.get().outcome == "b"


def test_double_click_does_not_carry_past_the_reveal(page, stored):
    start_ready(page, stored)

    page.get_by_role("button", name="Tie").dblclick()

    expect(page.locator(VOTED)).to_be_visible()
    page.wait_for_timeout(700)
    assert (Battle.objects.count(), Vote.objects.count()) == (1, 1)


def test_everything_works_without_javascript(new_page, stored, assert_accessible):
    page = new_page(java_script_enabled=False)
    start_ready(page, stored)

    page.get_by_text("Reasons").click()
    page.get_by_text("well written").click()
    page.get_by_role("button", name="A is better").click()

    expect(page.get_by_role("heading", name=re.compile("You found A better"))).to_be_visible()
    assert VoteNote.objects.get().reasons == ["well-written"]
    page.get_by_role("button", name="Next battle").click()
    expect(page.locator(READY)).to_be_visible()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="Skipped")).to_be_visible()


def test_live_answers_without_javascript_take_a_link(new_page, live):
    page = new_page(java_script_enabled=False)
    start(page, live)

    link = page.get_by_role("link", name="Show what has come")
    while link.count():
        link.click()
        page.wait_for_timeout(300)

    expect(page.locator(READY)).to_be_visible()


def test_seal_that_cannot_be_checked_is_said_plainly(new_page, stored):
    page = new_page()
    page.add_init_script("Object.defineProperty(crypto, 'subtle', {value: undefined})")
    start_ready(page, stored)

    page.keyboard.press("t")

    page.get_by_text("Seal not checked here: the values").click()
    expect(page.get_by_text("This browser offers no SHA-256 at an address without HTTPS")).to_be_visible()
    expect(page.get_by_text(bytes(Battle.objects.get().nonce).hex())).to_be_visible()


def test_seal_that_does_not_match_is_said_plainly(page, stored):
    def exchange(route):
        revealed = route.fetch()
        body = re.sub('data-nonce="[0-9a-f]{64}"', f'data-nonce="{"00" * 32}"', revealed.text())
        route.fulfill(response=revealed, body=body)

    page.route(BATTLES, exchange)
    start_ready(page, stored)
    page.keyboard.press("t")

    expect(page.locator("#seal summary")).to_have_text("The seal does not match")


def test_hostile_answers_run_nothing_and_call_nobody(page, stored, problems, assert_accessible):
    Output.objects.update(text="\n\n".join(PAYLOADS))
    page.add_init_script("window.alert = () => { document.title = 'RAN'; }")
    start_ready(page, stored)

    page.wait_for_timeout(500)

    assert page.title() != "RAN"
    assert (
        page.locator(".answer-body :is(script, img, svg, iframe, form, input, button, style, link, video)").count() == 0
    )
    assert problems == []
    assert_accessible(page)


def test_phone_has_a_switch_that_keeps_each_place(phone_page, stored):
    Output.objects.update(text="\n\n".join(f"Paragraph {number} of a long answer." for number in range(120)))
    start_ready(phone_page, stored)
    offset = "(side) => document.querySelector(`#answer-${side}`).getBoundingClientRect().top"
    switch = phone_page.get_by_role("navigation", name="Answers")

    switch.get_by_role("link", name="Answer B").tap()
    expect(switch.get_by_role("link", name="Answer B")).to_have_attribute("aria-current", "true")
    phone_page.mouse.wheel(0, 900)
    phone_page.wait_for_timeout(300)
    left = phone_page.evaluate(offset, "b")
    switch.get_by_role("link", name="Answer A").tap()
    expect(switch.get_by_role("link", name="Answer A")).to_have_attribute("aria-current", "true")
    switch.get_by_role("link", name="Answer B").tap()
    phone_page.wait_for_timeout(300)

    assert phone_page.evaluate(offset, "b") == pytest.approx(left, abs=4)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390


def test_buttons_are_large_and_alike(phone_page, stored):
    start_ready(phone_page, stored)

    boxes = [button.bounding_box() for button in phone_page.locator(".choice").all()]

    assert min(box["height"] for box in boxes) >= 48
    assert len({(round(box["width"]), round(box["height"])) for box in boxes}) == 1
    assert boxes[0]["y"] + boxes[0]["height"] <= 844
