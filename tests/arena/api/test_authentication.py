"""Who may send an unsafe call? Every visitor must prove that it is on our page; a script shows its token."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from arena.models import Vote, Voter
from arena.services.tokens import make_token
from tests.arena.api.callers import API, JSON, Browser, Script

pytestmark = pytest.mark.django_db


@pytest.fixture
def script():
    user = User.objects.create_user("ada")
    return Script(make_token(user=user, name="a script")[1])


@pytest.mark.parametrize(
    "options",
    [
        {"headers": {"X-CSRFToken": ""}},
        {"headers": {"X-CSRFToken": "x" * 64}},
        {"headers": {"Origin": "https://evil.example"}},
        {"headers": {"Origin": "null"}},
    ],
)
def test_unsafe_call_without_proof_is_403_csrf(visitor, battle, options):
    response = visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"}, **options)

    assert (response.status_code, response.json()["code"]) == (403, "csrf")
    assert Vote.objects.count() == 0


def test_token_of_another_session_is_403_csrf(visitor, battle):
    other = Browser()

    response = visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"}, headers={"X-CSRFToken": other.csrf_token})

    assert (response.status_code, response.json()["code"]) == (403, "csrf")


def test_visitor_without_any_cookie_is_403_csrf(arena):
    response = Client(enforce_csrf_checks=True).post(f"{API}battles/", {"arena": "text"}, content_type=JSON)

    assert (response.status_code, response.json()["code"]) == (403, "csrf")


def test_csrf_is_told_before_anything_about_the_body(visitor, battle):
    no_token = {"headers": {"X-CSRFToken": ""}}
    form = b"csrfmiddlewaretoken=" + visitor.csrf_token.encode()

    bad_type = visitor.post(f"battles/{battle.id}/vote/", b"x", content_type="text/plain", **no_token)
    too_large = visitor.post("battles/", b"x" * 1024 * 1024, **no_token)
    in_a_form = visitor.post("battles/", form, content_type="application/x-www-form-urlencoded", **no_token)

    assert [r.json()["code"] for r in (bad_type, too_large, in_a_form)] == ["csrf"] * 3


def test_script_needs_no_csrf_token_and_keeps_one_voter(script, arena):
    first = script.post("battles/", {"arena": "text"})
    second = script.post("battles/", {"arena": "text"})
    vote = script.post(f"battles/{first.json()['id']}/vote/", {"outcome": "tie"})

    assert [r.status_code for r in (first, second, vote)] == [201, 201, 201]
    assert Voter.objects.get().user.username == "ada"
    assert script.get("session/").json() == {"voter": str(Voter.objects.get().id), "csrf_token": None, "consent": None}
    assert not first.cookies


def test_battle_of_a_script_is_not_found_for_a_browser(script, visitor, arena):
    battle = script.post("battles/", {"arena": "text"}).json()

    assert visitor.get(f"battles/{battle['id']}/").status_code == 404


@pytest.mark.parametrize("value", ["Token", "Token wrong", "Token a b", "token \xff"])
def test_bad_token_is_401(arena, value):
    response = Client(headers={"Authorization": value}).post(f"{API}battles/", {"arena": "text"}, content_type=JSON)

    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")
    assert response["WWW-Authenticate"] == "Token"


def test_inactive_account_is_401(script, arena):
    User.objects.update(is_active=False)

    assert script.post("battles/", {"arena": "text"}).status_code == 401


def test_another_scheme_is_treated_as_a_browser(visitor, battle):
    response = visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"}, headers={"Authorization": "Basic YTpi"})

    assert response.status_code == 201
