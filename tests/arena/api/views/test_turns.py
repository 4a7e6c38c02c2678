"""Going on before the vote: turns, stop, the same again; the queue; consent, sharing, erasure."""

import time

import pytest

from tests.arena.api.callers import Browser

pytestmark = pytest.mark.django_db(transaction=True)
WAIT_S = 20.0


@pytest.fixture
def live_arena():
    from tests.factories import make_live_arena

    return make_live_arena()


def start(visitor, arena, **body):
    return visitor.post("battles/", {"arena": arena.slug, **body}).json()


def ready(visitor, battle):
    deadline = time.monotonic() + WAIT_S
    while battle["state"] in ("drawn", "answering") and time.monotonic() < deadline:
        time.sleep(0.05)
        battle = visitor.get(f"battles/{battle['id']}/").json()
    assert battle["state"] == "ready"
    return battle


def test_a_further_turn_is_answered_by_both_sides(live_arena):
    visitor = Browser()
    battle = ready(visitor, start(visitor, live_arena))

    reply = visitor.post(f"battles/{battle['id']}/turns/", {"prompt": "Shorter, please."})
    after = ready(visitor, reply.json())

    assert reply.status_code == 200
    for side in ("a", "b"):
        assert [turn["prompt"] for turn in after["sides"][side]["turns"]] == [battle["prompt"], "Shorter, please."]
        assert all(turn["done"] and turn["text"] for turn in after["sides"][side]["turns"])


@pytest.mark.parametrize(
    "body", [{}, {"prompt": ""}, {"prompt": 1}, {"prompt": "x", "weight": 1}, {"prompt": "x" * 8001}]
)
def test_a_bad_turn_is_refused_and_changes_nothing(live_arena, body):
    visitor = Browser()
    battle = ready(visitor, start(visitor, live_arena))

    reply = visitor.post(f"battles/{battle['id']}/turns/", body)

    assert (reply.status_code, reply.json()["code"]) == (422, "invalid")
    assert visitor.get(f"battles/{battle['id']}/").json() == battle


def test_regenerating_shows_the_new_answers_and_says_unranked_after_the_vote(live_arena):
    visitor = Browser()
    battle = ready(visitor, start(visitor, live_arena))

    again = ready(visitor, visitor.post(f"battles/{battle['id']}/regenerate/").json())
    vote = visitor.post(f"battles/{battle['id']}/vote/", {"outcome": "a"}).json()

    assert len(again["sides"]["a"]["turns"]) == 1
    assert vote["ranked"] is False


@pytest.mark.parametrize("call", ["turns/", "regenerate/"])
def test_nothing_goes_on_after_the_vote(live_arena, call):
    visitor = Browser()
    battle = ready(visitor, start(visitor, live_arena))
    visitor.post(f"battles/{battle['id']}/vote/", {"outcome": "a"})

    reply = visitor.post(f"battles/{battle['id']}/{call}", {"prompt": "More?"} if call == "turns/" else None)

    assert (reply.status_code, reply.json()["code"]) == (409, "not_ready")


@pytest.mark.parametrize("call", ["turns/", "regenerate/"])
def test_stored_answers_are_not_asked_anew(call):
    from tests.factories import make_stored_arena

    visitor = Browser()
    battle = start(visitor, make_stored_arena())

    reply = visitor.post(f"battles/{battle['id']}/{call}", {"prompt": "More?"} if call == "turns/" else None)

    assert reply.status_code == 422


@pytest.mark.parametrize("call", ["turns/", "regenerate/", "stop/", "share/"])
def test_a_foreign_battle_is_not_there(live_arena, call):
    battle = start(Browser(), live_arena)
    body = {"turns/": {"prompt": "x"}, "share/": {"shared": True}}.get(call)

    assert Browser().post(f"battles/{battle['id']}/{call}", body).status_code == 404


def test_the_queue_shows_the_same_two_answers_to_another_voter(live_arena):
    first, second = Browser(), Browser()
    battle = ready(first, start(first, live_arena))
    first.post(f"battles/{battle['id']}/vote/", {"outcome": "a"})

    again = start(second, live_arena, queue=True)
    nothing_left = second.post("battles/", {"arena": live_arena.slug, "queue": True})

    assert again["state"] == "ready"
    assert again["id"] != battle["id"]
    assert again["commitment"] != battle["commitment"]
    assert again["sides"] == battle["sides"]
    assert (nothing_left.status_code, nothing_left.json()["code"]) == (503, "no_battles")


def test_consent_is_asked_once_and_can_be_taken_back(live_arena):
    visitor = Browser()

    said = [visitor.get("session/").json()["consent"]]
    for publish in (True, False):
        said.append(visitor.post("session/consent/", {"publish": publish}).json()["consent"])
        said.append(visitor.get("session/").json()["consent"])

    assert said == [None, True, True, False, False]
    assert visitor.post("session/consent/", {"publish": "yes"}).status_code == 422


def test_a_private_battle_is_never_published(live_arena):
    from arena.models import Battle

    visitor = Browser()
    visitor.post("session/consent/", {"publish": True})
    public = ready(visitor, start(visitor, live_arena))
    private = ready(visitor, start(visitor, live_arena, private=True))

    may_publish = [Battle.objects.get(id=battle["id"]).may_publish for battle in (public, private)]
    assert may_publish == [True, False]


def test_only_a_finished_battle_can_be_shared(live_arena):
    visitor = Browser()
    battle = ready(visitor, start(visitor, live_arena))

    before = visitor.post(f"battles/{battle['id']}/share/", {"shared": True}).status_code
    visitor.post(f"battles/{battle['id']}/vote/", {"outcome": "tie"})

    assert (before, visitor.post(f"battles/{battle['id']}/share/", {"shared": True}).status_code) == (409, 200)


def test_erasing_forgets_texts_and_identity_and_keeps_the_vote(live_arena):
    from arena.models import Prompt, Vote, Voter

    visitor = Browser()
    typed = "My own words. They are mine. Nobody else knows them. They go away. All of them."
    battle = ready(visitor, start(visitor, live_arena, prompt=typed))
    visitor.post(f"battles/{battle['id']}/vote/", {"outcome": "a", "comment": "private"})

    reply = visitor.post("session/erase/")

    assert reply.status_code == 204
    assert Vote.objects.filter(battle=battle["id"]).count() == 1
    assert not Voter.objects.filter(id=visitor.voter).exists()
    assert not Prompt.objects.filter(text__contains="My own words").exists()
    assert visitor.get("session/").json()["voter"] != visitor.voter
