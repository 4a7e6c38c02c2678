"""The vote: one a battle, whatever is sent and however often."""

import json
import threading
from datetime import timedelta

import pytest

from arena.domain.battle_state import BattleState, UnrankedReason, VoidReason
from arena.models import Battle, PendingVote, Vote, VoteNote, Voter
from arena.queries.clock import database_now
from arena.queries.receipts import battle_id_of
from arena.services.leaderboards import publish_arena
from arena.services.ledger import sequence_arena
from ratings.ledger import commitment
from tests.arena.api.callers import Browser
from tests.arena.api.conftest import ready_battle
from tests.factories import NONCE, make_votes

pytestmark = pytest.mark.django_db

N_CLICKS = 8
UNRATED = {"rating": None, "ci_low": None, "ci_high": None, "rank": None}


def vote(visitor, battle, body, **options):
    return visitor.post(f"battles/{battle.id}/vote/", body, **options)


@pytest.mark.parametrize("outcome", ["a", "b", "tie", "both_bad"])
def test_vote_is_kept_and_answered_with_who_it_was(visitor, battle, outcome):
    response = vote(visitor, battle, {"outcome": outcome})

    row = Vote.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "vote_id": row.pk,
        "outcome": outcome,
        "ranked": True,
        "reveal": {
            "a": {"slug": "quillon-1", "name": "Quillon-1", "organisation": "", "version": "", **UNRATED},
            "b": {"slug": "brevant-2", "name": "Brevant-2", "organisation": "", "version": "", **UNRATED},
            "nonce": NONCE.hex(),
        },
        "receipt": response.json()["receipt"],
    }
    assert "Idempotent-Replay" not in response.headers
    assert (row.battle_id, row.outcome, row.source) == (battle.id, outcome, "live")
    assert PendingVote.objects.get().vote == row


def test_reveal_opens_the_commitment_that_was_shown_before(visitor, battle):
    shown = visitor.get(f"battles/{battle.id}/").json()["commitment"]
    reveal = vote(visitor, battle, {"outcome": "a"}).json()["reveal"]

    slugs = (reveal["a"]["slug"], reveal["b"]["slug"])
    assert commitment(battle.id, *slugs, bytes.fromhex(reveal["nonce"])).hex() == shown


def test_receipt_is_safe_in_an_address_and_stands_for_the_battle(visitor, battle):
    receipt = vote(visitor, battle, {"outcome": "a"}).json()["receipt"]

    assert receipt.replace(".", "").replace("-", "").replace("_", "").isalnum()
    assert battle_id_of(receipt) == battle.id


def test_same_vote_again_is_a_replay_of_the_same_bytes(visitor, battle):
    first = vote(visitor, battle, {"outcome": "a", "reasons": ["accurate"], "comment": "Once."})
    again = vote(visitor, battle, {"outcome": "a", "reasons": [], "comment": "Twice."})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert again["Idempotent-Replay"] == "true"
    assert (Vote.objects.count(), VoteNote.objects.get().comment) == (1, "Once.")


def test_replay_shows_the_ratings_of_the_vote_although_the_board_moved_on(visitor, battle, arena):
    first = vote(visitor, battle, {"outcome": "a"})
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aabb"])
    publish_arena(arena_id=arena.pk)

    assert vote(visitor, battle, {"outcome": "a"}).content == first.content


def test_another_outcome_is_409_with_the_stored_one(visitor, battle):
    first = vote(visitor, battle, {"outcome": "a"}).json()

    response = vote(visitor, battle, {"outcome": "b"})

    assert (response.status_code, response.json()["code"]) == (409, "already_voted")
    assert (response.json()["outcome"], response.json()["reveal"]) == ("a", first["reveal"])
    assert Vote.objects.get().outcome == "a"


def test_battle_shows_vote_and_reveal_afterwards(visitor, battle):
    cast = vote(visitor, battle, {"outcome": "tie"}).json()

    seen = visitor.get(f"battles/{battle.id}/").json()

    assert (seen["state"], seen["reveal"]) == ("voted", cast["reveal"])
    assert seen["vote"] == {name: cast[name] for name in ("vote_id", "outcome", "ranked", "receipt")}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        *(
            ({"outcome": value}, ["outcome"])
            for value in ("A", " a", "left", "", None, 1, True, ["a"], {"a": 1}, "\ud800")
        ),
        ({}, ["outcome"]),
        (None, ["outcome"]),
        (b"null", ["body"]),
        ([], ["body"]),
        ("a", ["body"]),
        (1, ["body"]),
        ({"outcome": "a", "weight": 1000, "voter": "x", "seq": 0}, ["seq", "voter", "weight"]),
        ({"outcome": "a", "reasons": "accurate"}, ["reasons"]),
        ({"outcome": "a", "reasons": ["dull"]}, ["reasons"]),
        ({"outcome": "a", "reasons": [1]}, ["reasons"]),
        ({"outcome": "a", "reasons": None}, ["reasons"]),
        ({"outcome": "a", "reasons": ["accurate"] * 7}, ["reasons"]),
        ({"outcome": "a", "comment": "x" * 2_001}, ["comment"]),
        ({"outcome": "a", "comment": "\U0001f600" * 2_001}, ["comment"]),
        ({"outcome": "a", "comment": "x" * 20_000}, ["comment"]),
        ({"outcome": "a", "comment": None}, ["comment"]),
        ({"outcome": "a", "comment": 1}, ["comment"]),
    ],
)
def test_bad_values_are_422_and_keep_nothing(visitor, battle, body, fields):
    response = vote(visitor, battle, body)

    assert (response.status_code, response.json()["code"], sorted(response.json()["fields"])) == (
        422,
        "invalid",
        fields,
    )
    assert (Vote.objects.count(), Battle.objects.get().state) == (0, BattleState.READY)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Fine.", "Fine."),
        ("  a\r\nb\u0000\u0007 ", "a\nb"),
        ("e\u0301", "\u00e9"),
        ("x" * 2_000, "x" * 2_000),
        ("a\ud83d", "a"),
        ("", None),
        ("\u200b\u200b \u2060", None),
    ],
)
def test_comment_is_kept_normalised(visitor, battle, sent, kept):
    response = vote(visitor, battle, {"outcome": "a", "comment": sent})

    assert response.status_code == 201
    assert VoteNote.objects.values_list("comment", flat=True).first() == kept


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"state": BattleState.DRAWN}, 409, "not_ready"),
        ({"state": BattleState.ANSWERING}, 409, "not_ready"),
        ({"state": BattleState.EXPIRED}, 410, "expired"),
        ({"state": BattleState.VOID, "void_reason": VoidReason.FAILED}, 410, "void"),
        ({"state": BattleState.VOID, "void_reason": VoidReason.SKIPPED}, 410, "void"),
    ],
)
def test_battle_that_does_not_wait_for_a_vote_is_told_by_its_state(visitor, arena, fields, status, code):
    battle = ready_battle(arena, visitor, **fields)

    bad, good = vote(visitor, battle, {"outcome": "left"}), vote(visitor, battle, {"outcome": "a"})

    assert bad.status_code == 422
    assert (good.status_code, good.json()["code"], set(good.json())) == (status, code, {"code", "detail"})
    assert Vote.objects.count() == 0


@pytest.mark.parametrize("late_s", [1, 86_400])
def test_vote_after_expiry_by_the_clock_of_the_database_is_410(visitor, arena, late_s):
    battle = ready_battle(arena, visitor, expires_at=database_now() - timedelta(seconds=late_s))

    response = vote(visitor, battle, {"outcome": "a"}, headers={"Date": "Mon, 01 Jan 2001 00:00:00 GMT"})

    assert (response.status_code, response.json()["code"]) == (410, "expired")


def test_replay_after_expiry_is_still_a_replay(visitor, battle):
    first = vote(visitor, battle, {"outcome": "a"})
    Battle.objects.update(expires_at=database_now() - timedelta(seconds=1))

    again = vote(visitor, battle, {"outcome": "a"})

    assert (again.status_code, again.content) == (200, first.content)


def test_what_limits_decide_is_not_disclosed(visitor, battle, arena):
    """Too fast, and a flagged identity: excluded in the ledger, the reply like any other."""
    arena.min_reading_ms = 60_000
    arena.save()
    Voter.objects.update(is_flagged=True)

    first = vote(visitor, battle, {"outcome": "a"})
    sequence_arena(arena_id=arena.pk)
    again = vote(visitor, battle, {"outcome": "a"})

    assert (first.status_code, first.json()["ranked"]) == (201, True)
    assert Vote.objects.get().exclusion.rule
    assert again.content == first.content
    assert not {"rule", "excluded", "too_fast"} & set(json.dumps(first.json()).split('"'))


@pytest.mark.parametrize("reason", list(UnrankedReason))
def test_reasons_that_the_voter_may_know_make_it_unranked(visitor, arena, reason):
    battle = ready_battle(arena, visitor, unranked_reason=reason)

    assert vote(visitor, battle, {"outcome": "a"}).json()["ranked"] is False


def test_vote_of_an_erased_voter_is_404_and_leaves_no_orphan(visitor, battle):
    Voter.objects.all().delete()

    assert vote(visitor, battle, {"outcome": "a"}).status_code == 404
    assert (Vote.objects.count(), PendingVote.objects.count()) == (0, 0)


def test_captured_vote_replayed_by_another_session_is_404(visitor, battle):
    vote(visitor, battle, {"outcome": "a"})

    assert vote(Browser(), battle, {"outcome": "a"}).status_code == 404


@pytest.mark.parametrize("value", ["1.2.3.4, 127.0.0.1", ", ".join(["1.2.3.4"] * 100), "'; DROP TABLE--"])
def test_forwarded_addresses_change_nothing(visitor, battle, value):
    assert vote(visitor, battle, {"outcome": "a"}, headers={"X-Forwarded-For": value}).status_code == 201


def test_key_of_another_battle_is_ignored(visitor, arena, battle):
    other = ready_battle(arena, visitor)
    key = {"headers": {"Idempotency-Key": "same"}}

    statuses = [vote(visitor, one, {"outcome": "a"}, **key).status_code for one in (battle, other, battle)]

    assert statuses == [201, 201, 200]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_are_one_vote(visitor, battle):
    answers = []
    start = threading.Barrier(N_CLICKS)
    cookies = visitor.client.cookies

    def click():
        from django.db import connection

        twin = Browser.__new__(Browser)
        twin.client, twin.csrf_token = type(visitor.client)(enforce_csrf_checks=True), visitor.csrf_token
        twin.client.cookies.update(cookies)
        start.wait()
        answers.append(vote(twin, battle, {"outcome": "a"}))
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(N_CLICKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200] * (N_CLICKS - 1) + [201]
    assert len({answer.content for answer in answers}) == 1
    assert (Vote.objects.count(), PendingVote.objects.count()) == (1, 1)
