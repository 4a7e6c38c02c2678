"""Stored pictures, sounds and films: whole or in part, and nothing else from the disk."""

import pytest
from django.core.files.base import ContentFile

from tests.factories import make_output, make_prompt

pytestmark = pytest.mark.django_db

DATA = bytes(range(256)) * 4


@pytest.fixture
def path(arena, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    prompt = make_prompt(arena, "film")
    output = make_output(prompt, arena.entries.first().contestant, media_type="video/mp4", text="")
    output.file.save("0451.mp4", ContentFile(DATA))
    return output.file.url


def body(response):
    return response.content


def test_file_comes_with_its_type_and_can_do_nothing(visitor, path):
    response = visitor.get(path)

    assert (response.status_code, body(response)) == (200, DATA)
    wanted = {
        "Content-Type": "video/mp4",
        "Accept-Ranges": "bytes",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": 'inline; filename="answer"',
    }
    assert {name: response[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=1000-", 1000, 1023), ("bytes=1020-9999", 1020, 1023)],
)
def test_part_of_a_file(visitor, path, header, first, last):
    response = visitor.get(path, headers={"Range": header})

    assert (response.status_code, body(response)) == (206, DATA[first : last + 1])
    assert response["Content-Range"] == f"bytes {first}-{last}/1024"


@pytest.mark.parametrize(
    "header", ["bytes=0-0,5-5", "bytes=-5", "bytes=9-3", "lines=1-2", "bytes=x", f"bytes={'0-0,' * 10_000}"]
)
def test_range_we_do_not_serve_gets_the_whole_file(visitor, path, header):
    response = visitor.get(path, headers={"Range": header})

    assert (response.status_code, body(response)) == (200, DATA)


def test_range_behind_the_end_is_refused(visitor, path):
    response = visitor.get(path, headers={"Range": "bytes=1024-"})

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */1024")


def test_file_that_no_output_names_is_not_served(visitor, path, tmp_path):
    (tmp_path / "outputs" / "other.mp4").write_bytes(b"secret")

    assert visitor.get("/media/outputs/other.mp4").status_code == 404
    assert visitor.get("/media/outputs/../outputs/0451.mp4").status_code == 404


def test_file_that_went_missing_is_not_there(visitor, path, tmp_path):
    (tmp_path / "outputs" / path.rpartition("/")[2]).unlink()

    assert visitor.get(path).status_code == 404
