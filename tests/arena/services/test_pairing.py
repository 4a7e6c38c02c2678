"""Are pairs drawn from the right table, masked, recorded for ever, and prompts as the operator asked?"""

import uuid
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from arena.domain.errors import NoBattles
from arena.models import Arena, Battle, Endpoint, Entry, SamplerSnapshot, Snapshot
from arena.queries.pairing import table_of
from arena.queries.planning import plan_of
from arena.services import pairing
from arena.services.battles import start_battle
from arena.services.leaderboards import publish_arena
from arena.services.ledger import sequence_arena
from arena.services.pairing import refresh_sampler
from arena.services.votes import cast_vote
from tests.concurrency import at_once
from tests.factories import (
    SLUGS,
    enter,
    make_arena,
    make_live_arena,
    make_output,
    make_prompt,
    make_stored_arena,
    make_votes,
    start,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

LIVE = ("lead-k3", "lexrank-r", "textrank-g")
A, B, C, D = SLUGS


def met(battle):
    return {battle.contestant_a.slug, battle.contestant_b.slug}


@pytest.mark.parametrize(
    "fields", [{"open_until": "2999-01-01T00:00Z"}, {"key_name": "ARENA_KEY_MISSING"}], ids=["breaker open", "no key"]
)
def test_who_is_down_is_masked_and_the_table_stays(fields):
    arena = make_live_arena(slugs=LIVE)
    whole = start(arena)
    Endpoint.objects.filter(contestant__slug=LIVE[0]).update(**fields)

    battle = start(arena)

    assert met(battle) == set(LIVE[1:])
    assert (battle.pair_probability, battle.n_eligible_pairs) == (1.0, 1)
    assert (whole.sampler_id, whole.n_eligible_pairs) == (battle.sampler_id, 3)


def test_all_down_is_no_battle():
    arena = make_live_arena(slugs=LIVE)
    Endpoint.objects.update(open_until="2999-01-01T00:00Z")

    with pytest.raises(NoBattles):
        start(arena)

    assert Battle.objects.count() == 0


def test_two_who_can_answer_but_nothing_in_common_never_meet():
    """The one that fell back to its stored output has no prompt in common with the third."""
    arena = make_live_arena(slugs=LIVE[:2])
    third = enter(arena, "stored-only")
    make_output(make_prompt(arena, "p2"), third)
    fallen = Endpoint.objects.select_related("contestant").get(contestant__slug=LIVE[0])
    make_output(arena.prompts.get(key="p1"), fallen.contestant)
    Endpoint.objects.filter(pk=fallen.pk).update(open_until="2999-01-01T00:00Z")

    battles = [start(arena, seed=seed) for seed in range(8)]

    assert {frozenset(met(battle)) for battle in battles} == {frozenset(LIVE[:2]), frozenset((LIVE[1], "stored-only"))}
    assert {battle.n_eligible_pairs for battle in battles} == {2}
    assert sum({frozenset(met(b)): b.pair_probability for b in battles}.values()) == pytest.approx(1)


def test_pinned_prompt_that_everybody_answers_counts():
    battle = start(make_stored_arena(), prompt_key="p2")

    assert (battle.branch, battle.unranked_reason, battle.n_eligible_pairs) == ("pinned", "", 6)


def test_pinned_prompt_that_narrows_the_draw_is_recorded_and_kept_off_the_board():
    arena = make_stored_arena()
    rare = make_prompt(arena, "rare")
    for slug in (A, B, C):
        make_output(rare, Entry.objects.get(contestant__slug=slug).contestant)

    battle = start(arena, prompt_key="rare")

    assert (battle.branch, battle.unranked_reason, battle.n_eligible_pairs) == ("pinned", "pinned", 3)
    assert battle.pair_probability == pytest.approx(1 / 3, abs=1e-6)
    cast = cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="a")
    assert Battle.objects.get(vote=cast.vote_id).vote.is_ranked is False


@pytest.mark.parametrize(
    "fields",
    [
        {"pairing": {"rule": "nothing"}},
        {"pairing": {"cap": 7}},
        {"pairing": ["need_var"]},
        {"prompt_shares": {"category": 3}},
    ],
)
def test_settings_that_cannot_be_used_are_no_battle_and_logged(fields, caplog):
    arena = make_stored_arena()
    Arena.objects.update(**fields)

    with pytest.raises(NoBattles):
        start(arena)

    assert "its settings cannot be used" in caplog.text
    if "pairing" in fields:
        assert refresh_sampler(arena=Arena.objects.get()) is None


def test_islands_are_no_battle_until_something_joins_them():
    arena = make_arena()
    for key, slugs in (("p1", (A, B)), ("p2", (C, D))):
        prompt = make_prompt(arena, key)
        for slug in slugs:
            make_output(prompt, enter(arena, slug))
    with pytest.raises(NoBattles):
        start(arena)
    assert refresh_sampler(arena=arena) is None

    make_votes(arena, [(B, C, "a")])
    sequence_arena(arena_id=arena.pk)

    assert start(arena).n_eligible_pairs == 2


def test_prompts_get_the_shares_of_the_operator():
    arena = make_stored_arena(prompt_keys=[], prompt_shares={"category": {"code": 0.9}, "language": {"de": 0.5}})
    contestants = [entry.contestant for entry in arena.entries.select_related("contestant")]
    for key, category, language in (("a", "code", "en"), ("b", "code", "de"), ("c", "", "en"), ("d", "poems", "de")):
        prompt = make_prompt(arena, key, category=category, language=language)
        for contestant in contestants:
            make_output(prompt, contestant)

    shown = Counter(start(arena, seed=seed).prompt.key for seed in range(120))

    assert shown["a"] + shown["b"] == pytest.approx(108, abs=12)
    assert shown["b"] + shown["d"] == pytest.approx(60, abs=22)


def test_no_prompt_is_repeated_while_others_remain_even_if_few_can_answer_them():
    arena, voter_id = make_stored_arena(prompt_keys=["p1", "p2"]), uuid.uuid4()
    rare = make_prompt(arena, "rare")
    for slug in (A, B):
        make_output(rare, Entry.objects.get(contestant__slug=slug).contestant)

    first, second = ([start(arena, voter_id, seed) for seed in range(3 * k, 3 * k + 3)] for k in range(2))

    for battles in (first, second):
        assert {battle.prompt.key for battle in battles} == {"p1", "p2", "rare"}
    assert {b.n_shown_before for b in first} == {0}
    assert {b.n_shown_before for b in second} == {1}


def test_prompt_that_nobody_can_answer_now_does_not_stop_the_others():
    arena, voter_id = make_stored_arena(prompt_keys=["p1"]), uuid.uuid4()
    make_prompt(arena, "p0")

    assert [start(arena, voter_id, seed).prompt.key for seed in range(3)] == ["p1"] * 3


@pytest.mark.django_db(transaction=True)
def test_web_processes_at_once_store_one_table():
    arena = make_stored_arena()

    at_once(
        *(
            lambda seed=seed: start_battle(
                voter_id=uuid.uuid4(), arena_slug=arena.slug, rng=np.random.default_rng(seed)
            )
            for seed in range(4)
        )
    )

    assert (SamplerSnapshot.objects.count(), Battle.objects.count()) == (1, 4)
    assert set(Battle.objects.values_list("sampler", flat=True)) == {SamplerSnapshot.objects.get().pk}


def test_table_is_not_made_again_while_nothing_changed(monkeypatch):
    arena = make_stored_arena()
    first = start(arena)
    monkeypatch.setattr(pairing, "take_snapshot", None)

    assert start(arena, seed=1).sampler == first.sampler


def test_exposure_changes_the_table_at_once():
    arena = make_stored_arena(slugs=[f"m-{k}" for k in range(6)], pairing={"rule": "weighted", "cap": 1})
    before = start(arena)
    Entry.objects.filter(contestant__slug="m-0").update(exposure=5)

    after = start(arena)

    share = [float(table_of(battle.sampler).matrix()[0].sum()) for battle in (before, after)]
    assert share == pytest.approx([1 / 3, 0.9 * 25 / 35 + 0.1 / 3], abs=1e-6)
    assert after.sampler.exposures == [5, 1, 1, 1, 1, 1]


def test_each_publication_makes_table_and_plan():
    arena = make_stored_arena()
    make_votes(arena, [(A, B, "a"), (B, A, "a"), (B, C, "a"), (C, B, "b"), (C, B, "a")])

    (snapshot_id,) = publish_arena(arena_id=arena.pk)
    publish_arena(arena_id=arena.pk)

    sampler, snapshot = SamplerSnapshot.objects.get(), Snapshot.objects.get(pk=snapshot_id)
    assert (sampler.snapshot, start(arena).sampler) == (snapshot, sampler)
    plan = plan_of(snapshot)
    ranked = snapshot.rows.filter(rank__isnull=False).order_by("rank").values_list("contestant__slug", flat=True)
    assert [(pair.upper, pair.lower) for pair in plan.neighbours] == list(pairwise(ranked))
    assert [newcomer.model for newcomer in plan.newcomers] == sorted(SLUGS)


def test_rule_that_looks_at_no_votes_still_gets_a_new_plan():
    arena = make_stored_arena(pairing={"rule": "uniform"})
    for outcomes in ("ab", "aab"):
        make_votes(arena, [(A, B, outcome) for outcome in outcomes])
        publish_arena(arena_id=arena.pk)

    older, newer = SamplerSnapshot.objects.order_by("id")

    assert older.digest == newer.digest
    assert older.plan != newer.plan


def test_retirement_makes_a_new_table():
    arena = make_stored_arena()
    start(arena)

    Entry.objects.filter(contestant__slug=A).update(status="retired")

    assert start(arena).sampler.ids == sorted((B, C, D))
