"""A body that comes in pieces, without Content-Length, through the real server."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.arena.api.callers import API, JSON

pytestmark = pytest.mark.django_db(transaction=True)

PIECE = b"x" * 64 * 1024


@pytest.fixture
def post_in_pieces(live_server_url, visitor, battle):
    connection = HTTPConnection(urlsplit(live_server_url).netloc, timeout=20)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in visitor.client.cookies.items())
    headers = {"Cookie": cookies, "X-CSRFToken": visitor.csrf_token, "Content-Type": JSON}

    def post(pieces):
        path = f"{API}battles/{battle.id}/vote/"
        connection.request("POST", path, body=iter(pieces), headers=headers, encode_chunked=True)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    yield post
    connection.close()


def test_pieces_are_one_body_with_the_usual_limit(post_in_pieces):
    too_large = post_in_pieces([b'{"comment": "', *[PIECE] * 5, b'", "outcome": "a"}'])
    empty = post_in_pieces([])
    whole = post_in_pieces([b'{"out', b'come": "a"}'])

    assert (too_large[0], too_large[1]["code"]) == (413, "too_large")
    assert (empty[0], empty[1]["fields"]) == (422, {"outcome": ["This field is required."]})
    assert (whole[0], whole[1]["outcome"]) == (201, "a")
