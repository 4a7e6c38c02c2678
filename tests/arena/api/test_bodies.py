"""Bodies that are not what a call takes: type, size, syntax, in this order, before anything is looked up."""

import pytest

from arena.models import Vote

pytestmark = pytest.mark.django_db

DEEP = b"[" * 10_000
MIB = b'{"outcome": "a", "comment": "' + b"x" * 1024 * 1024 + b'"}'


def vote(visitor, battle, body, **options):
    return visitor.post(f"battles/{battle.id}/vote/", body, **options)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"outcome": "a",}',
        b'{"outcome": NaN}',
        b'{"outcome": Infinity}',
        b'{"outcome": -Infinity}',
        b'{"outcome": "a"} {"outcome": "b"}',
        b'{"outcome": "a", "outcome": "b"}',
        b"{'outcome': 'a'}",
        b'{"outcome": "\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"outcome": 1' + b"0" * 5_000 + b"}",
        b"outcome=a",
        b" ",
        DEEP,
    ],
)
def test_malformed_json_is_400(visitor, battle, body):
    response = vote(visitor, battle, body)

    assert (response.status_code, response.json()["code"]) == (400, "malformed")
    assert Vote.objects.count() == 0


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"],
)
def test_other_content_type_is_415(visitor, battle, content_type):
    response = vote(visitor, battle, b'{"outcome": "a"}', content_type=content_type)

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")
    assert Vote.objects.count() == 0


def test_body_without_content_type_is_415(visitor, battle):
    response = vote(visitor, battle, b'{"outcome": "a"}', content_type="")

    assert response.status_code == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_any_spelling_is_taken(visitor, battle, content_type):
    assert vote(visitor, battle, {"outcome": "a"}, content_type=content_type).status_code == 201


def test_body_over_the_limit_is_413(visitor, battle):
    response = vote(visitor, battle, MIB)

    assert (response.status_code, response.json()["code"]) == (413, "too_large")


def test_body_of_exactly_the_limit_is_read(visitor, battle, settings):
    body = b'{"outcome": "a"}'
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = len(body)

    assert vote(visitor, battle, body).status_code == 201


def test_type_is_told_before_size_and_size_before_syntax(visitor, battle):
    assert vote(visitor, battle, MIB, content_type="text/plain").status_code == 415
    assert vote(visitor, battle, b"[" + MIB).status_code == 413


def test_bad_body_is_told_before_an_unknown_battle(visitor, arena):
    unknown = "battles/00000000-0000-4000-8000-000000000000/vote/"

    statuses = [visitor.post(unknown, body).status_code for body in (b"{", {"outcome": "left"}, {"outcome": "a"})]

    assert statuses == [400, 422, 404]


def test_idempotency_key_is_ignored_within_bounds(visitor, battle):
    long = vote(visitor, battle, {"outcome": "a"}, headers={"Idempotency-Key": "k" * 256})
    short = vote(visitor, battle, {"outcome": "a"}, headers={"Idempotency-Key": "k" * 255})

    assert (long.status_code, short.status_code) == (400, 201)
