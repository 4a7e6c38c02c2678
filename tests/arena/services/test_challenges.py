"""A solution is accepted from its own voter, in time, once; whatever else comes is refused without a fault."""

import base64
import json
import uuid
from datetime import timedelta

import altcha
import pytest

from arena.domain.start_limits import StartLimits
from arena.models import SolvedChallenge
from arena.queries.clock import database_now
from arena.services import challenges
from arena.services.challenges import accept_solution, delete_old_challenges, issue_challenge
from tests.concurrency import at_once

pytestmark = [pytest.mark.django_db]
VOTER = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _little_work(settings):
    settings.START_LIMITS = StartLimits(work=500)


def solve(challenge, /, **changes) -> str:
    said = challenge.as_dict()
    found = altcha.solve_challenge(said["challenge"], said["salt"], said["algorithm"], said["maxnumber"], 0)
    fields = {name: said[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return encode(fields | {"number": found.number, "took": 1} | changes)


def encode(value) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def accept(solution, voter_id=VOTER) -> bool:
    return accept_solution(voter_id=voter_id, solution=solution, now=database_now())


def test_a_solution_is_accepted_once():
    solution = solve(issue_challenge(voter_id=VOTER))

    assert [accept(solution), accept(solution)] == [True, False]


def test_with_other_bytes_of_the_same_solution_neither():
    challenge = issue_challenge(voter_id=VOTER)
    accept(solve(challenge))

    assert not accept(solve(challenge, took=2))


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_of_many_at_once_one_is_accepted():
    solution = solve(issue_challenge(voter_id=VOTER))

    results = at_once(*[lambda: accept(solution)] * 8)

    assert sorted(results) == [False] * 7 + [True]


def test_nobody_solves_for_somebody_else():
    assert not accept(solve(issue_challenge(voter_id=uuid.UUID(int=8))))


def test_a_late_solution_is_refused(monkeypatch):
    monkeypatch.setattr(challenges, "LIFETIME", timedelta(seconds=-2))

    assert not accept(solve(issue_challenge(voter_id=VOTER)))


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 64},
        {"salt": "abcdefabcdef?expires=99999999999&v=x&"},
        {"number": -1},
        {"number": "1"},
        {"number": 1.5},
        {"number": True},
        {"algorithm": "SHA-1"},
        {"algorithm": ["SHA-256"]},
        {"challenge": None},
        {"salt": 5},
    ],
)
def test_a_changed_solution_is_refused(changes):
    assert not accept(solve(issue_challenge(voter_id=VOTER), **changes))


@pytest.mark.parametrize(
    "solution",
    ["", "x", "é" * 9, "A" * 5_000, encode([]), encode("a"), encode(None), encode({}), "[" * 1_500, "bm90IGpzb24="],
)
def test_what_is_no_solution_is_refused(solution):
    assert not accept(solution)


def test_what_was_solved_is_forgotten_when_it_could_not_be_used_any_more():
    accept(solve(issue_challenge(voter_id=VOTER)))

    delete_old_challenges(now=database_now() + timedelta(minutes=19))
    assert SolvedChallenge.objects.count() == 1
    delete_old_challenges(now=database_now() + timedelta(minutes=21))
    assert SolvedChallenge.objects.count() == 0
