"""Bodies that are too large, through the real server: refused by what they say and by what comes, never kept."""

import json
import tempfile
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from arena.web.body_limit import MAX_FORM_BYTES, MAX_PICTURE_BYTES, MIB, max_body_bytes

pytestmark = pytest.mark.django_db(transaction=True)

PIECE = b"x" * 64 * 1024
FORM = {"Content-Type": "multipart/form-data; boundary=b"}
SENTENCE = "What you sent is larger than the 1 MB that this address takes."


@pytest.fixture
def post(live_server_url):
    connection = HTTPConnection(urlsplit(live_server_url).netloc, timeout=20)

    def send(path, n_bytes, headers=FORM, is_chunked=False):
        pieces = iter([PIECE] * (n_bytes // len(PIECE)) + [b"x" * (n_bytes % len(PIECE))])
        length = {} if is_chunked else {"Content-Length": str(n_bytes)}
        connection.request("POST", path, body=pieces, headers=headers | length, encode_chunked=is_chunked)
        response = connection.getresponse()
        return response, response.read()

    yield send
    connection.close()


@pytest.fixture
def kept(monkeypatch):
    """How large the largest body was that Django held."""
    sizes = []

    class Counted(tempfile.SpooledTemporaryFile):
        def write(self, data):
            written = super().write(data)
            sizes.append(self.tell())
            return written

    monkeypatch.setattr("django.core.handlers.asgi.tempfile.SpooledTemporaryFile", Counted)
    return lambda: max(sizes, default=0)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_page_refuses_with_a_sentence_and_its_usual_headers(post, kept, is_chunked):
    response, body = post("/me/", 5 * MIB, is_chunked=is_chunked)

    assert response.status == 413
    assert f"{SENTENCE} Nothing was kept." in body.decode()
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert kept() <= MAX_FORM_BYTES


@pytest.mark.parametrize("is_chunked", [False, True])
def test_the_api_refuses_with_a_problem_and_the_connection_goes_on(post, kept, is_chunked):
    response, body = post("/api/v1/battles/", 5 * MIB, {"Content-Type": "application/json"}, is_chunked)
    after, _ = post("/api/v1/battles/", 10)

    assert (response.status, json.loads(body)) == (413, {"code": "too_large", "detail": SENTENCE})
    assert kept() <= MAX_FORM_BYTES
    assert after.status == 403  # the same connection, and the next request is read as one: it has no token


def test_a_stated_length_is_refused_before_anything_comes(live_server_url, kept):
    connection = HTTPConnection(urlsplit(live_server_url).netloc, timeout=20)
    connection.putrequest("POST", "/me/")
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()

    status = connection.getresponse().status
    connection.close()

    assert (status, kept()) == (413, 0)


def test_only_addresses_that_take_pictures_or_operators_take_more(post):
    picture, _ = post("/a/none/", 3 * MIB)

    assert picture.status == 403  # read whole; it has no token
    assert max_body_bytes("/a/x/") == max_body_bytes("/api/v1/uploads/") == MAX_PICTURE_BYTES
    assert max_body_bytes("/api/v1/battles/") == max_body_bytes("/a") == MAX_FORM_BYTES
    assert max_body_bytes("/admin/arena/prompt/") == 64 * MIB
