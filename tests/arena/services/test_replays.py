"""Finished answers judged again: a battle of one's own over the same two, and agreement between voters measured."""

import uuid
from datetime import timedelta

import numpy as np
import pytest

from arena.domain.errors import NoBattles
from arena.models import Battle, Output, Prompt, Response, Vote
from arena.queries.clock import database_now
from arena.queries.replays import VoterAgreement, agreement_of_voters, replayable_battles
from arena.services.catalog import save_arena
from arena.services.leaderboards import publish_arena
from arena.services.replays import CHOICES, start_replay
from arena.services.votes import cast_vote
from tests.factories import make_arena, make_battle, make_stored_arena, make_vote, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def arena():
    return make_stored_arena()


def replay(arena, voter_id=None):
    battle_id = start_replay(voter_id=voter_id or uuid.uuid4(), arena_slug=arena.slug, rng=np.random.default_rng(0))
    return Battle.objects.get(id=battle_id)


def test_a_replay_shows_the_same_pair_on_the_same_sides_under_its_own_seal(arena):
    original = start(arena)

    again = replay(arena)

    assert (again.contestant_a, again.contestant_b) == (original.contestant_a, original.contestant_b)
    assert (again.prompt, again.replay_of, again.state) == (original.prompt, original, "ready")
    assert (again.branch, again.pair_probability) == ("queue", None)
    assert bytes(again.commitment) != bytes(original.commitment)
    shown = [list(b.responses.order_by("side").values_list("side", "output")) for b in (original, again)]
    assert shown[0] == shown[1]


def test_nobody_judges_the_same_answers_twice(arena):
    voter = make_voter()
    own = start(arena, voter.id)
    other = start(arena)

    first = replay(arena, voter.id)

    assert own.voter == voter
    assert first.replay_of == other
    with pytest.raises(NoBattles):
        replay(arena, voter.id)


def test_those_with_the_fewest_judgements_come_first(arena):
    battles = [start(arena, seed=seed) for seed in range(2)]

    originals = {replay(arena).replay_of_id for _ in range(2)}

    assert originals <= {battle.id for battle in battles}


@pytest.mark.parametrize("change", [{"unranked_reason": "directed"}, {"is_identical": True}, {"branch": "directed"}])
def test_unfit_battles_are_not_shown_to_others(arena, change):
    battle = start(arena)
    Battle.objects.filter(id=battle.id).update(**change)

    with pytest.raises(NoBattles):
        replay(arena)


def test_a_typed_prompt_is_shown_to_others_only_with_consent(arena):
    battle = start(arena)
    battle.prompt.is_in_pool = False
    battle.prompt.save()

    with pytest.raises(NoBattles):
        replay(arena)
    Battle.objects.filter(id=battle.id).update(may_publish=True)
    assert replay(arena).replay_of == battle


def test_votes_on_replays_count(arena):
    start(arena)
    again = replay(arena)

    cast_vote(voter_id=again.voter_id, battle_id=again.id, outcome="a")

    assert publish_arena(arena_id=arena.pk) != []
    assert Vote.objects.get().is_ranked is True


def test_agreement_is_over_pairs_of_votes_on_the_same_two_answers(arena):
    first = make_vote(arena, "quillon-1", "brevant-2", "a").battle
    for outcome in ("a", "tie", "both_bad"):
        make_vote(arena, "quillon-1", "brevant-2", outcome, replay_of=first)
    make_vote(arena, "quillon-1", "brevant-2", "a")  # answered anew: other answers

    # a-a and tie-both bad agree, of six pairs.
    assert agreement_of_voters(arena) == VoterAgreement(n_pairs=6, n_agreeing=2)


def test_stored_answers_are_the_same_in_every_battle_and_on_either_side(arena):
    for a, b, outcome in (("quillon-1", "brevant-2", "a"), ("brevant-2", "quillon-1", "b")):
        battle = make_vote(arena, a, b, outcome).battle
        for response in battle.responses.all():
            contestant = battle.contestant_a if response.side == "a" else battle.contestant_b
            response.output = Output.objects.get(prompt__key="p1", contestant=contestant)
            response.save()

    assert agreement_of_voters(arena) == VoterAgreement(n_pairs=1, n_agreeing=1)


def test_without_votes_there_is_no_agreement(arena):
    assert agreement_of_voters(arena).percent is None


@pytest.mark.parametrize(
    ("moderation", "is_stored", "n"),
    [("off", False, 1), ("words", False, 1), ("endpoint", False, 0), ("endpoint", True, 1)],
)
def test_answers_from_before_an_endpoint_checked_them_are_nobody_elses(moderation, is_stored, n):
    arena = make_stored_arena()
    battle = start(arena) if is_stored else make_battle(arena, "quillon-1", "brevant-2", branch="sampler")
    if not is_stored:
        Prompt.objects.update(is_in_pool=True)
    Battle.objects.update(created_at=database_now() - timedelta(minutes=1))
    arena.moderation, arena.moderation_words = moderation, "plugh"
    arena.moderation_base_url = "https://checks.example/v1"
    save_arena(arena=arena)

    assert replayable_battles(arena, uuid.uuid4()).filter(pk=battle.pk).count() == n
    arena.name = "Another"
    save_arena(arena=arena)
    later = make_battle(arena, "quillon-1", "brevant-2", branch="sampler")
    assert replayable_battles(arena, uuid.uuid4()).filter(pk=later.pk).count() == 1


@pytest.mark.parametrize("place", ["text", "prompt_text"])
def test_answers_are_held_against_the_words_of_now(place):
    arena = make_arena(moderation="words", moderation_words="xyzzy\nplugh")
    bad, good = (make_battle(arena, "quillon-1", "brevant-2", branch="sampler") for _ in range(2))
    Prompt.objects.update(is_in_pool=True)
    Response.objects.filter(battle=bad, side="b").update(**{place: "What a PLUGH."})

    assert replay(arena).replay_of == good
    Battle.objects.filter(pk=good.pk).update(is_identical=True)
    with pytest.raises(NoBattles):
        replay(arena)


def test_many_bad_answers_do_not_hide_a_good_one():
    arena = make_arena(moderation="words", moderation_words="plugh")
    for _ in range(CHOICES + 1):
        make_battle(arena, "quillon-1", "brevant-2", branch="sampler")
    Response.objects.update(text="plugh")
    good = make_battle(arena, "quillon-1", "brevant-2", branch="sampler")
    Prompt.objects.update(is_in_pool=True)

    assert replay(arena).replay_of == good
