"""Nothing that reaches a browser before the vote names anybody: every byte is searched, with data that could leak."""

import re

import pytest

from arena.models import Contestant, Endpoint
from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import address
from tests.factories import NONCE, SLUGS, make_battle, make_votes

pytestmark = pytest.mark.django_db

SECRETS = {
    "name": "Vesperine Grand",
    "organisation": "Halcyonix Labs",
    "version": "2031-q9",
    "family": "vesperfam",
    "licence": "vesper-licence",
    "kind": "vesperkind",
    "description": "A vesperine description.",
    "link": "https://halcyonix.example/vesper",
    "input_price_usd": "13.371337",
    "output_price_usd": "42.424242",
    "context_tokens": 98_765,
    "total_params_b": 77.25,
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
    "finish_reason": "vesper_stop",
    "error": "vesper broke",
}
ANSWERS = re.compile(r'(<div class="(?:prose|stream|prompt-text)".*?</div>)', re.DOTALL)


@pytest.fixture
def revealing(arena):
    """The arena with everything known about its models, votes on its board, prices, endpoints, aliases."""
    make_votes(arena, [(a, b, "a") for a in SLUGS[:2] for b in SLUGS[:2] if a != b])
    publish_arena(arena_id=arena.pk)
    for number, model in enumerate(Contestant.objects.order_by("slug")):
        for field, value in SECRETS.items():
            setattr(model, field, f"{value} {number}" if field in ("name", "organisation") else value)
        model.aliases = ALIASES
        model.save()
        Endpoint.objects.create(contestant=model, provider="openai", is_enabled=False, **ENDPOINT)
    return arena


def forbidden():
    """Every text that would name a contestant, and every number that only its endpoint knows."""
    values = {*SECRETS.values(), *ALIASES, *ENDPOINT.values(), *RESPONSE.values(), "openai", NONCE.hex(), "nonce"}
    rows = [value for row in Contestant.objects.values_list("slug", "name", "organisation") for value in row]
    return {str(value).casefold() for value in {*values, *rows}}


def leaks(response):
    """What of the forbidden stands in the headers, the cookies or the page, prompt and answer texts apart."""
    body = ANSWERS.sub("", response.content.decode())
    whole = f"{response.reason_phrase} {dict(response.headers)} {response.cookies.output()} {body}".casefold()
    return sorted(value for value in forbidden() if value in whole)


def test_scan_sees_a_name_where_there_is_one(visitor, revealing):
    battle = make_battle(revealing, "quillon-1", "brevant-2", visitor.voter)
    visitor.post(address(battle), outcome="a")

    seen = leaks(visitor.get(address(battle)))

    assert {"quillon-1", "brevant-2", "vesperine grand 2", "halcyonix labs 0", "2031-q9", NONCE.hex()} <= set(seen)


@pytest.mark.parametrize("state", ["drawn", "answering", "ready", "expired"])
def test_page_of_a_battle_names_nobody_before_the_vote(visitor, revealing, state):
    battle = make_battle(revealing, "quillon-1", "brevant-2", visitor.voter, state=state)
    battle.responses.update(**RESPONSE, is_done=state == "ready")

    assert leaks(visitor.get(address(battle))) == []


@pytest.mark.parametrize("reason", ["skipped", "failed", "lost"])
def test_page_of_a_void_battle_names_nobody_ever(visitor, revealing, reason):
    battle = make_battle(revealing, "quillon-1", "brevant-2", visitor.voter, state="void", void_reason=reason)
    battle.responses.update(**RESPONSE)

    assert leaks(visitor.get(address(battle))) == []


def test_no_refusal_and_no_start_names_anybody(visitor, revealing):
    battle = make_battle(revealing, "quillon-1", "brevant-2", visitor.voter)

    replies = [
        visitor.get("/a/text/"),
        visitor.post("/a/text/"),
        visitor.post(address(battle), outcome="left"),
        visitor.post(address(battle)),
        visitor.client.post(address(battle), {"outcome": "a"}),
        visitor.get(f"{address(battle)}?x=1"),
        visitor.post(address(battle), skip="1"),
        visitor.get(address(battle)),
        visitor.post(address(battle), outcome="a"),
        visitor.get("/me/"),
    ]

    assert [reply.status_code for reply in replies] == [200, 302, 422, 422, 403, 400, 302, 200, 410, 200]
    assert [leaks(reply) for reply in replies] == [[]] * len(replies)


def test_both_sides_have_the_same_shape(visitor, revealing):
    battle = make_battle(revealing, "quillon-1", "brevant-2", visitor.voter)
    battle.responses.update(text="The same.")

    html = visitor.get(address(battle)).content.decode()

    a, b = re.findall(r'<article class="answer".*?</article>', html, re.DOTALL)
    assert re.sub(r"\b[aA]\b", "S", a) == re.sub(r"\b[bB]\b", "S", b)
