"""What holds for every page: CSRF cookie, strict addresses, headers, designed errors; a session where one may vote."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from arena.services.leaderboards import publish_arena
from arena.web import catalog, errors
from tests.arena.web.visitors import Visitor, address, words
from tests.factories import make_votes

pytestmark = pytest.mark.django_db

PATHS = [
    "/",
    "/a/text/",
    "/a/text/leaderboard/",
    "/models/",
    "/models/quillon-1/",
    "/methods/",
    "/data/",
    "/me/",
]
FOR_READERS = ["/a/text/leaderboard/", "/models/quillon-1/", "/methods/", "/data/"]
POLICY = {"default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "frame-ancestors 'none'"}


@pytest.fixture
def published(arena):
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in ("a", "b", "tie")])
    return publish_arena(arena_id=arena.pk)[0]


@pytest.mark.parametrize("path", PATHS)
def test_page_sets_csrf_cookie_and_makes_voters_of_those_who_may_vote(arena, path):
    client = Client()

    response = client.get(path)

    assert response.status_code == 200
    assert set(response.cookies) == {"csrftoken"} | (set() if path in FOR_READERS else {"sessionid"})
    assert ("voter" in client.session) == (path not in FOR_READERS)
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert {part.strip() for part in response["Content-Security-Policy"].split(";")} >= POLICY


@pytest.mark.parametrize("path", PATHS)
def test_page_has_neither_inline_script_nor_style(arena, published, path):
    html = Client().get(path).content.decode()

    assert " style=" not in html
    assert "<style" not in html
    assert html.count("<script") == html.count('<script type="module" src="/static/')


@pytest.mark.parametrize("path", [*PATHS, "/snapshots/1/"])
def test_unknown_parameter_is_a_page_that_names_it(arena, published, path):
    response = Client().get(path.replace("/1/", f"/{published}/") + "?nonsense=1")

    assert response.status_code == 400
    assert words(response).startswith(
        "That address does not work The address asks for something this page does not know: nonsense."
    )


@pytest.mark.parametrize("path", ["/a/text/leaderboard/?q=a&q=b", "/models/?page=1&page=2"])
def test_parameter_given_twice_is_refused(arena, path):
    assert Client().get(path).status_code == 400


def test_visitor_stays_the_same_voter(visitor):
    before = visitor.id

    visitor.get("/")
    visitor.get("/me/")

    assert visitor.id == before


@pytest.mark.parametrize("path", ["/", "/me/votes.json", "/methods/", "/models/", "/a/text/leaderboard/", "/healthz"])
def test_page_takes_no_post(arena, visitor, path):
    assert visitor.post(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_as_get_without_a_body(arena, path):
    response = Client().head(path)

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/a/nothing/",
        "/a/nothing/leaderboard/",
        "/models/nothing/",
        "/snapshots/999/",
        "/a/text/b/00000000-0000-4000-8000-000000000000/",
        "/media/outputs/nothing.png",
        "/media/../secret_key",
    ],
)
def test_what_is_not_there_is_a_designed_page(arena, path):
    response = Client().get(path)

    assert response.status_code == 404
    assert words(response).startswith("Nothing here There is nothing here under this address.")


def test_form_without_token_says_what_to_do(arena, battle, visitor):
    response = visitor.client.post(address(battle), {"outcome": "a"})

    assert response.status_code == 403
    assert words(response).startswith("Please open the page again")


@pytest.mark.parametrize("path", ["/a/text/", "/"])
def test_database_that_is_down_is_a_page_that_asks_to_wait(arena, visitor, path):
    broken = mock.Mock(side_effect=OperationalError("connection refused"))

    with mock.patch.object(catalog, "arena_by_slug", broken), mock.patch.object(catalog, "listed_arenas", broken):
        response = visitor.get(path)

    assert (response.status_code, response["Retry-After"]) == (503, "2")
    assert words(response).startswith("Back in a moment The site cannot reach its database at the moment.")


def test_mistake_of_ours_is_a_page_without_details(arena):
    client = Client(raise_request_exception=False)

    with mock.patch.object(catalog, "arena_by_slug", side_effect=KeyError("secret-detail")):
        response = client.get("/a/text/")

    assert response.status_code == 500
    assert words(response).startswith("Something broke The mistake is ours")
    assert b"secret-detail" not in response.content


def test_database_that_fails_while_the_session_is_saved_is_unavailable_too(arena):
    client = Client(raise_request_exception=False)

    with mock.patch("django.contrib.sessions.backends.db.SessionStore.save", side_effect=OperationalError("gone")):
        response = client.get("/a/text/")

    assert response.status_code == 503
    assert words(response).startswith("Back in a moment")


def test_error_that_no_page_was_meant_to_show_is_raised():
    error = errors.ArenaError("unexpected")

    with pytest.raises(errors.ArenaError, match="unexpected"):
        errors.status_of(error)


def test_two_visitors_are_two_voters(db):
    assert Visitor().id != Visitor().id


def test_a_form_with_more_fields_than_any_page_has_is_refused(arena):
    page = Visitor().post("/me/", **{f"field{k}": "x" for k in range(101)})

    assert page.status_code == 400
