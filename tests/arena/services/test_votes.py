"""Is a vote recorded once, whole or not at all, whatever is asked and however often?"""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from celery import Celery
from django.db import DatabaseError

from arena.domain.errors import AlreadyVoted, BattleExpired, BattleVoid, InvalidInput, NotFound, NotReady
from arena.domain.metadata import VoterKind
from arena.models import Arena, Battle, PendingVote, Vote, VoteNote
from arena.queries.clock import database_now
from arena.services import votes
from arena.services.battles import skip_battle
from arena.services.leaderboards import publish_arena
from arena.services.votes import CastVote, cast_vote
from tests.concurrency import at_once, whole_database
from tests.factories import SLUGS, make_arena, make_battle, make_vote, make_voter
from tests.servers import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OUTCOMES = ["a", "b", "tie", "both_bad"]
N_CLICKS = 8


@pytest.fixture
def battle():
    return make_battle(make_arena(), *SLUGS[:2])


def cast(battle, outcome="a", **more):
    return cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome=outcome, **more)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_first_vote_is_recorded_with_its_place_in_the_outbox(battle, outcome):
    done = cast(battle, outcome)

    vote = Vote.objects.get()
    assert done == CastVote(vote.pk, is_replay=False)
    assert (vote.battle, vote.outcome, vote.voter_kind, vote.source) == (battle, outcome, "human", "live")
    assert (vote.is_ranked, abs(database_now() - vote.created_at) < timedelta(seconds=5)) == (True, True)
    assert list(PendingVote.objects.values_list("vote", "arena")) == [(vote.pk, battle.arena_id)]
    assert Battle.objects.get().state == "voted"
    assert VoteNote.objects.count() == 0


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_same_vote_again_is_a_replay_that_changes_nothing(battle, outcome):
    first = cast(battle, outcome)
    before = whole_database()

    again = cast(battle, outcome, reasons=["accurate"], comment="once more")

    assert again == CastVote(first.vote_id, is_replay=True)
    assert whole_database() == before


def test_other_vote_is_refused_and_changes_nothing(battle):
    cast(battle, "a")
    before = whole_database()

    for outcome in ("b", "tie", "both_bad"):
        with pytest.raises(AlreadyVoted) as refused:
            cast(battle, outcome)
        assert refused.value.battle_id == str(battle.id)

    assert whole_database() == before


def test_replay_still_answers_when_the_battle_would_have_expired(battle):
    first = cast(battle)
    Battle.objects.update(expires_at=database_now() - timedelta(days=1))

    assert cast(battle) == CastVote(first.vote_id, is_replay=True)


@pytest.mark.parametrize("outcome", ["A", " a", "left", "", "model_a", None, 1, True, ["a"], {"a": 1}], ids=repr)
def test_outcome_that_is_none_is_refused(battle, outcome):
    before = whole_database()

    with pytest.raises(InvalidInput) as refused:
        cast(battle, outcome)

    assert refused.value.fields == {"outcome": ["Say one of: a, b, tie, both_bad."]}
    assert whole_database() == before


@pytest.mark.parametrize("outcome", ["a", "both_bad"])
def test_bad_outcome_is_refused_before_the_state_is_looked_at(battle, outcome):
    cast(battle, outcome)

    with pytest.raises(InvalidInput):
        cast(battle, "left")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"state": "drawn"}, NotReady),
        ({"state": "answering"}, NotReady),
        ({"state": "expired"}, BattleExpired),
        ({"state": "void", "void_reason": "skipped"}, BattleVoid),
        ({"state": "void", "void_reason": "failed"}, BattleVoid),
    ],
)
def test_battle_that_does_not_wait_for_a_vote(fields, error):
    battle = make_battle(make_arena(), *SLUGS[:2], **fields)
    before = whole_database()

    with pytest.raises(error):
        cast(battle)

    assert whole_database() == before


@pytest.mark.parametrize("state", ["drawn", "answering", "ready"])
def test_expiry_is_by_the_clock_even_before_the_sweep(state):
    late = database_now() - timedelta(seconds=1)
    battle = make_battle(make_arena(), *SLUGS[:2], state=state, expires_at=late)

    with pytest.raises(BattleExpired):
        cast(battle)

    assert Vote.objects.count() == 0


@pytest.mark.parametrize("who", ["nobody", "another", "unknown"])
def test_battle_of_another_is_not_there(battle, who):
    voter_id = {"nobody": None, "another": make_voter().id, "unknown": uuid.uuid4()}[who]

    with pytest.raises(NotFound) as of_another:
        cast_vote(voter_id=voter_id, battle_id=battle.id, outcome="a")
    with pytest.raises(NotFound) as of_nobody:
        cast_vote(voter_id=voter_id, battle_id=uuid.uuid4(), outcome="a")

    assert str(of_another.value) == str(of_nobody.value)
    assert (Vote.objects.count(), Battle.objects.get().state) == (0, "ready")


def test_erased_voter_has_no_battle_left(battle):
    voter_id = battle.voter_id
    battle.voter.delete()

    with pytest.raises(NotFound):
        cast_vote(voter_id=voter_id, battle_id=battle.id, outcome="a")

    assert (Vote.objects.count(), PendingVote.objects.count()) == (0, 0)


def test_reasons_and_comment_are_kept_beside_the_vote(battle):
    cast(battle, reasons=["accurate", "complete"], comment="  e\u0301t\u00e9\r\nnul\x00  ")

    note = VoteNote.objects.get()
    assert (note.vote, note.reasons, note.comment) == (
        Vote.objects.get(),
        ["accurate", "complete"],
        "\u00e9t\u00e9\nnul",
    )


@pytest.mark.parametrize("comment", ["", "  \n", "\u200b\u2060\ufeff"])
def test_comment_without_anything_visible_is_none(battle, comment):
    cast(battle, comment=comment)

    assert VoteNote.objects.count() == 0


def test_longest_comment_fits(battle):
    cast(battle, comment="\U0001f600" * 2_000)

    assert VoteNote.objects.get().comment == "\U0001f600" * 2_000


@pytest.mark.parametrize("length", [2_001, 20_000])
def test_longer_comment_is_refused_and_the_vote_with_it(battle, length):
    with pytest.raises(InvalidInput) as refused:
        cast(battle, comment="x" * length)

    assert refused.value.fields == {"comment": ["At most 2,000 characters."]}
    assert (Vote.objects.count(), Battle.objects.get().state) == (0, "ready")


def test_unknown_reason_is_refused(battle):
    with pytest.raises(InvalidInput) as refused:
        cast(battle, reasons=["accurate", "because"])

    assert list(refused.value.fields) == ["reasons"]
    assert Vote.objects.count() == 0


@pytest.mark.parametrize(("seconds", "low_ms", "high_ms"), [(5, 5_000, 15_000), (0, 0, 10_000), (-60, 0, 0)])
def test_time_to_the_vote_is_measured_and_never_negative(seconds, low_ms, high_ms):
    battle = make_battle(make_arena(), *SLUGS[:2], ready_at=database_now() - timedelta(seconds=seconds))

    cast(battle)

    assert low_ms <= Vote.objects.get().elapsed_ms <= high_ms


def test_time_to_the_vote_may_be_unknown():
    cast(make_battle(make_arena(), *SLUGS[:2], ready_at=None))

    assert Vote.objects.get().elapsed_ms is None


@pytest.mark.parametrize("kind", VoterKind)
def test_vote_is_of_the_kind_of_its_voter(kind):
    cast(make_battle(make_arena(), *SLUGS[:2], voter=make_voter(kind)))

    assert Vote.objects.get().voter_kind == kind


@pytest.mark.parametrize("reason", ["directed", "regenerated", "not-blind", "identity-leak"])
def test_reason_not_to_rank_goes_with_the_vote(reason):
    cast(make_battle(make_arena(), *SLUGS[:2], unranked_reason=reason))

    assert Vote.objects.get().is_ranked is False


def test_flagged_voter_is_answered_like_any_other():
    cast(make_battle(make_arena(), *SLUGS[:2], voter=make_voter(is_flagged=True)))

    assert Vote.objects.get().is_ranked is True


def test_reveal_holds_the_ratings_of_that_moment():
    arena = make_arena()
    for outcome in "aab":
        make_vote(arena, *SLUGS[:2], outcome)
    publish_arena(arena_id=arena.pk)
    battle = make_battle(arena, *SLUGS[:2])
    cast(battle)
    kept = Vote.objects.get(battle=battle).reveal
    for _ in range(5):
        make_vote(arena, *SLUGS[:2], "b")
    publish_arena(arena_id=arena.pk)

    replay = cast(battle)

    assert [kept[side]["slug"] for side in "ab"] == list(SLUGS[:2])
    assert [kept[side]["rank"] for side in "ab"] == [1, 2]
    assert kept["a"]["rating"] > 1000 > kept["b"]["rating"]
    assert replay.is_replay
    assert Vote.objects.get(battle=battle).reveal == kept


def test_reveal_before_the_first_board_has_no_ratings(battle):
    cast(battle)

    a = battle.contestant_a
    assert Vote.objects.get().reveal["a"] == {
        "slug": SLUGS[0],
        "name": a.name,
        "organisation": "",
        "version": "",
        "rating": None,
        "ci_low": None,
        "ci_high": None,
        "rank": None,
    }


def test_nothing_is_left_when_the_last_step_fails(battle, monkeypatch):
    before = whole_database()

    def fail(name, *args):
        raise DatabaseError("gone")

    monkeypatch.setattr(votes, "enqueue_on_commit", fail)
    with pytest.raises(DatabaseError, match="gone"):
        cast(battle, comment="lost?")

    assert whole_database() == before


@pytest.mark.django_db(transaction=True)
def test_dead_broker_changes_nothing(battle, monkeypatch):
    silent = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
    dead = Celery(broker=f"redis://127.0.0.1:{free_port()}/0", broker_transport_options=silent, set_as_current=False)
    monkeypatch.setattr("arena.jobs.current_app", dead)

    done = cast(battle)

    assert done == CastVote(Vote.objects.get().pk, is_replay=False)
    assert PendingVote.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_are_one_vote(battle):
    results = at_once(*[lambda: cast(battle, "a")] * N_CLICKS)

    vote = Vote.objects.get()
    assert Counter(results) == {CastVote(vote.pk, is_replay=False): 1, CastVote(vote.pk, is_replay=True): N_CLICKS - 1}
    assert list(PendingVote.objects.values_list("vote", flat=True)) == [vote.pk]


@pytest.mark.django_db(transaction=True)
def test_contradicting_clicks_at_once_leave_the_first(battle):
    results = at_once(*[lambda outcome=outcome: cast(battle, outcome) for outcome in OUTCOMES])

    vote = Vote.objects.get()
    assert Counter(type(result).__name__ for result in results) == {"CastVote": 1, "AlreadyVoted": 3}
    assert results[OUTCOMES.index(vote.outcome)] == CastVote(vote.pk, is_replay=False)


@pytest.mark.django_db(transaction=True)
def test_vote_and_skip_at_once_are_one_of_the_two(battle):
    def skip():
        return skip_battle(voter_id=battle.voter_id, battle_id=battle.id)

    voted, skipped = at_once(lambda: cast(battle), skip)

    battle.refresh_from_db()
    if battle.state == "voted":
        assert (type(voted), type(skipped), Vote.objects.count()) == (CastVote, AlreadyVoted, 1)
    else:
        assert (battle.void_reason, type(voted), skipped, Vote.objects.count()) == ("skipped", BattleVoid, None, 0)


def test_what_the_arena_does_not_offer_is_refused(battle):
    Arena.objects.update(outcomes=["a", "b"], reasons=["accurate"])

    with pytest.raises(InvalidInput) as outcome:
        cast(battle, "tie")
    with pytest.raises(InvalidInput) as reason:
        cast(battle, "a", reasons=["complete"])

    assert outcome.value.fields == {"outcome": ["This arena offers: a, b."]}
    assert reason.value.fields == {"reasons": ["This arena offers: accurate."]}
    assert not Vote.objects.exists()
    assert cast(battle, "a", reasons=["accurate"]).vote_id


def test_vote_that_was_taken_is_a_replay_also_when_its_outcome_is_no_longer_offered(battle):
    cast(battle, "tie")
    Arena.objects.update(outcomes=["a", "b"])

    assert cast(battle, "tie").is_replay
