"""Every misbehaviour of a model, through a whole battle: what stays in the database, and what never does.

The other side answers as it should. The numbers are those of the list of bad inputs (B064 to B086).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.domain.battle_state import BattleState, UnrankedReason, VoidReason
from arena.domain.modality import Modality
from arena.domain.pacing import Pacing
from arena.models import Battle, Delta, Endpoint, Response, Vote
from arena.providers.base import ProviderError
from arena.queries.battles import blind_battle
from arena.services import coordinator
from arena.services.endpoints import FAILURES_TO_OPEN
from arena.services.votes import cast_vote
from tests.factories import enter, make_arena, make_prompt, make_voter, settled, start
from tests.fake_models import ANSWER, FAULTS, HANGS, REDIRECTS, SECRET_OF_SERVER, STALLS, fake_models

pytestmark = [pytest.mark.django_db(transaction=True)]
WAIT_S = 30.0
FAULTY, HONEST = "quillon-1", "brevant-2"
QUICK_TIMEOUT_S = 0.4

# What is wrong with the endpoint voids the battle: the kind of error that operators see.
VOID = {
    "status-400": "rejected",
    "status-401": "refused",  # B064
    "status-403": "refused",
    "status-404": "gone",  # B065
    "status-422": "rejected",
    "status-429": "limit",  # B066
    "status-500": "server",  # B067
    "status-502": "server",
    "status-503": "server",
    "html-200": "protocol",
    "plain-200": "protocol",
    "wrong-schema": "protocol",
    "error-in-stream": "server",
    "no-choices": "protocol",
    "no-end": "protocol",  # B069
    "not-json": "protocol",  # B070
    "two-objects": "protocol",
    "no-data": "protocol",
    "cr-only-page": "protocol",
    "long-line": "protocol",
    REDIRECTS: "protocol",
    HANGS: "timeout",  # B068
    STALLS: "timeout",
}
# What a model says is judged, however odd: how the text must end up, and why it ended.
JUDGED = {
    "content-filter": ("", "content_filter"),  # B065
    "comments": (ANSWER, "stop"),  # B070
    "ping-events": (ANSWER, "stop"),
    "crlf": (ANSWER, "stop"),
    "cr": (ANSWER, "stop"),
    "bom": (ANSWER, "stop"),
    "split-utf8": (ANSWER.replace("sky", "Überraschung 你好"), "stop"),
    "null-content": (ANSWER, "stop"),
    "huge-token": ("x" * 540_000, coordinator.CUT),  # B072
    "endless": (("word " * 106_000).strip(), coordinator.CUT),  # B071
    "empty": ("", "stop"),  # B073
    "white-space": ("", "stop"),
    "only-think": ("<think>hmm</think>", "stop"),
    "surrogates": ("abc\ufffe" + ANSWER, "stop"),  # B074
    "bad-utf8": ("a\ufffdb" + ANSWER, "stop"),
    "truncated": ("The sky is", "length"),  # B075
    "odd-usage": (ANSWER, "stop"),  # B082
    "huge-usage": (ANSWER, "stop"),
    "nan-usage": (ANSWER, "stop"),
    "leak": ("I am Claude, made by Anthropic.", "stop"),  # B081
    "own-reveal": ('</template>{"reveal": {"a": {"slug": "guess-1"}}}<script>alert(1)</script>', "stop"),  # B085
}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with fake_models() as url:
        yield url


@pytest.fixture(autouse=True)
def _quick(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EGRESS_ALLOW = ("127.0.0.1", "localhost")
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(coordinator, "IDLE_TIMEOUT_S", QUICK_TIMEOUT_S * 5)


def battle_with(
    base_url: str, model: str, *, provider: str = "openai", modality: Modality = Modality.TEXT, honest: str = "good"
) -> Battle:
    """A finished battle of a contestant that misbehaves with one that does not."""
    arena = make_arena("live", modality=modality, takes_prompts=True, pacing=Pacing.RAW)
    for slug, name, url in ((FAULTY, model, base_url), (HONEST, honest, base_url)):
        Endpoint.objects.create(contestant=enter(arena, slug), provider=provider, base_url=url, model_name=name)
    make_prompt(arena, "p1", text="Why is the sky blue?")
    return settled(start(arena, make_voter().id), WAIT_S)


def response_of(battle: Battle, slug: str) -> Response:
    return battle.responses.get(side="a" if battle.contestant_a.slug == slug else "b")


def everything_a_voter_could_see(battle: Battle) -> str:
    return repr(blind_battle(battle.id, battle.voter_id))


def test_every_fault_has_its_expectation() -> None:
    assert (VOID.keys() | JUDGED.keys()) - {REDIRECTS, HANGS, STALLS} == FAULTS.keys()
    assert set(VOID.values()) <= set(ProviderError.KINDS)


@pytest.mark.parametrize("model", VOID)
def test_what_is_wrong_with_an_endpoint_voids_the_battle(
    base_url: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if model in (HANGS, STALLS):
        monkeypatch.setattr(coordinator, "FIRST_CHUNK_TIMEOUT_S", QUICK_TIMEOUT_S)
        monkeypatch.setattr(coordinator, "IDLE_TIMEOUT_S", QUICK_TIMEOUT_S)

    battle = battle_with(base_url, model, honest="words-40-10" if model in (HANGS, STALLS) else "good")

    faulty, honest = response_of(battle, FAULTY), response_of(battle, HONEST)
    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.FAILED)
    assert (faulty.is_done, faulty.error_kind, honest.error, honest.error_kind) == (False, VOID[model], "", "")
    assert faulty.error
    assert SECRET_OF_SERVER not in f"{faulty.error}{everything_a_voter_could_see(battle)}"
    assert faulty.error not in everything_a_voter_could_see(battle)
    endpoints = {e.contestant.slug: e for e in Endpoint.objects.select_related("contestant")}
    is_fatal = VOID[model] in ("refused", "gone")
    assert (endpoints[FAULTY].n_failures, endpoints[HONEST].n_failures) == (1, 0)
    assert (endpoints[FAULTY].open_until is not None, endpoints[HONEST].open_until) == (is_fatal, None)
    assert is_fatal or FAILURES_TO_OPEN > 1


@pytest.mark.parametrize("model", JUDGED)
def test_what_a_model_says_can_be_judged(base_url: str, model: str) -> None:
    text, reason = JUDGED[model]

    battle = battle_with(base_url, model)

    faulty = response_of(battle, FAULTY)
    assert (battle.state, battle.void_reason) == (BattleState.READY, "")
    assert (faulty.is_done, faulty.text.strip(), faulty.finish_reason, faulty.error) == (True, text, reason, "")
    assert "".join(Delta.objects.filter(battle=battle, side=faulty.side).values_list("text", flat=True)) == faulty.text
    assert battle.unranked_reason == (UnrankedReason.IDENTITY_LEAK if model == "leak" else "")
    has_usage = faulty.input_tokens is not None
    assert not has_usage or (faulty.input_tokens, faulty.output_tokens) == (12, 34)
    assert (has_usage, faulty.cost_usd) == (model not in NO_USAGE, None)
    cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="b")
    assert Vote.objects.get().is_ranked == (model != "leak")
    assert Endpoint.objects.get(contestant__slug=FAULTY).n_failures == 0


NO_USAGE = {
    "content-filter", "huge-token", "endless", "only-think", "odd-usage", "huge-usage", "nan-usage", "leak",
    "own-reveal", "white-space",
}  # fmt: skip


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("http://127.0.0.1:9/v1", "protocol"),  # nobody listens
        ("http://no-such-host.invalid/v1", "protocol"),
        ("http://169.254.169.254/v1", "protocol"),  # where clouds keep their secrets
        ("https://{address}/v1", "protocol"),  # no TLS there
        ("not a url", "protocol"),
    ],
)
def test_an_endpoint_that_cannot_be_reached(base_url: str, url: str, kind: str) -> None:
    arena = make_arena("live", takes_prompts=True, pacing=Pacing.RAW)
    address = base_url.removeprefix("http://").removesuffix("/v1")
    for slug, where in ((FAULTY, url.format(address=address)), (HONEST, base_url)):
        Endpoint.objects.create(contestant=enter(arena, slug), provider="openai", base_url=where, model_name="good")
    make_prompt(arena, "p1")

    battle = settled(start(arena), WAIT_S)

    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.FAILED)
    assert response_of(battle, FAULTY).error_kind == kind
    assert response_of(battle, HONEST).error == ""


@pytest.mark.parametrize(
    ("provider", "modality", "media_type"),
    [("openai-images", Modality.IMAGE, "image/webp"), ("openai-speech", Modality.AUDIO, "audio/mpeg")],
)
def test_pictures_and_sounds_that_are_made_live(
    base_url: str, provider: str, modality: Modality, media_type: str, tmp_path: Path
) -> None:
    battle = battle_with(base_url, "good", provider=provider, modality=modality)

    assert battle.state == BattleState.READY
    files = [(tmp_path / response.media.name).read_bytes() for response in battle.responses.all()]
    assert {response.media_type for response in battle.responses.all()} == {media_type}
    assert not any(b"Painter-9000" in data for data in files)
    blind = blind_battle(battle.id, battle.voter_id)
    assert [len(side.turns[0].media) for side in (blind.a, blind.b)] == [1, 1]


@pytest.mark.parametrize(
    ("provider", "modality"), [("openai-images", Modality.IMAGE), ("openai-speech", Modality.AUDIO)]
)
def test_a_file_that_is_none_voids_the_battle(base_url: str, provider: str, modality: Modality) -> None:
    battle = battle_with(base_url, "broken", provider=provider, modality=modality)

    assert (battle.state, response_of(battle, FAULTY).error_kind) == (BattleState.VOID, "protocol")


def test_two_answers_of_the_same_bytes_are_marked(base_url: str) -> None:  # B086
    assert battle_with(base_url, "good").is_identical is True


def test_two_empty_answers_are_no_battle(base_url: str) -> None:  # B073
    battle = battle_with(base_url, "white-space", honest="empty")

    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.FAILED)
