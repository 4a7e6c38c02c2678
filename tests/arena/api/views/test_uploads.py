"""Bringing a picture: what is taken, what is refused and how, and how it comes back."""

from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from pytest_django import Settings

from arena.media import MAX_IMAGE_BYTES
from arena.models import Upload
from arena.services import uploads
from tests.arena.api.callers import API, Browser
from tests.factories import make_live_arena
from tests.media_files import NAME, picture

pytestmark = pytest.mark.django_db

PATH = "uploads/"


@pytest.fixture(autouse=True)
def _media_root(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def file(data: bytes = picture("PNG"), name: str = f"{NAME}.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def bring(visitor: Browser, **fields):
    return visitor.post(PATH, encode_multipart(BOUNDARY, fields), content_type=MULTIPART_CONTENT)


@pytest.mark.both_databases
def test_a_picture_comes_in_and_can_be_seen_by_its_voter_only(visitor):
    reply = bring(visitor, file=file())

    body = reply.json()
    seen, foreign = visitor.client.get(body["url"]), Browser().client.get(body["url"])
    data = seen.content
    assert reply.status_code == 201
    assert {key: body[key] for key in ("media_type", "width", "height")} == {
        "media_type": "image/webp",
        "width": 64,
        "height": 48,
    }
    assert NAME not in reply.content.decode() + str(seen.headers)
    assert (seen.status_code, data[8:12], NAME.encode() in data) == (200, b"WEBP", False)
    assert foreign.status_code == 404
    wanted = {
        "Content-Type": "image/webp",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="answer"',
    }
    assert {name: seen[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"file": file(b"<svg/>")}, 415, "unsupported_media_type"),
        ({"file": file(b"GIF89a....")}, 415, "unsupported_media_type"),
        ({"file": file(picture("PNG")[:-30])}, 422, "invalid"),
        ({"file": file(b"")}, 415, "unsupported_media_type"),
        ({"file": "text"}, 422, "invalid"),
        ({}, 422, "invalid"),
        ({"file": file(), "name": "x"}, 422, "invalid"),
        ({"picture": file()}, 422, "invalid"),
        ({"file": [file(), file()]}, 422, "invalid"),
        ({"file": file(b"x" * (MAX_IMAGE_BYTES + 1))}, 413, "too_large"),
        ({"file": file(b"x" * (MAX_IMAGE_BYTES + 100_000))}, 413, "too_large"),
    ],
)
def test_what_is_refused(visitor, fields, status, code):
    reply = bring(visitor, **fields)

    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{}", "application/json", 415, "unsupported_media_type"),
        (b"", "", 415, "unsupported_media_type"),
        (picture("PNG"), "image/png", 415, "unsupported_media_type"),
        (b"x", "multipart/form-data", 400, "malformed"),
        (b"x", "multipart/form-data; boundary=" + "y" * 300, 400, "malformed"),
        (b"x", "multipart/form-data; boundary=yy", 422, "invalid"),
    ],
)
def test_bodies_that_are_no_form(visitor, body, content_type, status, code):
    reply = visitor.post(PATH, body, content_type=content_type)

    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_a_page_of_another_site_cannot_bring_a_picture(visitor):
    reply = visitor.post(
        PATH,
        encode_multipart(BOUNDARY, {"file": file(), "csrfmiddlewaretoken": visitor.csrf_token}),
        content_type=MULTIPART_CONTENT,
        headers={"X-CSRFToken": "wrong"},
    )

    assert (reply.status_code, reply.json()["code"]) == (403, "csrf")


def test_there_are_so_many_pictures_a_day(visitor, settings, monkeypatch):
    settings.HAS_LIMITS = True
    monkeypatch.setattr(uploads, "MAX_UPLOADS_A_DAY", 1)
    bring(visitor, file=file())

    reply = bring(visitor, file=file())

    assert (reply.status_code, reply.json()["code"], reply["Retry-After"]) == (429, "rate_limited", "3600")


@pytest.mark.django_db(transaction=True)
def test_a_picture_goes_along_with_a_prompt_and_comes_back_in_the_turn(visitor):
    make_live_arena(takes_images=True)
    picture_of_mine = bring(visitor, file=file()).json()

    body = {"arena": "live", "prompt": "What is this?", "attachments": [picture_of_mine["id"]]}
    battle = visitor.post("battles/", body).json()

    shown = [{"url": picture_of_mine["url"], "media_type": "image/webp"}]
    assert [battle["sides"][side]["turns"][0]["attachments"] for side in "ab"] == [shown, shown]
    assert visitor.get("arenas/live/").json()["takes_images"] is True


@pytest.mark.parametrize(
    "attachments", [["x"], [1], [None], "x", [["x"]], {"a": 1}, ["00000000-0000-4000-8000-000000000000"] * 5]
)
def test_attachments_that_are_none(visitor, attachments):
    make_live_arena(takes_images=True)

    reply = visitor.post("battles/", {"arena": "live", "prompt": "What is this?", "attachments": attachments})

    assert (reply.status_code, set(reply.json()["fields"])) == (422, {"attachments"})


@pytest.mark.django_db(transaction=True)
def test_a_body_in_pieces_has_the_same_limit(live_server_url, visitor):
    connection = HTTPConnection(urlsplit(live_server_url).netloc, timeout=20)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in visitor.client.cookies.items())
    headers = {"Cookie": cookies, "X-CSRFToken": visitor.csrf_token, "Content-Type": MULTIPART_CONTENT}

    statuses = []
    for data in (picture("PNG"), b"x" * (MAX_IMAGE_BYTES + 200_000)):
        whole = BytesIO(encode_multipart(BOUNDARY, {"file": file(data)}))
        pieces = iter(lambda stream=whole: stream.read(65_536), b"")
        connection.request("POST", f"{API}{PATH}", body=pieces, headers=headers, encode_chunked=True)
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)
    connection.close()

    assert statuses == [201, 413]
