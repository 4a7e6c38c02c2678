"""A picture goes along with a prompt: by keyboard, on a phone, with a plain word for a bad file."""

import pytest
from playwright.sync_api import expect

from arena.models import Battle, TurnAttachment
from tests.factories import make_live_arena
from tests.media_files import picture

pytestmark = pytest.mark.django_db(transaction=True)

READY = "main[data-state=ready]"
LIVE_TIMEOUT_MS = 30_000
QUESTION = "What is it? It is teal. It is also orange."


@pytest.fixture
def seeing(live_server_url, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_live_arena("seeing", takes_images=True)
    return f"{live_server_url}/a/seeing/"


def file(name, data):
    return {"name": name, "mimeType": "image/png", "buffer": data}


def open_page(page, address):
    """A chooser is caught only while somebody listens; a listener added later may miss the key it waits for."""
    page.on("filechooser", lambda chooser: None)
    page.goto(address)


def choose(page, *files):
    """Through the chooser of the browser, opened by the keyboard."""
    page.get_by_label("Add a picture").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    for one in files:
        chooser.value.set_files(one)


@pytest.mark.allows_console("415")
def test_pictures_are_added_removed_refused_and_sent_by_keyboard(page, seeing, assert_accessible):
    open_page(page, seeing)
    page.get_by_label("Or use your own text").fill(QUESTION)
    shown = page.get_by_role("img", name="as the models will see it")

    choose(page, file("one.png", picture(size=(300, 200))))
    expect(shown).to_have_count(1)
    expect(page.get_by_label("Add a picture")).to_be_focused()
    choose(page, file("two.png", picture()))
    expect(shown).to_have_count(2)
    choose(page, file("evil.png", b"<svg onload='alert(1)'/>"))
    expect(page.get_by_role("alert")).to_have_text("This is no picture in PNG, JPEG or WebP.")
    choose(page, file("huge.png", b"x" * (8 * 1024 * 1024 + 1)))
    expect(page.get_by_role("alert")).to_have_text("The picture is larger than 8 MB.")
    assert_accessible(page)
    page.get_by_role("button", name="Remove picture 2").press("Enter")
    expect(shown).to_have_count(1)
    expect(page.get_by_label("Or use your own text")).to_have_value(QUESTION)
    page.get_by_role("button", name="Start with this text").press("Enter")

    expect(page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    attached = page.get_by_role("img", name="Picture 1 of the prompt")
    expect(attached).to_be_visible()
    assert attached.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [300, 200]
    assert TurnAttachment.objects.get().battle == Battle.objects.get()
    assert_accessible(page)


def test_a_phone_sends_a_picture_with_a_further_turn_and_fits_it(phone_page, seeing, assert_accessible):
    open_page(phone_page, seeing)
    phone_page.get_by_role("button", name="Start a battle").tap()
    expect(phone_page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)

    phone_page.get_by_text("Ask further").tap()
    phone_page.get_by_label("Both models are asked").fill(QUESTION)
    phone_page.get_by_label("Add a picture").set_input_files(file("wide.png", picture(size=(2_000, 300))))
    expect(phone_page.get_by_role("img", name="as the models will see it")).to_be_visible()
    assert_accessible(phone_page)
    phone_page.get_by_role("button", name="Ask both").tap()

    expect(phone_page.locator("#answer-b .turn-prompt")).to_have_text(QUESTION)
    expect(phone_page.locator(READY)).to_be_visible(timeout=LIVE_TIMEOUT_MS)
    expect(phone_page.get_by_role("img", name="Picture 1 of the prompt")).to_have_count(2)
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390
