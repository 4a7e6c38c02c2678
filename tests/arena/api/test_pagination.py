"""Long lists page by page, and cursors that nobody gave out."""

from base64 import b64encode

import pytest

from arena.api.pagination import CursorPages
from tests.factories import SLUGS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch):
    monkeypatch.setattr(CursorPages, "page_size", 3)


def test_pages_lead_forward_and_back(visitor, arena):
    first = visitor.get("models/").json()
    second = visitor.client.get(first["next"]).json()
    back = visitor.client.get(second["previous"]).json()

    assert [row["slug"] for row in first["results"] + second["results"]] == sorted(SLUGS)
    assert (first["previous"], second["next"]) == (None, None)
    assert back["results"] == first["results"]


def test_empty_list_is_one_empty_page(visitor, db):
    assert visitor.get("arenas/").json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "",
        "%FF",
        b64encode(b"o=-1").decode(),
        b64encode(b"o=99999").decode(),
        b64encode(b"r=x").decode(),
        b64encode(b"p=%00").decode(),
        b64encode(b"p=" + b"9" * 30).decode(),
        b64encode(b"p=%ED%A0%80x").decode().replace("=", ""),
    ],
)
@pytest.mark.parametrize("path", ["models/", "leaderboards/text/history/"])
def test_bad_cursor_is_400_or_an_end(visitor, arena, path, cursor):
    response = visitor.get(f"{path}?cursor={cursor}")

    assert response.status_code == 400 or response.json()["results"] is not None
    if response.status_code == 400:
        assert response.json()["code"] == "bad_parameter"


def test_cursor_of_another_list_is_400(visitor, arena):
    of_models = visitor.get("models/").json()["next"].partition("?")[2]

    response = visitor.get(f"leaderboards/text/history/?{of_models}")

    assert (response.status_code, response.json()["code"]) == (400, "bad_parameter")
