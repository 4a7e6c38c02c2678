"""Does anything on the wire say who is answering, before the vote? Every byte of a whole battle, live, is searched.

Two models of a real server answer over HTTP; a voter plays by the pages, another by the API, both with an open
WebSocket. All that is known of the models, and all that their server says of itself, is a word that could leak.
Prompts and answers hold none of these words, so that nothing has to be cut out before searching.
"""

import json
import re
from decimal import Decimal
from urllib.parse import urlsplit

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.fake_models import SECRET_OF_SERVER, fake_models

pytestmark = pytest.mark.django_db(transaction=True)
FRAME_WITHIN_S = 20
MODELS = {"quillon-1": "words-21-80", "brevant-2": "words-22-80"}
FACTS = {
    "organisation": "Halcyonix Labs",
    "version": "2031-q9",
    "family": "vesperfam",
    "licence": "vesper-licence",
    "kind": "vesperkind",
    "description": "A vesperine description.",
    "link": "https://halcyonix.example/vesper",
    "aliases": ["vesperbot", "HX-9"],
    "total_params_b": 77.25,
    "context_tokens": 98_765,
    "input_price_usd": Decimal("13.371337"),
    "output_price_usd": Decimal("42.424242"),
}
KEY_NAME = "ARENA_KEY_HALCYONIX"
SAID_BY_SERVER = ["fp_1", "req-of-provider", "openai", "chat.completion", SECRET_OF_SERVER]


class Tape:
    """A browser that keeps every byte it was sent."""

    def __init__(self, url):
        self.url, self.bytes = url, []
        self.http = httpx2.Client(base_url=url, headers={"Origin": url}, timeout=20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def get(self, path):
        return self._keep(self.http.get(path))

    def api(self, path, body):
        token = {"X-CSRFToken": self.http.cookies["csrftoken"]}
        return self._keep(self.http.post(f"/api/v1/{path}", json=body, headers=token))

    def submit(self, path, **fields):
        """A form of the page at this address."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.http.get(path).text)[1]
        return self._keep(self.http.post(path, data={"csrfmiddlewaretoken": token} | fields))

    def listen(self, battle_id):
        """The socket of a battle until nobody writes any more; the state it ends in."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        address = f"ws://{urlsplit(self.url).netloc}/ws/battles/{battle_id}/"
        state = ""
        with connect(address, origin=self.url, additional_headers={"Cookie": cookies}) as socket:
            self.bytes.append(str(socket.response.headers).encode())
            while state not in ("ready", "void"):
                try:
                    frame = socket.recv(FRAME_WITHIN_S)
                except ConnectionClosed as closed:
                    self.bytes.append(closed.rcvd.reason.encode())
                    break
                self.bytes.append(frame.encode())
                state = json.loads(frame).get("state", state)
        return state

    def found(self, words):
        everything = b"\n".join(self.bytes).decode().casefold()
        return sorted(word for word in words if word.casefold() in everything)

    def has_number(self, number):
        """As a number of its own, not within an id or the length of a page."""
        return re.search(rf"(?<![0-9A-Za-z]){number}(?![0-9A-Za-z])", b"\n".join(self.bytes).decode()) is not None

    def _keep(self, answer):
        self.bytes += [answer.reason_phrase.encode(), str(answer.headers.raw).encode(), answer.content]
        return answer


@pytest.fixture
def live_arena(transactional_db, settings):
    """An arena of two models at a real server, with a published board, and what their server is called."""
    from arena.models import Contestant, Endpoint
    from arena.services.leaderboards import publish_arena
    from tests.factories import enter, make_arena, make_prompt, make_votes

    settings.EGRESS_ALLOW, settings.PROVIDER_KEYS = ("127.0.0.1",), {KEY_NAME: "sk-own-key-7781"}
    arena = make_arena("live", takes_prompts=True)
    make_prompt(arena, "p1", text="Why is the sky blue?")
    with fake_models() as base_url:
        for slug, model in MODELS.items():
            contestant = enter(arena, slug, **FACTS)
            Endpoint.objects.create(
                contestant=contestant, provider="openai", base_url=base_url, model_name=model, key_name=KEY_NAME
            )
        make_votes(arena, [(a, b, "a") for a in MODELS for b in MODELS if a != b])
        publish_arena(arena_id=arena.pk)
        assert Contestant.objects.count() == len(MODELS)
        yield f"127.0.0.1:{urlsplit(base_url).port}"


@pytest.fixture
def tape(live_server_url):
    with Tape(live_server_url) as recording:
        yield recording


@pytest.fixture
def words(live_arena):
    """Everything that could name somebody."""
    facts = [str(value) for fact in FACTS.values() for value in (fact if isinstance(fact, list) else [fact])]
    names = [slug.title() for slug in MODELS]
    return [*MODELS, *MODELS.values(), *names, *facts, *SAID_BY_SERVER, KEY_NAME, "sk-own-key", live_arena]


def secrets_of(battle_id):
    """What this battle alone knows, and how likely it was drawn."""
    from arena.models import Battle

    battle = Battle.objects.get(pk=battle_id)
    return [bytes(battle.nonce).hex(), "nonce", "pair_probability", "reveal"]


def fail_at_the_server():
    from arena.models import Endpoint

    Endpoint.objects.filter(contestant__slug="quillon-1").update(model_name="status-401")


def test_no_byte_names_anybody_to_a_voter_of_the_api(tape, words):
    tape.get("/api/v1/session/")
    battle_id = tape.api("battles/", {"arena": "live"}).json()["id"]
    too_early = tape.api(f"battles/{battle_id}/vote/", {"outcome": "a"})
    tape.get(f"/api/v1/battles/{battle_id}/")
    state = tape.listen(battle_id)
    replies = [
        tape.get(f"/api/v1/battles/{battle_id}/"),
        tape.api(f"battles/{battle_id}/vote/", {"outcome": "left"}),
        tape.api(f"battles/{battle_id}/vote/", {"outcome": "a", "weight": 7}),
        tape.get(f"/api/v1/battles/{battle_id}/?show=names"),
    ]
    before_vote = tape.found([*words, *secrets_of(battle_id)])
    voted = tape.api(f"battles/{battle_id}/vote/", {"outcome": "a"})
    after_vote = tape.found([*words, *secrets_of(battle_id)])

    assert (too_early.status_code, state) == (409, "ready")
    assert [reply.status_code for reply in replies] == [200, 422, 422, 400]
    assert [len(side["turns"][0]["text"].split()) for side in replies[0].json()["sides"].values()] in (
        [21, 22],
        [22, 21],
    )
    assert before_vote == []
    assert voted.status_code == 201
    assert {*MODELS, "Quillon-1", "Halcyonix Labs", "2031-q9"} <= set(after_vote)


def test_no_byte_names_anybody_to_a_voter_of_the_pages(tape, words):
    started = tape.submit("/a/live/")
    page = started.headers["location"]
    battle_id = page.rstrip("/").rpartition("/")[2]
    tape.get(page)
    state = tape.listen(battle_id)
    ready = tape.get(page)
    refused = tape.submit(page, outcome="left")
    before_vote = tape.found([*words, *secrets_of(battle_id)[:1]])
    voted = tape.submit(page, outcome="b")
    tape.get(page)
    after_vote = tape.found([*words, *secrets_of(battle_id)[:1]])

    assert (started.status_code, state, ready.status_code, refused.status_code) == (302, "ready", 200, 422)
    assert "word20" in ready.text
    assert before_vote == []
    assert voted.status_code == 302
    assert {*MODELS, "Quillon-1", "Halcyonix Labs"} <= set(after_vote)


def test_no_byte_names_the_model_that_failed(tape, words):
    fail_at_the_server()
    tape.get("/api/v1/session/")
    battle_id = tape.api("battles/", {"arena": "live"}).json()["id"]
    state = tape.listen(battle_id)
    replies = [
        tape.get(f"/api/v1/battles/{battle_id}/"),
        tape.get(f"/a/live/b/{battle_id}/"),
        tape.api(f"battles/{battle_id}/vote/", {"outcome": "a"}),
        tape.api(f"battles/{battle_id}/skip/", {}),
    ]

    assert (state, replies[0].json()["void_reason"]) == ("void", "failed")
    assert [reply.status_code for reply in replies] == [200, 200, 410, 410]
    assert tape.found([*words, *secrets_of(battle_id)[:1], "status-401"]) == []
    assert not tape.has_number(401)
