"""Does a battle work against a server that others wrote? LiteLLM's proxy with mock answers, in its own environment.

What `litellm[proxy]` asks for takes some three minutes and 750 MB to install; litellm.txt beside this file holds the 71
packages that it really imports to give mock answers, and without resolving anything they take 27 seconds (15 of a
processor); its start takes 10 to 20 more. None of it is in the requirements of the site: the folder with it is thrown
away after the run.
"""

import json
import os
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.pacing import Pacing
from arena.models import Battle, Delta, Endpoint, Response, Vote
from arena.services.votes import cast_vote
from tests.factories import enter, make_arena, make_prompt, make_voter, settled, start
from tests.servers import LOOPBACK, free_port
from tests.services.programs import Program, wait_until

pytestmark = [
    pytest.mark.needs_index,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

START_WITHIN_S = 180
BATTLE_WITHIN_S = 60
KEY_NAME, KEY = "ARENA_KEY_PROXY", "sk-proxy-0451"
ANSWER = "The sky is blue because air scatters short waves more than long ones."
MODELS = {"mock-good": ANSWER, "mock-busy": "litellm.RateLimitError", "mock-broken": "litellm.InternalServerError"}
FAULTY, HONEST = "quillon-1", "brevant-2"


@pytest.fixture(scope="session")
def proxy(litellm_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running proxy, with /v1."""
    folder, port = tmp_path_factory.mktemp("litellm"), free_port()
    models = [
        {"model_name": name, "litellm_params": {"model": "openai/mock", "api_key": "none", "mock_response": answer}}
        for name, answer in MODELS.items()
    ]
    config = folder / "config.yaml"  # JSON is YAML
    config.write_text(json.dumps({"model_list": models, "general_settings": {"master_key": KEY}}))
    command = [str(litellm_programs / "litellm"), "--config", str(config), "--host", LOOPBACK]
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
    }
    program = Program("litellm", [*command, "--port", str(port)], environment, folder)
    program.start()
    try:
        wait_until(lambda: _is_open(port), START_WITHIN_S, "LiteLLM's proxy answers")
        yield f"http://{LOOPBACK}:{port}/v1"
    finally:
        program.kill()


def _is_open(port: int) -> bool:
    try:
        socket.create_connection((LOOPBACK, port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(autouse=True)
def _keys(settings: Settings, tmp_path: Path) -> None:
    settings.EGRESS_ALLOW = (LOOPBACK,)
    settings.PROVIDER_KEYS = {KEY_NAME: KEY, "ARENA_KEY_WRONG": "sk-wrong"}


def battle_with(proxy: str, model: str, key_name: str = KEY_NAME) -> Battle:
    """A finished battle of this model with the good one."""
    arena = make_arena("live", takes_prompts=True, pacing=Pacing.RAW)
    for slug, name, key in ((FAULTY, model, key_name), (HONEST, "mock-good", KEY_NAME)):
        contestant = enter(arena, slug, input_price_usd=Decimal(2), output_price_usd=Decimal(10))
        Endpoint.objects.create(contestant=contestant, provider="openai", base_url=proxy, model_name=name, key_name=key)
    make_prompt(arena, "p1", text="Why is the sky blue?")
    return settled(start(arena, make_voter().id), BATTLE_WITHIN_S)


def response_of(battle: Battle, slug: str) -> Response:
    return battle.responses.get(side="a" if battle.contestant_a.slug == slug else "b")


def test_a_battle_over_the_proxy_is_answered_and_voted(proxy: str) -> None:
    battle = battle_with(proxy, "mock-good")

    assert battle.state == BattleState.READY
    for response in battle.responses.all():
        assert (response.text, response.finish_reason, response.error) == (ANSWER, "stop", "")
        assert response.input_tokens > 0
        assert response.output_tokens > 0
        assert response.cost_usd > 0
        assert response.reported_model == "mock-good"
        pieces = Delta.objects.filter(battle=battle, side=response.side).values_list("text", flat=True)
        assert "".join(pieces) == ANSWER
    cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="tie")
    assert Vote.objects.get().outcome == "tie"


@pytest.mark.parametrize(
    ("model", "key_name", "kinds"),
    [
        ("mock-busy", KEY_NAME, {"limit"}),
        ("mock-broken", KEY_NAME, {"server"}),
        ("no-such-model", KEY_NAME, {"gone", "rejected"}),
        ("mock-good", "ARENA_KEY_WRONG", {"refused", "rejected"}),  # without a database of keys it says 400
    ],
)
def test_what_the_proxy_refuses_voids_the_battle(proxy: str, model: str, key_name: str, kinds: set[str]) -> None:
    battle = battle_with(proxy, model, key_name)

    faulty = response_of(battle, FAULTY)
    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.FAILED)
    assert faulty.error_kind in kinds
    assert KEY not in faulty.error
    assert response_of(battle, HONEST).error == ""
