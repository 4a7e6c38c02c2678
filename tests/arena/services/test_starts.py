"""Limits of starts hold whatever comes at once; a challenge where a program is suspected; a vote is never limited."""

import uuid
from datetime import timedelta

import pytest

from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.errors import ChallengeNeeded, TooManyStarts
from arena.domain.start_limits import StartLimits
from arena.models import Battle, Exclusion, StartCounter, Vote, Voter
from arena.queries.clock import database_now
from arena.services import battles
from arena.services.challenges import issue_challenge
from arena.services.ledger import sequence_arena
from arena.services.replays import start_replay
from arena.services.votes import cast_vote
from tests.arena.services.test_challenges import solve
from tests.concurrency import at_once
from tests.factories import make_battle, make_live_arena, make_paid_arena, make_stored_arena, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SENTENCE = "Please wait a little before you start another battle. Battles that you have begun can be voted on."
WAIT_S = 60


@pytest.fixture
def limits(settings):
    """Set limits; those that are not named do not matter."""

    def use(**changes):
        wide = dict.fromkeys(("stored", "live", "answering", "open", "abandoned", "fast_votes", "new_voters"), 10000)
        settings.START_LIMITS = StartLimits(**(wide | {"work": 200} | changes))
        return settings.START_LIMITS

    return use


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch):
    monkeypatch.setattr(battles, "launch", lambda battle_id: None)


@pytest.fixture
def arena():
    return make_stored_arena()


def refused(call):
    with pytest.raises(TooManyStarts) as error:
        call()
    assert (str(error.value), error.value.retry_after_s) == (SENTENCE, WAIT_S)  # whichever limit it was


def test_a_voter_begins_so_many_battles_in_a_window(arena, limits):
    limits(stored=3)
    voter_id = uuid.uuid4()
    for _ in range(3):
        start(arena, voter_id)

    refused(lambda: start(arena, voter_id))
    assert start(arena).state == BattleState.READY  # others are not concerned
    Battle.objects.filter(voter=voter_id).update(created_at=database_now() - timedelta(seconds=601))
    assert start(arena, voter_id).state == BattleState.READY


def test_live_battles_have_a_smaller_limit_and_stored_ones_go_on(arena, limits):
    limits(live=1)
    live, voter_id = make_paid_arena(slugs=("fenwick-1", "fenwick-2")), uuid.uuid4()
    start(live, voter_id)

    refused(lambda: start(live, voter_id))
    assert start(arena, voter_id).state == BattleState.READY


def test_models_of_the_demo_are_called_nowhere(limits):
    limits(live=1)
    voter_id, demo = uuid.uuid4(), make_live_arena()

    assert {start(demo, voter_id).state for _ in range(3)} == {BattleState.DRAWN}


def test_answers_are_written_for_two_battles_at_once(limits):
    limits(answering=2)
    live, voter_id = make_paid_arena(), uuid.uuid4()
    first = start(live, voter_id)
    start(live, voter_id)

    refused(lambda: start(live, voter_id))
    Battle.objects.filter(id=first.id).update(state=BattleState.READY)
    assert start(live, voter_id).state == BattleState.DRAWN


def test_battles_that_wait_for_a_vote_are_limited_and_a_vote_makes_room(arena, limits):
    limits(open=2)
    voter_id = uuid.uuid4()
    battle = start(arena, voter_id)
    start(arena, voter_id)

    refused(lambda: start(arena, voter_id))
    cast_vote(voter_id=voter_id, battle_id=battle.id, outcome="a")
    assert start(arena, voter_id).state == BattleState.READY


def test_the_queue_counts_like_any_start(arena, limits):
    limits(stored=1)
    voter_id = uuid.uuid4()
    start(arena, voter_id)

    with pytest.raises(TooManyStarts):
        start_replay(voter_id=voter_id, arena_slug=arena.slug, rng=None)


@pytest.mark.django_db(transaction=True)
def test_of_many_starts_at_once_none_slips_through(arena, limits):
    limits(stored=5)
    voter = make_voter()

    results = at_once(*[lambda: start(arena, voter.id)] * 16)

    assert sum(isinstance(result, Battle) for result in results) == 5
    assert sum(isinstance(result, TooManyStarts) for result in results) == 11, results


@pytest.mark.django_db(transaction=True)
def test_a_network_of_many_voters_has_a_limit_of_its_own(arena, limits):
    limits(stored=2, network=3)
    voters = [make_voter() for _ in range(12)]

    results = at_once(*(lambda v=voter: start(arena, v.id, network="net") for voter in voters))

    refusals = [result for result in results if isinstance(result, TooManyStarts)]
    assert len(refusals) == 6
    assert {(str(error), error.retry_after_s) for error in refusals} == {(SENTENCE, WAIT_S)}
    assert start(arena, network="elsewhere").state == BattleState.READY


def test_a_refused_start_is_not_counted(arena, limits):
    limits(live=1, network=5)
    live, voter_id = make_paid_arena(), uuid.uuid4()
    for _ in range(2):
        try:
            start(live, voter_id, network="net")
        except TooManyStarts:
            continue

    assert sorted(StartCounter.objects.values_list("n", flat=True)) == [1, 1, 1]  # new, starts, live


def test_a_vote_is_never_limited(arena, limits):
    limits(stored=1, open=1, abandoned=1, network=1)
    voter = make_voter()
    waiting = [make_battle(arena, "quillon-1", "brevant-2", voter) for _ in range(5)]

    for battle in waiting:
        cast_vote(voter_id=voter.id, battle_id=battle.id, outcome="tie")

    assert Vote.objects.count() == 5


def test_off_means_no_limit(arena, settings):
    settings.START_LIMITS = None
    voter_id = uuid.uuid4()

    assert {start(arena, voter_id).state for _ in range(15)} == {BattleState.READY}


def test_who_leaves_most_battles_is_asked_to_work_and_then_goes_on(arena, limits):
    limits(abandoned=4)
    voter = make_voter()
    for _ in range(4):
        make_battle(arena, "quillon-1", "brevant-2", voter)
    with pytest.raises(ChallengeNeeded):
        start(arena, voter.id)
    solution = solve(issue_challenge(voter_id=voter.id))

    begun = start(arena, voter.id, solution=solution)

    assert begun.state == BattleState.READY
    assert start(arena, voter.id).state == BattleState.READY  # for an hour
    Voter.objects.update(trusted_until=database_now())
    with pytest.raises(ChallengeNeeded):
        start(arena, voter.id, solution=solution)  # and not by the same work again


def test_who_votes_is_not_asked_and_failures_are_nobodys_fault(arena, limits):
    limits(abandoned=4)
    voter = make_voter()
    for k in range(4):
        battle = make_battle(arena, "quillon-1", "brevant-2", voter)
        if k < 2:
            cast_vote(voter_id=voter.id, battle_id=battle.id, outcome="a")
    assert start(arena, voter.id).state == BattleState.READY
    other = make_voter()
    for _ in range(5):
        void = {"state": BattleState.VOID, "void_reason": VoidReason.FAILED}
        make_battle(arena, "quillon-1", "brevant-2", other, **void)

    assert start(arena, other.id).state == BattleState.READY


@pytest.mark.parametrize(("elapsed_s", "is_asked"), [(0, True), (9, False)])
def test_who_votes_faster_than_anybody_reads_is_asked(arena, limits, elapsed_s, is_asked):
    limits(fast_votes=3)
    voter, ready_at = make_voter(), database_now() - timedelta(seconds=elapsed_s)
    for _ in range(3):
        battle = make_battle(arena, "quillon-1", "brevant-2", voter, ready_at=ready_at)
        cast_vote(voter_id=voter.id, battle_id=battle.id, outcome="a")

    if is_asked:
        with pytest.raises(ChallengeNeeded):
            start(arena, voter.id)
    else:
        assert start(arena, voter.id).state == BattleState.READY


def test_a_burst_of_new_voters_from_one_network_is_asked(arena, limits):
    limits(new_voters=2)
    known = uuid.uuid4()
    for voter_id in (known, uuid.uuid4()):
        start(arena, voter_id, network="net")

    with pytest.raises(ChallengeNeeded):
        start(arena, network="net")
    assert start(arena, known, network="net").state == BattleState.READY
    assert start(arena, network="elsewhere").state == BattleState.READY


@pytest.mark.parametrize(("n_left", "rule"), [(19, []), (80, ["abandoned_battles"])])
def test_votes_of_who_waits_for_one_model_are_kept_and_not_counted(arena, limits, n_left, rule):
    limits()
    voter = make_voter()
    for _ in range(n_left - 1):
        make_battle(arena, "quillon-1", "brevant-2", voter)
    battle = make_battle(arena, "quillon-1", "brevant-2", voter)
    if n_left == 19:
        for _ in range(7):
            other = make_battle(arena, "quillon-1", "brevant-2", voter)
            cast_vote(voter_id=voter.id, battle_id=other.id, outcome="b")
    cast_vote(voter_id=voter.id, battle_id=battle.id, outcome="a")

    sequence_arena(arena_id=arena.pk)

    assert Vote.objects.get(battle=battle).is_ranked
    assert list(Exclusion.objects.filter(vote__battle=battle).values_list("rule", flat=True)) == rule
