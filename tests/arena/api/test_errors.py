"""What is not there, not yours, not allowed or not reachable answers `{"code", "detail"}` and changes nothing."""

import uuid

import pytest
from django.db import OperationalError, connection

from arena.api.errors import STATUS_OF
from arena.domain import errors
from arena.models import Battle, Vote
from tests.arena.api.callers import API, Browser

pytestmark = pytest.mark.django_db

NOT_FOUND = {"code": "not_found", "detail": "There is nothing here under this address."}
MALFORMED_IDS = [
    "1",
    "{00000000-0000-4000-8000-000000000000}",
    "00000000-0000-4000-8000-00000000000A",
    "00000000000040008000000000000000",
    "..%2f1",
    "%00",
    "x" * 300,
    "%F0%9F%92%A5",
]


def fail(*_, **__):
    raise OperationalError("gone")


@pytest.mark.both_databases
@pytest.mark.parametrize("battle_id", [*MALFORMED_IDS, "00000000-0000-4000-8000-000000000000"])
def test_unknown_and_malformed_battles_are_404_with_one_body(visitor, arena, battle_id):
    answers = [
        visitor.get(f"battles/{battle_id}/"),
        visitor.post(f"battles/{battle_id}/vote/", {"outcome": "a"}),
        visitor.post(f"battles/{battle_id}/skip/"),
    ]

    assert [(r.status_code, r.json()) for r in answers] == [(404, NOT_FOUND)] * 3


def test_battle_of_another_voter_cannot_be_told_from_an_unknown_one(visitor, battle):
    other = Browser()
    unknown = uuid.uuid4()

    for path, call in (("", other.get), ("vote/", lambda p: other.post(p, {"outcome": "a"})), ("skip/", other.post)):
        theirs, missing = call(f"battles/{battle.id}/{path}"), call(f"battles/{unknown}/{path}")
        assert theirs.status_code == 404
        assert (theirs.content, dict(theirs.headers)) == (missing.content, dict(missing.headers))
    assert Battle.objects.get(id=battle.id).state == "ready"


def test_battle_of_a_session_that_was_ended_is_404(visitor, battle):
    del visitor.client.cookies["sessionid"]

    assert visitor.get(f"battles/{battle.id}/").json() == NOT_FOUND
    assert visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"}).json() == NOT_FOUND


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"])
def test_other_methods_are_405(visitor, battle, method):
    response = visitor.send(method, f"battles/{battle.id}/vote/", headers={"X-CSRFToken": ""})

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")
    assert response["Allow"] == "POST"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "path", ["", "nothing/", "session", "battles/x/turns/extra/", "arenas/UPPER/../x/", "models/%00/"]
)
def test_other_addresses_are_404(visitor, arena, path):
    response = visitor.get(path)

    assert (response.status_code, response.json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "session/"), ("GET", "arenas/"), ("GET", "leaderboards/text/"), ("POST", "battles/"), ("GET", "battle")],
)
def test_database_that_is_down_is_503(visitor, battle, method, path):
    path = f"battles/{battle.id}/" if path == "battle" else path
    body = {"arena": "text"} if method == "POST" else None

    with connection.execute_wrapper(fail):
        response = visitor.send(method, path, body)

    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (503, "unavailable", "2")


def test_database_that_goes_down_before_the_first_session_is_saved_is_503(db, client):
    with connection.execute_wrapper(fail):
        response = client.get(f"{API}session/")

    assert (response.status_code, response.json()["code"]) == (503, "unavailable")


def test_database_that_goes_down_while_voting_keeps_nothing(visitor, battle, monkeypatch):
    monkeypatch.setattr("arena.services.votes.PendingVote.objects.create", fail)

    response = visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"})

    assert response.status_code == 503
    assert Vote.objects.count() == 0


def test_every_error_of_the_arena_has_a_status():
    of_the_site = {errors.ArenaError, errors.BackupFault, errors.ImportFault, errors.LedgerFault, errors.BattleOver}
    known = {cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.ArenaError)}

    assert known - of_the_site == set(STATUS_OF)
