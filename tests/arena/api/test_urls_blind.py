"""No byte of a reply names anybody before the vote. Looked for in data that could leak, headers included."""

import json
import re

import pytest

from arena.domain.metadata import EntryStatus
from arena.models import Battle, Contestant, Endpoint
from arena.services.leaderboards import publish_arena
from tests.arena.api.conftest import ready_battle
from tests.factories import NONCE, SLUGS, make_live_arena, make_votes

pytestmark = pytest.mark.django_db

SECRETS = {
    "name": "Vesperine Grand",
    "organisation": "Halcyonix Labs",
    "version": "2031-q9",
    "family": "vesperfam",
    "licence": "vesper-licence",
    "kind": "vesperkind",
    "input_price_usd": "13.371337",
    "output_price_usd": "42.424242",
    "context_tokens": 98_765,
    "total_params_b": 77.25,
    "description": "A vesperine description.",
}
ALIASES = ["vesperbot", "HX-9"]
ENDPOINT = {
    "base_url": "https://upstream.halcyonix.example/v9",
    "model_name": "hx-9-upstream",
    "key_name": "ARENA_KEY_HX",
}
RESPONSE = {
    "first_token_ms": 8_765.4321,
    "latency_ms": 5_432.8765,
    "input_tokens": 918_273,
    "output_tokens": 645_546,
    "cost_usd": "0.13572468",
    "reported_model": "hx-9-reported",
    "fingerprint": "fp_vesper",
    "finish_reason": "vesper_stop",
    "error": "vesper broke",
    "error_kind": "vesperfault",
}


@pytest.fixture
def revealing(arena):
    """The arena with everything known about its models, votes on its board, and prices, endpoints, aliases."""
    make_votes(arena, [(a, b, "a") for a in SLUGS[:2] for b in SLUGS[:2] if a != b])
    publish_arena(arena_id=arena.pk)
    for number, model in enumerate(Contestant.objects.all()):
        for field, value in SECRETS.items():
            setattr(model, field, f"{value} {number}" if field in ("name", "organisation") else value)
        model.aliases = ALIASES
        model.save()
        Endpoint.objects.create(contestant=model, provider="openai", is_enabled=False, **ENDPOINT)
    return arena


def forbidden():
    """Every text that would name a contestant, and every number that only its endpoint knows."""
    slugs = Contestant.objects.values_list("slug", flat=True)
    values = {*slugs, *map(str, SECRETS.values()), *ALIASES, *ENDPOINT.values(), *map(str, RESPONSE.values())}
    rows = [row for model in Contestant.objects.all() for row in (model.name, model.organisation)]
    return {value.casefold() for value in {*values, *rows, "openai", NONCE.hex(), "nonce", "rating", "reveal"}} - {""}


def leaks(response):
    """What of the forbidden stands in status line, headers, cookies or body, prompt and answer texts apart."""
    body = response.content.decode()
    for text in re.findall(r'"(?:prompt|text)":\s*("(?:[^"\\]|\\.)*")', body):
        body = body.replace(text, '""')
    whole = f"{response.reason_phrase} {dict(response.headers)} {response.cookies.output()} {body}".casefold()
    return sorted(value for value in forbidden() if value in whole)


def test_scan_sees_a_name_where_there_is_one(visitor, revealing):
    battle = ready_battle(revealing, visitor)
    vote = visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"})

    seen = leaks(vote)

    assert {"quillon-1", "brevant-2", "vesperine grand", "halcyonix labs", "2031-q9", NONCE.hex()} <= set(seen)


def test_no_reply_before_the_vote_names_anybody(visitor, revealing):
    battle = ready_battle(revealing, visitor)
    battle.responses.update(**RESPONSE)
    address = f"battles/{battle.id}/"

    replies = {
        "start": visitor.post("battles/", {"arena": "text"}),
        "start on a prompt": visitor.post("battles/", {"arena": "text", "prompt_id": "p1"}),
        "start without a pair": visitor.post("battles/", {"arena": "nowhere"}),
        "start of a pair by half": visitor.post("battles/", {"arena": "text", "prompt_id": "no"}),
        "look": visitor.get(address),
        "bad vote": visitor.post(f"{address}vote/", {"outcome": "left"}),
        "vote without proof": visitor.post(f"{address}vote/", {"outcome": "a"}, headers={"X-CSRFToken": ""}),
        "vote by get": visitor.get(f"{address}vote/"),
        "skip": visitor.post(f"{address}skip/"),
        "look after the skip": visitor.get(address),
        "vote after the skip": visitor.post(f"{address}vote/", {"outcome": "a"}),
    }

    assert {name: found for name, reply in replies.items() if (found := leaks(reply))} == {}
    assert [replies[name].status_code for name in ("start", "look", "skip", "vote after the skip")] == [
        201,
        200,
        200,
        410,
    ]


@pytest.mark.parametrize("state", ["drawn", "answering", "expired"])
def test_battle_in_any_state_names_nobody(visitor, revealing, state):
    battle = ready_battle(revealing, visitor, state=state)
    battle.responses.update(**RESPONSE, is_done=False)

    replies = [visitor.get(f"battles/{battle.id}/"), visitor.post(f"battles/{battle.id}/vote/", {"outcome": "a"})]

    assert [leaks(reply) for reply in replies] == [[], []]


def test_arena_without_a_pair_names_nobody(visitor, revealing):
    revealing.entries.update(status=EntryStatus.PAUSED)

    reply = visitor.post("battles/", {"arena": "text"})

    assert (reply.status_code, leaks(reply)) == (503, [])


def test_both_sides_have_the_same_shape(visitor, db):
    make_live_arena()
    started = visitor.post("battles/", {"arena": "live"}).json()
    Battle.objects.get().responses.filter(side="a").update(**RESPONSE)

    seen = visitor.get(f"battles/{started['id']}/").json()

    assert seen["sides"]["a"] == seen["sides"]["b"]
    assert json.dumps(seen) == json.dumps(started)
