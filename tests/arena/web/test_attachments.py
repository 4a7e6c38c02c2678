"""Pictures with a prompt that is being typed, without JavaScript: added, shown, removed, refused, sent along."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from arena.domain.battle_state import BattleState
from arena.media import MAX_IMAGE_BYTES
from arena.models import Arena, Battle, TurnAttachment, Upload
from arena.services.uploads import attach, save_upload
from tests.arena.web.visitors import Visitor, address, words
from tests.factories import make_battle, make_live_arena, make_voter
from tests.media_files import picture

pytestmark = pytest.mark.django_db

START = "/a/live/"


@pytest.fixture(autouse=True)
def media_root(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def arena() -> Arena:
    return make_live_arena(takes_images=True)


def file(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("mine.png", picture() if data is None else data, "image/png")


def named(response) -> list[str]:
    """The pictures that the form would send along."""
    return re.findall(r'name="attachment" value="([^"]+)"', response.content.decode())


def test_only_an_arena_that_takes_pictures_offers_it(visitor, arena):
    make_live_arena("plain", slugs=("other-1", "other-2"))

    with_pictures, without = visitor.get(START), visitor.get("/a/plain/")

    assert "Add a picture" in words(with_pictures)
    assert 'enctype="multipart/form-data"' in with_pictures.content.decode()
    assert (named(without), 'type="file"' in without.content.decode()) == ([], False)


def test_an_added_picture_is_shown_as_it_was_kept_and_the_text_stays(visitor, arena):
    response = visitor.post(START, attach="1", picture=file(), prompt="Half a ques", private="1")

    upload = Upload.objects.get()
    html = response.content.decode()
    assert (response.status_code, upload.voter_id, named(response)) == (200, visitor.id, [str(upload.id)])
    assert f'<img src="{upload.file.url}" width="64" height="48" alt="Picture 1, as the models will see it">' in html
    assert "Half a ques</textarea>" in html
    assert 'name="private" value="1" checked' not in html  # asked only of those who agreed to publish
    assert Battle.objects.count() == 0


def test_a_removed_picture_is_gone_from_the_form(visitor, arena):
    uploads = [save_upload(voter_id=visitor.id, data=picture()) for _ in range(2)]

    response = visitor.post(START, attachment=[u.id for u in uploads], remove=str(uploads[0].id), prompt="x")

    assert (response.status_code, named(response)) == (200, [str(uploads[1].id)])


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        (b"x" * (MAX_IMAGE_BYTES + 1), 413, "The picture is larger than 8 MB."),
        (b"<svg/>", 415, "This is no picture in PNG, JPEG or WebP."),
        (picture()[:-30], 422, "The picture cannot be read."),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_and_the_rest_stays(visitor, arena, data, status, sentence):
    upload = save_upload(voter_id=visitor.id, data=picture())

    response = visitor.post(START, attach="1", picture=file(data), attachment=str(upload.id), prompt="What is it?")

    assert response.status_code == status
    assert f'<p class="problem" role="alert">{sentence}</p>' in response.content.decode()
    assert (named(response), response.context["typed"]) == ([str(upload.id)], "What is it?")
    assert Upload.objects.count() == 1


def test_no_file_too_many_and_what_is_not_ones_own(visitor, arena):
    uploads = [str(save_upload(voter_id=visitor.id, data=picture()).id) for _ in range(4)]
    foreign = str(save_upload(voter_id=make_voter().id, data=picture()).id)

    none = visitor.post(START, attach="1")
    full = visitor.post(START, attach="1", attachment=uploads, picture=file())
    not_own = visitor.post(START, own="1", prompt="x?", attachment=[uploads[0], foreign, str(uuid4()), "<b>"])

    assert "Choose a picture first." in words(none)
    assert "At most 4 pictures go with a prompt. " in words(full)
    assert (named(full), "Add a picture" in words(full)) == (uploads, False)
    assert "A picture is no longer there. Please add it again." in words(not_own)
    assert named(not_own) == uploads[:1]
    assert (Upload.objects.count(), Battle.objects.count()) == (5, 0)


def test_pictures_go_with_the_text_and_are_shown_with_it(visitor, arena):
    upload = save_upload(voter_id=visitor.id, data=picture())

    response = visitor.post(START, own="1", prompt="What is it?", attachment=str(upload.id), picture=file())

    battle = Battle.objects.get()
    rows = list(TurnAttachment.objects.filter(battle=battle, turn=1).select_related("upload"))
    html = visitor.get(address(battle)).content.decode()
    assert (response.status_code, [row.upload.voter_id for row in rows]) == (302, [visitor.id] * 2)
    assert rows[0].upload == upload
    for number, row in enumerate(rows, start=1):
        assert f'<img src="{row.upload.file.url}" alt="Picture {number} of the prompt">' in html


def test_a_text_that_will_not_do_keeps_the_pictures(visitor, arena):
    response = visitor.post(START, own="1", prompt=" ", picture=file())

    assert response.status_code == 422
    assert "Type something for the models to answer." in words(response)
    assert named(response) == [str(Upload.objects.get().id)]


def test_a_picture_where_none_is_taken_is_not_kept(visitor):
    make_live_arena("plain")

    visitor.post("/a/plain/", attach="1", picture=file(), prompt="x?")

    assert Upload.objects.count() == 0


@pytest.fixture
def battle(visitor, arena) -> Battle:
    return make_battle(arena, "lead-k3", "hashpick-9", visitor.voter)


def test_a_further_turn_takes_pictures_too(visitor, battle):
    response = visitor.post(address(battle), attach="1", picture=file(), prompt="And th")

    battle.refresh_from_db()
    html = response.content.decode()
    assert (response.status_code, battle.state, battle.n_turns) == (200, BattleState.READY, 1)
    assert '<details class="further" open>' in html
    assert 'form="go-on" rows="3" dir="auto">And th</textarea>' in html
    assert named(response) == [str(Upload.objects.get().id)]


def test_the_pictures_of_a_further_turn_stand_above_its_answers(visitor, battle):
    upload = save_upload(voter_id=visitor.id, data=picture())

    visitor.post(address(battle), turn="1", prompt="And this?", attachment=str(upload.id))

    html = visitor.get(address(battle)).content.decode()
    assert TurnAttachment.objects.get(battle=battle).turn == 2
    assert html.count(f'<img src="{upload.file.url}" alt="Picture 1 of the prompt">') == 2  # once a side


def test_the_shared_page_shows_the_pictures_to_everybody(visitor, battle):
    upload = save_upload(voter_id=visitor.id, data=picture())
    attach(battle=battle, turn=1, uploads=[upload])
    visitor.post(address(battle), outcome="a")
    visitor.post(address(battle), share="yes")

    stranger = Visitor()

    assert (
        f'<img src="{upload.file.url}" alt="Picture 1 of the prompt">' in stranger.get(address(battle)).content.decode()
    )
    assert stranger.get(upload.file.url).content[8:12] == b"WEBP"
