import pytest
from django.test import Client

from arena.models import Arena
from arena.services.catalog import save_arena
from tests.arena.api.callers import API, Browser

pytestmark = pytest.mark.django_db


def test_session_names_a_voter_and_a_token_and_sets_both_cookies(client):
    response = client.get(f"{API}session/")

    body = response.json()
    assert set(body) == {"voter", "csrf_token", "consent"}
    assert body["consent"] is None
    assert set(response.cookies) == {"sessionid", "csrftoken"}
    assert response.cookies["sessionid"]["httponly"]
    assert {morsel["samesite"] for morsel in response.cookies.values()} == {"Lax"}
    assert "no-store" in response["Cache-Control"]


def test_session_stays_the_same_voter(visitor):
    assert visitor.get("session/").json()["voter"] == visitor.voter
    assert Browser().voter != visitor.voter


def test_forged_session_cookie_gets_a_new_voter(visitor):
    forger = Client()
    forger.cookies["sessionid"] = visitor.voter

    assert forger.get(f"{API}session/").json()["voter"] != visitor.voter


@pytest.fixture
def asking(arena):
    arena.consent_text = "May the library print what you type?"
    save_arena(arena=arena)
    return arena


def test_an_arena_is_answered_by_version(visitor, asking):
    path = f"arenas/{asking.slug}/consent/"

    first = visitor.get(path).json()
    agreed = visitor.post(path, {"publish": True, "version": 1}).json()
    refused = visitor.post(path, {"publish": False}).json()

    assert first == {"text": "May the library print what you type?", "version": 1, "publish": None}
    assert [answer["publish"] for answer in (agreed, refused)] == [True, False]


def test_the_site_speaks_for_arenas_that_ask_nothing(visitor, arena):
    path = f"arenas/{arena.slug}/consent/"
    visitor.post("session/consent/", {"publish": True})

    assert visitor.get(path).json() == {"text": "", "version": 0, "publish": True}
    assert visitor.post(path, {"publish": True, "version": 0}).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "publish"),
        ({"publish": True}, "version"),
        ({"publish": True, "version": 2}, "version"),
        ({"publish": True, "version": "1"}, "version"),
        ({"publish": True, "version": True}, "version"),
        ({"publish": True, "version": 1.0}, "version"),
        ({"publish": "yes", "version": 1}, "publish"),
        ({"publish": True, "version": 1, "arena": "text"}, "arena"),
    ],
)
def test_an_answer_that_says_nothing_is_refused(visitor, asking, body, field):
    said = visitor.post(f"arenas/{asking.slug}/consent/", body)

    assert said.status_code == 422
    assert list(said.json()["fields"]) == [field]


def test_a_private_arena_asks_nobody_else(visitor, asking):
    Arena.objects.update(visibility="private")

    assert visitor.get(f"arenas/{asking.slug}/consent/").status_code == 404
    assert visitor.post(f"arenas/{asking.slug}/consent/", {"publish": False}).status_code == 404
