"""Does a battle begin as the table says, and end without a vote only in the ways that are allowed?"""

import time
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from django.db import DatabaseError

from arena.domain.battle_state import BattleState
from arena.domain.errors import AlreadyVoted, BattleExpired, BattleVoid, InvalidInput, NoBattles, NotFound
from arena.domain.metadata import EntryStatus
from arena.models import Battle, Delta, Endpoint, Entry, Prompt, Response, SamplerSnapshot, Voter
from arena.queries.battles import blind_battle, response_text
from arena.queries.clock import database_now
from arena.queries.pairing import table_of
from arena.services import battles
from arena.services.battles import skip_battle, start_battle, sweep_battles
from arena.services.votes import cast_vote
from ratings.ledger import commitment
from tests.factories import (
    PASSAGE,
    SLUGS,
    enter,
    make_arena,
    make_battle,
    make_live_arena,
    make_output,
    make_prompt,
    make_stored_arena,
    make_vote,
    make_voter,
    start,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

ANSWER_WITHIN_S = 30


def rows_left_behind():
    return {model.__name__: model.objects.count() for model in (Voter, Battle, Response) if model.objects.exists()}


def test_stored_battle_is_ready_at_once():
    arena, voter_id = make_stored_arena(), uuid.uuid4()

    battle = start(arena, voter_id)

    assert (battle.state, battle.void_reason, battle.unranked_reason) == ("ready", "", "")
    assert (battle.voter_id, battle.arena, battle.branch) == (voter_id, arena, "sampler")
    assert battle.ready_at == battle.created_at
    assert battle.expires_at - battle.created_at == timedelta(hours=24)
    assert abs(database_now() - battle.created_at) < timedelta(seconds=5)
    sides = {"a": battle.contestant_a_id, "b": battle.contestant_b_id}
    shown = {r.side: (r.output.contestant_id, r.output.prompt, r.is_done) for r in battle.responses.all()}
    assert shown == {side: (contestant, battle.prompt, True) for side, contestant in sides.items()}


def test_commitment_is_to_this_battle_pair_and_a_fresh_nonce():
    arena = make_stored_arena()

    first, second = start(arena, seed=1), start(arena, seed=1)

    for battle in (first, second):
        slugs = (battle.contestant_a.slug, battle.contestant_b.slug)
        assert bytes(battle.commitment) == commitment(battle.id, *slugs, bytes(battle.nonce))
    assert bytes(first.nonce) != bytes(second.nonce)


def test_probability_is_that_of_the_table_it_was_drawn_from():
    arena = make_stored_arena()
    for k in range(6):
        make_vote(arena, *SLUGS[:2], "ab"[k % 2])

    battle = start(arena)

    table = table_of(battle.sampler)
    i, j = (battle.sampler.ids.index(c.slug) for c in (battle.contestant_a, battle.contestant_b))
    assert battle.sampler.ids == sorted(SLUGS)
    assert battle.pair_probability == table.matrix()[i, j]
    assert (battle.n_eligible_pairs, battle.side_probability) == (table.n_eligible, 0.5) == (6, 0.5)


def test_every_pair_and_both_orders_are_drawn():
    arena = make_stored_arena(slugs=SLUGS[:3], prompt_keys=["p1"])

    drawn = [start(arena, seed=seed) for seed in range(40)]

    orders = Counter((b.contestant_a.slug, b.contestant_b.slug) for b in drawn)
    assert set(orders) == {(x, y) for pair in combinations(SLUGS[:3], 2) for x, y in (pair, pair[::-1])}


def test_same_chance_gives_the_same_draw():
    arena = make_stored_arena()

    pairs = {(b.contestant_a_id, b.contestant_b_id, b.prompt_id) for b in (start(arena, seed=7) for _ in range(3))}

    assert len(pairs) == 1


def test_prompt_is_not_repeated_while_there_are_others():
    arena, voter_id = make_stored_arena(), uuid.uuid4()

    keys = [start(arena, voter_id, seed).prompt.key for seed in range(6)]

    assert sorted(keys[:3]) == sorted(keys[3:]) == ["p1", "p2", "p3"]


def test_prompt_can_be_chosen():
    arena = make_stored_arena()

    assert {start(arena, seed=seed, prompt_key="p2").prompt.key for seed in range(4)} == {"p2"}


def test_prompt_on_which_only_some_have_answers_is_for_them():
    arena = make_stored_arena()
    rare = make_prompt(arena, "rare")
    for entry in Entry.objects.filter(contestant__slug__in=SLUGS[:2]).select_related("contestant"):
        make_output(rare, entry.contestant)

    battle = start(arena, prompt_key="rare")

    assert {battle.contestant_a.slug, battle.contestant_b.slug} == set(SLUGS[:2])
    assert battle.pair_probability == 1
    assert battle.n_eligible_pairs == 1


def test_contestants_that_answer_different_prompts_never_meet():
    arena = make_arena()
    common, alone = make_prompt(arena, "p1"), make_prompt(arena, "p2")
    a, b, c = (enter(arena, slug) for slug in SLUGS[:3])
    for prompt, contestants in ((common, (a, b)), (alone, (b, c))):
        for contestant in contestants:
            make_output(prompt, contestant)

    drawn = {frozenset((x.contestant_a, x.contestant_b)) for x in (start(arena, seed=seed) for seed in range(12))}

    assert drawn == {frozenset((a, b)), frozenset((b, c))}


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"prompt_key": "nothing"}, "prompt_id"),
        ({"prompt_text": "Mine?"}, "prompt"),
        ({"pair": SLUGS[:1] * 2}, "pair"),
        ({"pair": SLUGS[:1]}, "pair"),
        ({"pair": SLUGS[:3]}, "pair"),
        ({"pair": (*SLUGS[:2], SLUGS[0])}, "pair"),
        ({"pair": (SLUGS[0], "nobody-0")}, "pair"),
    ],
)
def test_choice_that_cannot_be_is_refused_and_leaves_nothing(choices, field):
    arena = make_stored_arena()

    with pytest.raises(InvalidInput) as refused:
        start(arena, **choices)

    assert list(refused.value.fields) == [field]
    assert rows_left_behind() == {}


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "x" * 8_001])
def test_typed_prompt_that_is_none_is_refused(text):
    arena = make_live_arena()

    with pytest.raises(InvalidInput) as refused:
        start(arena, prompt_text=text)

    assert list(refused.value.fields) == ["prompt"]
    assert rows_left_behind() == {}


def test_arena_that_is_none():
    with pytest.raises(NotFound):
        start_battle(voter_id=uuid.uuid4(), arena_slug="nowhere", rng=np.random.default_rng(0))


def test_directed_battle_does_not_count_and_the_coin_still_falls():
    arena = make_stored_arena()

    drawn = [start(arena, seed=seed, pair=SLUGS[:2]) for seed in range(8)]

    assert {(b.branch, b.unranked_reason, b.pair_probability, b.sampler) for b in drawn} == {
        ("directed", "directed", None, None)
    }
    assert {(b.contestant_a.slug, b.contestant_b.slug) for b in drawn} == {SLUGS[:2], SLUGS[1::-1]}


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_contestants_have_no_battle(n):
    arena = make_stored_arena(slugs=SLUGS[:n])

    with pytest.raises(NoBattles):
        start(arena)

    assert rows_left_behind() == {}


def test_no_prompt_no_battle():
    with pytest.raises(NoBattles):
        start(make_stored_arena(prompt_keys=[]))


def test_typed_prompt_that_nobody_can_answer_is_not_kept():
    arena = make_stored_arena(takes_prompts=True)

    with pytest.raises(NoBattles):
        start(arena, prompt_text="Who answers?")

    assert rows_left_behind() == {}
    assert Prompt.objects.filter(is_in_pool=False).count() == 0


@pytest.mark.parametrize("status", [EntryStatus.DRAFT, EntryStatus.TESTING, EntryStatus.PAUSED, EntryStatus.RETIRED])
def test_only_active_contestants_are_drawn(status):
    arena = make_stored_arena(slugs=SLUGS[:3])
    Entry.objects.filter(contestant__slug=SLUGS[0]).update(status=status)

    drawn = {start(arena, seed=seed).contestant_a.slug for seed in range(8)}

    assert drawn == set(SLUGS[1:3])
    with pytest.raises(InvalidInput):
        start(arena, pair=SLUGS[:2])


def test_contestant_without_exposure_is_not_drawn_and_none_at_all_is_no_battle():
    arena = make_stored_arena(slugs=SLUGS[:3])
    Entry.objects.filter(contestant__slug=SLUGS[0]).update(exposure=0)

    drawn = {start(arena, seed=seed).contestant_a.slug for seed in range(8)}

    assert drawn == set(SLUGS[1:3])
    Entry.objects.update(exposure=0)
    with pytest.raises(NoBattles):
        start(arena)


@pytest.mark.parametrize("fields", [{"is_enabled": False}, {"provider": "nobody"}, {"key_name": "ARENA_KEY_MISSING"}])
def test_contestant_that_cannot_be_called_is_not_drawn(fields):
    arena = make_live_arena(slugs=("lead-k3", "lexrank-r", "textrank-g"))
    Endpoint.objects.filter(contestant__slug="lead-k3").update(**fields)

    battle = start(arena)

    assert {battle.contestant_a.slug, battle.contestant_b.slug} == {"lexrank-r", "textrank-g"}


def test_nothing_half_done_is_left_when_the_last_step_fails(monkeypatch):
    arena = make_stored_arena()

    def fail(*args):
        raise DatabaseError("gone")

    monkeypatch.setattr(battles, "_create_first_responses", fail)
    with pytest.raises(DatabaseError, match="gone"):
        start(arena)

    assert rows_left_behind() == {}


def wait_for_answers(battle):
    deadline = time.monotonic() + ANSWER_WITHIN_S
    while Battle.objects.get(id=battle.id).state in ("drawn", "answering") and time.monotonic() < deadline:
        time.sleep(0.05)
    battle.refresh_from_db()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("choices", [{}, {"prompt_text": PASSAGE}], ids=["pool", "typed"])
def test_live_battle_answers_until_it_is_ready(choices):
    arena, voter_id = make_live_arena(), uuid.uuid4()

    battle = start(arena, voter_id, **choices)

    wait_for_answers(battle)
    texts = {r.side: (r.is_done, r.text) for r in battle.responses.all()}
    sent = {side: "".join(battle.deltas.filter(side=side).values_list("text", flat=True)) for side in "ab"}
    assert (battle.state, battle.prompt.text, battle.prompt.is_in_pool) == ("ready", PASSAGE, not choices)
    assert battle.ready_at > battle.created_at
    assert texts == {side: (True, text) for side, text in sent.items()}
    assert all(sent.values())
    assert list(battle.deltas.values_list("seq", flat=True)) == list(range(1, battle.last_seq + 1))


def test_skipping_is_a_void_without_a_mark():
    battle = start(make_stored_arena())

    for _ in range(2):
        skip_battle(voter_id=battle.voter_id, battle_id=battle.id)

    battle.refresh_from_db()
    assert (battle.state, battle.void_reason) == ("void", "skipped")


@pytest.mark.parametrize("state", ["drawn", "answering", "ready"])
def test_every_open_battle_can_be_skipped(state):
    battle = make_battle(make_arena(), *SLUGS[:2], state=state)

    skip_battle(voter_id=battle.voter_id, battle_id=battle.id)

    assert Battle.objects.get().void_reason == "skipped"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": "voted"}, AlreadyVoted),
        ({"state": "expired"}, BattleExpired),
        ({"state": "void", "void_reason": "failed"}, BattleVoid),
        ({"state": "void", "void_reason": "lost"}, BattleVoid),
    ],
)
def test_battle_that_is_over_cannot_be_skipped(fields, error):
    battle = make_battle(make_arena(), *SLUGS[:2], **fields)
    before = Battle.objects.values().get()

    with pytest.raises(error):
        skip_battle(voter_id=battle.voter_id, battle_id=battle.id)

    assert Battle.objects.values().get() == before


@pytest.mark.parametrize("who", ["nobody", "another"])
def test_battle_of_another_voter_cannot_be_skipped(who):
    battle = make_battle(make_arena(), *SLUGS[:2])
    voter_id = None if who == "nobody" else make_voter().id

    with pytest.raises(NotFound):
        skip_battle(voter_id=voter_id, battle_id=battle.id)

    assert Battle.objects.get().state == "ready"


def test_sweep_expires_by_the_clock_of_the_database(monkeypatch):
    arena, second = make_arena(), timedelta(seconds=1)
    now = database_now()
    late = [make_battle(arena, *SLUGS[:2], state=s, expires_at=now - second) for s in ("drawn", "answering", "ready")]
    early = make_battle(arena, *SLUGS[:2], expires_at=now + timedelta(hours=1))
    voted = make_battle(arena, *SLUGS[:2], state="voted", expires_at=now - second)
    void = make_battle(arena, *SLUGS[:2], state="void", void_reason="skipped", expires_at=now - second)
    monkeypatch.setattr(time, "time", lambda: datetime(2001, 1, 1, tzinfo=UTC).timestamp())

    sweep_battles()

    states = dict(Battle.objects.values_list("id", "state"))
    expected = {b.id: "expired" for b in late} | {early.id: "ready", voted.id: "voted", void.id: "void"}
    assert states == expected


def test_sweep_voids_battles_whose_process_died(settings):
    arena, now = make_arena(), database_now()
    dead = now - timedelta(seconds=settings.HEARTBEAT_LIMIT_S + 1)
    lost = [make_battle(arena, *SLUGS[:2], state=state, heartbeat_at=dead) for state in ("drawn", "answering")]
    alive = make_battle(arena, *SLUGS[:2], state="answering", heartbeat_at=now)
    ready = make_battle(arena, *SLUGS[:2], state="ready", heartbeat_at=dead)

    sweep_battles()

    states = {b.id: (b.state, b.void_reason) for b in Battle.objects.all()}
    assert states == {b.id: ("void", "lost") for b in lost} | {alive.id: ("answering", ""), ready.id: ("ready", "")}


def test_sweep_drops_the_pieces_of_battles_that_are_over():
    arena = make_arena()
    battles_of = {state: make_battle(arena, *SLUGS[:2], state=state) for state in ("answering", "ready", "voted")}
    for battle in battles_of.values():
        Delta.objects.create(battle=battle, seq=1, side="a", turn=1, text="piece")

    sweep_battles()

    kept = set(Delta.objects.values_list("battle__state", flat=True))
    assert kept == {"answering", "ready"}


def test_table_is_kept_and_shared_by_the_battles_drawn_from_it():
    arena = make_stored_arena()

    tables = {start(arena, seed=seed).sampler_id for seed in range(3)}

    assert tables == set(SamplerSnapshot.objects.values_list("pk", flat=True))
    assert len(tables) == 1


def test_vote_ends_it():
    battle = start(make_stored_arena())

    cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="tie")

    battle.refresh_from_db()
    assert battle.state == BattleState.VOTED
    with pytest.raises(AlreadyVoted):
        skip_battle(voter_id=battle.voter_id, battle_id=battle.id)


@pytest.mark.django_db(transaction=True)
def test_stored_answer_beside_a_live_one_is_told_like_a_live_one():
    arena = make_live_arena(slugs=("lead-k3",))
    stored = enter(arena, SLUGS[0])
    output = make_output(arena.prompts.get(), stored, text="A stored answer that is a good deal longer. " * 4)

    battle = start(arena)

    at_once = blind_battle(battle.id, battle.voter_id)
    assert [(turn.text, turn.is_done) for side in (at_once.a, at_once.b) for turn in side.turns] == [("", False)] * 2
    wait_for_answers(battle)
    texts = {r.side: response_text(r) for r in battle.responses.select_related("output")}
    sent = {side: "".join(battle.deltas.filter(side=side).values_list("text", flat=True)) for side in "ab"}
    assert battle.state == "ready"
    assert texts == sent
    assert output.text in texts.values()
    first_seqs = [battle.deltas.filter(side=side).order_by("seq").first().seq for side in "ab"]
    assert sorted(first_seqs) == [1, 2]
