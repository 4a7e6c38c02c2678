"""Arenas of pictures, sounds and films in a real browser: alike on both sides, quiet until asked, in step if asked."""

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from arena.domain.modality import Modality
from arena.media import rewrite
from arena.models import Output, Vote
from tests.factories import enter, make_arena, make_prompt
from tests.media_files import film, picture, sound

pytestmark = pytest.mark.django_db(transaction=True)

READY, VOTED = "main[data-state=ready]", "main[data-state=voted]"
IS_PAUSED = "[...document.querySelectorAll('.media')].map((player) => player.paused)"
TIMES = "[...document.querySelectorAll('video')].map((film) => film.currentTime)"


@pytest.fixture
def begin(live_server_url, settings, tmp_path):
    """Start a battle over these two files, as the page shows it."""
    settings.MEDIA_ROOT = tmp_path

    def start(page, modality, *files):
        arena = make_arena("media", modality=modality)
        prompt = make_prompt(arena, "p1")
        for slug, data in zip(("quillon-1", "brevant-2"), files, strict=True):
            clean = rewrite(data, modality)
            output = Output(prompt=prompt, contestant=enter(arena, slug), media_type=clean.media_type)
            output.file.save(clean.file_name, ContentFile(clean.data))
        page.goto(f"{live_server_url}/a/media/")
        page.get_by_role("button", name="Start a battle").click()
        expect(page.locator(READY)).to_be_visible()
        page.wait_for_load_state("load")

    return start


def wait_for(page, condition):
    """Not Playwright's own wait_for_function: that is eval, which the policy of the page forbids."""
    look = f"const look = () => {condition} ? done() : setTimeout(look, 20);"
    page.evaluate(f"new Promise((done) => {{ {look} look(); }})")


def boxes(page):
    found = [media.bounding_box() for media in page.locator(".media").all()]
    return [(round(box["width"]), round(box["height"])) for box in found]


def test_pictures_are_of_one_size_and_open_in_full_by_keyboard(page, begin, assert_accessible):
    begin(page, Modality.IMAGE, picture(size=(64, 48)), picture(size=(300, 600)))
    sizes = boxes(page)
    dialog = page.get_by_role("dialog", name="Picture of answer")
    link = page.get_by_role("link", name="Picture of answer A")

    link.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("img", name="Picture of answer A")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("img", name="Picture of answer B")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()

    assert len(set(sizes)) == 1
    assert Vote.objects.count() == 0
    assert_accessible(page)
    page.keyboard.press("b")
    expect(page.locator(VOTED)).to_be_visible()
    assert boxes(page) == sizes


def test_pictures_on_a_phone_are_alike_and_nothing_sticks_out(phone_page, begin, assert_accessible):
    begin(phone_page, Modality.IMAGE, picture(size=(600, 200)), picture(size=(200, 600)))

    sizes = boxes(phone_page)
    phone_page.get_by_role("link", name="Picture of answer A").tap()
    phone_page.get_by_role("button", name="B", exact=True).tap()
    phone_page.get_by_role("button", name="Actual size").tap()

    assert len(set(sizes)) == 1
    assert_accessible(phone_page)
    phone_page.get_by_role("button", name="Close").tap()
    assert phone_page.evaluate("document.documentElement.scrollWidth") == 390


def test_one_sound_at_a_time_and_none_by_itself(page, begin, assert_accessible):
    begin(page, Modality.AUDIO, sound(seconds=20.0), sound(seconds=20.0, volume=0.1))
    wait_for(page, "[...document.querySelectorAll('audio')].every((sound) => sound.readyState > 0)")
    at_first = page.evaluate(IS_PAUSED)
    assert_accessible(page)

    page.locator("#answer-a audio").focus()
    page.keyboard.press("Space")
    wait_for(page, "!document.querySelector('#answer-a audio').paused")
    page.locator("#answer-b audio").focus()
    page.keyboard.press("Space")
    wait_for(page, "!document.querySelector('#answer-b audio').paused")

    wait_for(page, "document.querySelector('#answer-a audio').paused")
    assert (at_first, page.evaluate(IS_PAUSED)) == ([True, True], [True, False])
    assert Vote.objects.count() == 0


def test_films_run_in_step_and_only_one_is_heard(page, begin, assert_accessible):
    begin(page, Modality.VIDEO, film(seconds=6.0), film(seconds=8.0, size="96x48"))
    wait_for(page, "[...document.querySelectorAll('video')].every((film) => film.readyState > 0)")
    at_first, sizes = page.evaluate(IS_PAUSED), boxes(page)
    assert_accessible(page)

    page.get_by_role("button", name="Play both together").press("Enter")
    wait_for(page, f"{TIMES}.every((time) => time > 0.3)")
    a_time, b_time = page.evaluate(TIMES)
    page.evaluate("document.querySelectorAll('video').forEach((film) => { film.muted = false; })")
    wait_for(page, "[...document.querySelectorAll('video')].filter((film) => !film.muted).length === 1")
    page.evaluate("document.querySelector('#answer-a video').currentTime = 4")
    wait_for(page, "document.querySelector('#answer-b video').currentTime >= 4")
    page.evaluate("document.querySelector('#answer-b video').pause()")

    wait_for(page, f"{IS_PAUSED}.every(Boolean)")
    assert at_first == [True, True]
    assert len(set(sizes)) == 1
    assert abs(a_time - b_time) < 0.3
    page.get_by_role("button", name="Stop both").press("Enter")
    expect(page.get_by_role("button", name="Play both together")).to_be_visible()
