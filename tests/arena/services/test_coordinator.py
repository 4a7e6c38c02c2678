"""Two live sides: complete, failing, leaking, stopped, asked again; against a real server with the API of OpenAI."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from arena.domain import pacing
from arena.domain.battle_state import BattleState, UnrankedReason, VoidReason
from arena.domain.consent import ERASED
from arena.domain.errors import InvalidInput, NotReady
from arena.domain.pacing import Pacing
from arena.models import Arena, Battle, Delta, Endpoint, Reservation, Response, SpendingTotal
from arena.services import coordinator
from arena.services.erasure import erase_voter
from arena.services.turns import add_turn, regenerate, stop_answers
from arena.services.uploads import save_upload
from arena.services.votes import cast_vote
from tests.factories import enter, make_arena, make_prompt, make_voter, settled, start
from tests.fake_models import ANSWER, SECRET_OF_SERVER, fake_models
from tests.media_files import picture

pytestmark = [pytest.mark.django_db(transaction=True)]
WAIT_S = 20.0

MakeArena = Callable[..., Arena]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with fake_models() as url:
        yield url


@pytest.fixture(autouse=True)
def _soon_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "RELEASE_MOMENTS_S", (1.0, 2.0, 3.0, 4.0))


@pytest.fixture
def arena_of(base_url: str, settings: Settings) -> MakeArena:
    """An arena of two contestants that behave as their model names say."""
    settings.EGRESS_ALLOW = ("127.0.0.1",)

    def make(first: str = "good", second: str = "good", **fields: object) -> Arena:
        arena = make_arena("live", takes_prompts=True, pacing=fields.pop("pacing", Pacing.RAW), **fields)
        for slug, model in (("quillon-1", first), ("brevant-2", second)):
            contestant = enter(arena, slug, input_price_usd=Decimal(2), output_price_usd=Decimal(10))
            Endpoint.objects.create(contestant=contestant, provider="openai", base_url=base_url, model_name=model)
        make_prompt(arena, "p1", text="Why is the sky blue?")
        return arena

    return make


def side(battle: Battle, slug: str) -> Response:
    is_a = battle.contestant_a.slug == slug
    return battle.responses.get(side="a" if is_a else "b", turn=battle.n_turns, generation=1)


@pytest.mark.parametrize("pace", list(Pacing))
def test_both_answers_are_kept_with_what_they_took(arena_of: MakeArena, pace: Pacing) -> None:
    battle = settled(start(arena_of(pacing=pace)))

    assert (battle.state, battle.void_reason, battle.unranked_reason) == (BattleState.READY, "", "")
    for response in battle.responses.all():
        assert response.text.strip() == ANSWER
        assert (response.is_done, response.finish_reason, response.reported_model) == (True, "stop", "good")
        assert (response.input_tokens, response.output_tokens, response.fingerprint) == (12, 34, "fp_1")
        assert response.cost_usd == Decimal("0.000364")
        assert response.first_token_ms <= response.latency_ms
    assert set(map(tuple, Endpoint.objects.values_list("reported_models", flat=True))) == {("good",)}
    assert set(Reservation.objects.values_list("cost_nano", "is_called")) == {(364_000, True)}
    assert set(SpendingTotal.objects.values_list("reserved_nano", flat=True)) == {0}


@pytest.mark.parametrize("pace", list(Pacing))
def test_the_deltas_are_numbered_and_add_up_to_the_answers(arena_of: MakeArena, pace: Pacing) -> None:
    battle = settled(start(arena_of(pacing=pace)))

    deltas = list(Delta.objects.filter(battle=battle).order_by("seq"))
    assert [delta.seq for delta in deltas] == list(range(1, battle.last_seq + 1))
    for response in battle.responses.all():
        assert "".join(d.text for d in deltas if d.side == response.side) == response.text


@pytest.mark.parametrize(
    "fault",
    [
        "status-401",
        "status-404",
        "status-429",
        "status-500",
        "html-200",
        "error-in-stream",
        "no-end",
        "not-json",
        "long-line",
    ],
)
def test_a_side_that_fails_voids_the_battle_and_says_nothing_about_it(arena_of: MakeArena, fault: str) -> None:
    battle = settled(start(arena_of(fault)))

    failed = side(battle, "quillon-1")
    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.FAILED)
    assert failed.error
    assert SECRET_OF_SERVER not in failed.error
    assert Endpoint.objects.get(contestant__slug="quillon-1").n_failures == 1
    assert Endpoint.objects.get(contestant__slug="brevant-2").n_failures == 0


def test_five_failures_in_a_row_open_the_breaker_and_a_new_pair_cannot_have_it(arena_of: MakeArena) -> None:
    arena = arena_of("status-500")
    for _ in range(5):
        settled(start(arena))

    with pytest.raises(Exception, match="No two models"):
        start(arena)
    Endpoint.objects.update(open_until=None, model_name="good")
    settled(start(arena))
    assert list(Endpoint.objects.values_list("n_failures", flat=True)) == [0, 0]


def test_a_wrong_key_opens_the_breaker_at_once(arena_of: MakeArena) -> None:
    settled(start(arena_of("status-401")))

    assert Endpoint.objects.get(contestant__slug="quillon-1").open_until is not None


@pytest.mark.parametrize("model", ["hang", "stall"])
def test_waiting_has_an_end(arena_of: MakeArena, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinator, "FIRST_CHUNK_TIMEOUT_S", 0.4)
    monkeypatch.setattr(coordinator, "IDLE_TIMEOUT_S", 0.4)

    battle = settled(start(arena_of(model)))

    assert (battle.state, side(battle, "quillon-1").error_kind) == (BattleState.VOID, "timeout")


def test_a_huge_answer_is_cut_and_can_be_judged(arena_of: MakeArena) -> None:
    battle = settled(start(arena_of("huge-token")))

    cut = side(battle, "quillon-1")
    assert (battle.state, cut.finish_reason) == (BattleState.READY, coordinator.CUT)
    assert len(cut.text) <= coordinator.MAX_ANSWER_BYTES + 60_000


def test_one_empty_answer_can_be_judged_two_cannot(arena_of: MakeArena) -> None:
    one = settled(start(arena_of("empty")))
    Endpoint.objects.update(model_name="empty")
    two = settled(start(one.arena))

    assert (one.state, two.state, two.void_reason) == (BattleState.READY, BattleState.VOID, VoidReason.FAILED)


def test_text_that_no_database_takes_is_cleaned(arena_of: MakeArena) -> None:
    battle = settled(start(arena_of("surrogates")))

    text = side(battle, "quillon-1").text
    assert battle.state == BattleState.READY
    assert "\x00" not in text
    assert not any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def test_a_content_filter_is_an_empty_answer_with_its_reason(arena_of: MakeArena) -> None:
    battle = settled(start(arena_of("content-filter")))

    refused = side(battle, "quillon-1")
    assert (battle.state, refused.text, refused.finish_reason) == (BattleState.READY, "", "content_filter")


def test_an_answer_that_gives_its_author_away_makes_the_vote_unranked(arena_of: MakeArena) -> None:
    battle = settled(start(arena_of("leak")))

    assert (battle.state, battle.unranked_reason) == (BattleState.READY, UnrankedReason.IDENTITY_LEAK)


def test_a_prompt_that_asks_for_the_name_makes_the_vote_unranked(arena_of: MakeArena) -> None:
    battle = settled(start(arena_of(), prompt_text="Which model are you?"))

    assert battle.unranked_reason == UnrankedReason.IDENTITY_LEAK


def test_the_same_words_on_both_sides_are_no_comparison(arena_of: MakeArena) -> None:
    assert settled(start(arena_of())).is_identical is True


def test_a_second_turn_sends_each_side_its_own_conversation(arena_of: MakeArena) -> None:
    arena = arena_of("good", "echo")
    voter = make_voter()
    battle = settled(start(arena, voter.id))

    add_turn(voter_id=voter.id, battle_id=battle.id, prompt_text="And at night?")
    battle = settled(battle)

    echoed = side(battle, "brevant-2").text
    assert (battle.state, battle.n_turns) == (BattleState.READY, 2)
    assert '"And at night?"' in echoed
    assert ANSWER not in echoed
    assert side(battle, "quillon-1").text.strip() == ANSWER


def test_pictures_of_a_voter_go_to_both_models_in_every_later_turn(
    arena_of: MakeArena, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    arena, voter = arena_of("echo", "echo", takes_images=True), make_voter()
    first, second = (save_upload(voter_id=voter.id, data=picture("PNG", size)) for size in ((8, 8), (9, 9)))
    battle = settled(start(arena, voter.id, prompt_text="What is this?", attachments=[first.id]))

    add_turn(voter_id=voter.id, battle_id=battle.id, prompt_text="And this?", attachments=[second.id])
    battle = settled(battle)

    for slug in ("quillon-1", "brevant-2"):
        asked = [message for message in json.loads(side(battle, slug).text)["messages"] if message["role"] == "user"]
        assert [message["content"][0]["text"] for message in asked] == ["What is this?", "And this?"]
        sent = [message["content"][1]["image_url"]["url"] for message in asked]
        kept = [(tmp_path / upload.file.name).read_bytes() for upload in (first, second)]
        assert sent == [f"data:image/webp;base64,{base64.b64encode(data).decode()}" for data in kept]


def test_a_voter_who_leaves_while_both_sides_write_leaves_no_text(arena_of: MakeArena) -> None:
    voter = make_voter()
    battle = start(arena_of("words-200-40", "words-200-40"), voter.id, prompt_text="My own words")
    wait_for(lambda: Delta.objects.filter(battle=battle).exists())

    erase_voter(voter_id=voter.id)
    time.sleep(1.0)  # some ticks of the coordinator

    battle = settled(battle)
    assert (battle.state, battle.voter, Delta.objects.count()) == (BattleState.VOID, None, 0)
    assert {response.text for response in battle.responses.all()} == {ERASED}


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_turns_have_a_limit_and_end_with_the_vote(arena_of: MakeArena) -> None:
    voter = make_voter()
    battle = settled(start(arena_of(max_turns=2), voter.id))
    add_turn(voter_id=voter.id, battle_id=battle.id, prompt_text="Go on.")
    settled(battle)

    with pytest.raises(InvalidInput):
        add_turn(voter_id=voter.id, battle_id=battle.id, prompt_text="Go on.")
    cast_vote(voter_id=voter.id, battle_id=battle.id, outcome="a")
    with pytest.raises(NotReady):
        add_turn(voter_id=voter.id, battle_id=battle.id, prompt_text="Go on.")


def test_regenerating_keeps_every_generation_and_marks_the_battle(arena_of: MakeArena) -> None:
    voter = make_voter()
    battle = settled(start(arena_of(), voter.id))

    regenerate(voter_id=voter.id, battle_id=battle.id)
    battle = settled(battle)

    assert (battle.state, battle.n_regenerations) == (BattleState.READY, 1)
    assert battle.unranked_reason == UnrankedReason.REGENERATED
    assert sorted(battle.responses.values_list("side", "generation", "is_done")) == [
        ("a", 1, True),
        ("a", 2, True),
        ("b", 1, True),
        ("b", 2, True),
    ]


def test_when_complete_shows_each_side_once_and_both_together(arena_of: MakeArena) -> None:
    arena = arena_of("good", "words-40-40", pacing=Pacing.WHEN_COMPLETE)
    battle = start(arena, make_voter().id)
    began = time.monotonic()
    wait_for(lambda: Delta.objects.filter(battle=battle).exists())
    waited_s = time.monotonic() - began

    deltas = list(Delta.objects.filter(battle=battle).order_by("seq"))

    assert [(delta.seq, delta.side) for delta in deltas] == [(1, "a"), (2, "b")]
    assert waited_s > 1.5  # a word at 40 a second: the second moment is the first after the end
    assert settled(battle).state == BattleState.READY


def test_stop_before_anything_was_shown_keeps_as_much_of_both(arena_of: MakeArena) -> None:
    voter = make_voter()
    arena = arena_of("words-400-60", "words-400-20", pacing=Pacing.WHEN_COMPLETE)
    battle = start(arena, voter.id)
    time.sleep(1.2)

    stop_answers(voter_id=voter.id, battle_id=battle.id)
    battle = settled(battle)

    texts = [response.text for response in battle.responses.all()]
    assert battle.state == BattleState.READY
    assert len(texts[0]) == len(texts[1]) > 0
    assert sorted(Delta.objects.values_list("text", flat=True)) == sorted(texts)


def test_stop_ends_both_answers_where_they_are(arena_of: MakeArena) -> None:
    voter = make_voter()
    battle = start(arena_of("words-400-40", "words-400-40"), voter.id)
    time.sleep(1.0)

    stop_answers(voter_id=voter.id, battle_id=battle.id)
    battle = settled(battle)

    assert battle.state == BattleState.READY
    assert {response.finish_reason for response in battle.responses.all()} == {coordinator.STOPPED}
    assert all(0 < len(response.text.split()) < 400 for response in battle.responses.all())
