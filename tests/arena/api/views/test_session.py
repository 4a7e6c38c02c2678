import pytest
from django.test import Client

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
