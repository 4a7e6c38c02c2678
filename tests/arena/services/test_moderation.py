"""Prompts and answers that a check objects to never reach anybody; a check that fails holds everything back."""

import pytest
from pytest_django import Settings

from arena.domain import pacing
from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.moderation import Check
from arena.models import Delta, Endpoint, Reservation, Response
from arena.queries.alarms import current_alarms
from arena.services.turns import add_turn, stop_answers
from tests.factories import enter, make_arena, make_prompt, settled, start
from tests.fake_models import FLAGGED, fake_models

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def base_url():
    with fake_models() as url:
        yield url


@pytest.fixture(autouse=True)
def _soon_released(monkeypatch):
    monkeypatch.setattr(pacing, "RELEASE_MOMENTS_S", (0.2, 0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0))


@pytest.fixture
def make(base_url: str, settings: Settings):
    """An arena with this check, whose models are called so."""
    settings.EGRESS_ALLOW = ("127.0.0.1",)

    def make(check: Check, first="good", second="good", moderation="good", **fields):
        arena = make_arena(
            "live",
            takes_prompts=True,
            moderation=check,
            moderation_words=f"xyzzy\n{FLAGGED}",
            moderation_base_url=base_url,
            moderation_model=moderation,
            **fields,
        )
        for slug, model in (("quillon-1", first), ("brevant-2", second)):
            contestant = enter(arena, slug)
            Endpoint.objects.create(contestant=contestant, provider="openai", base_url=base_url, model_name=model)
        make_prompt(arena, "p1", text="Why is the sky blue?")
        return arena

    return make


CHECKS = [Check.WORDS, Check.ENDPOINT]


@pytest.mark.parametrize("check", CHECKS)
def test_what_passes_is_shown_as_ever(make, check):
    battle = settled(start(make(check), prompt_text="Why is grass green?"))

    assert (battle.state, battle.void_reason) == (BattleState.READY, "")
    assert all(response.text for response in battle.responses.all())


@pytest.mark.parametrize("check", CHECKS)
def test_a_prompt_that_does_not_pass_reaches_no_model(make, check):
    battle = settled(start(make(check, first="status-500"), prompt_text=f"What is a {FLAGGED}?"))

    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.MODERATED)
    assert set(battle.responses.values_list("text", "error_kind")) == {("", "moderation")}
    assert set(Endpoint.objects.values_list("n_failures", flat=True)) == {0}


@pytest.mark.parametrize("check", CHECKS)
def test_an_answer_that_does_not_pass_is_never_seen_and_counts_against_nobody(make, check):
    # echo says what it was asked: the word stands in a prompt of the pool, which is the operator's own.
    arena = make(check, first="echo")
    arena.prompts.update(text=f"What is a {FLAGGED}?")

    battle = settled(start(arena))

    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.MODERATED)
    assert Delta.objects.count() == 0
    assert set(battle.responses.values_list("text", flat=True)) == {""}
    (held,) = battle.responses.exclude(error="")
    assert (held.error_kind, FLAGGED in held.error) == ("moderation", False)
    assert set(Endpoint.objects.values_list("n_failures", "open_until")) == {(0, None)}
    assert not Reservation.objects.filter(cost_nano__isnull=True).exists()


@pytest.mark.parametrize(
    "moderation", ["status-500", "status-401", "html-200", "wrong-schema", "no-verdict", "odd-verdict"]
)
def test_a_check_that_fails_holds_everything_back(make, moderation):
    battle = settled(start(make(Check.ENDPOINT, moderation=moderation), prompt_text="Why is grass green?"))

    assert (battle.state, battle.void_reason) == (BattleState.VOID, VoidReason.MODERATED)
    assert set(Endpoint.objects.values_list("n_failures", flat=True)) == {0}
    assert all("the check failed" in error for error in battle.responses.values_list("error", flat=True))
    assert "check-failing" in [alarm.name for alarm in current_alarms()]


def test_a_private_address_is_no_moderation_endpoint(make, settings):
    arena = make(Check.ENDPOINT)
    arena.moderation_base_url = "http://169.254.169.254/v1"
    arena.save()

    battle = settled(start(arena, prompt_text="Why is grass green?"))

    assert battle.void_reason == VoidReason.MODERATED


def test_a_further_turn_is_checked_too(make):
    battle = settled(start(make(Check.WORDS)))

    add_turn(voter_id=battle.voter_id, battle_id=battle.id, prompt_text=f"And a {FLAGGED}?")

    assert settled(battle).void_reason == VoidReason.MODERATED


def test_what_was_stopped_is_checked_before_it_is_shown(make):
    arena = make(Check.WORDS, first="words-400-100", second="words-400-100")
    arena.moderation_words = "word3"
    arena.save()
    battle = start(arena)

    stop_answers(voter_id=battle.voter_id, battle_id=battle.id)

    assert settled(battle).state in (BattleState.VOID, BattleState.READY)
    assert not Response.objects.filter(text__contains="word3").exists()
    assert Delta.objects.filter(text__contains="word3").count() == 0


def test_without_a_check_everything_passes(make):
    arena = make(Check.OFF)
    live = settled(start(arena, prompt_text=f"What is a {FLAGGED}?"))

    assert live.state == BattleState.READY
