"""Is a vote one row a battle, with an outcome we know?"""

import pytest
from django.db import IntegrityError, transaction

from arena.models import PendingVote, Vote, VoteNote
from tests.factories import make_arena, make_battle, make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_second_vote_of_a_battle_is_refused():
    vote = make_vote(make_arena(), "quillon-1", "brevant-2", "a")

    with pytest.raises(IntegrityError, match="battle"), transaction.atomic():
        Vote.objects.create(battle=vote.battle, outcome="b", voter_kind="human", is_ranked=True)

    assert list(Vote.objects.values_list("pk", "outcome")) == [(vote.pk, "a")]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"outcome": "A"}, "vote_outcome_known"),
        ({"outcome": "model_a"}, "vote_outcome_known"),
        ({"outcome": ""}, "vote_outcome_known"),
        ({"voter_kind": "robot"}, "vote_voter_kind_known"),
        ({"elapsed_ms": -1}, "elapsed_ms"),
    ],
)
def test_vote_that_cannot_be(fields, name):
    battle = make_battle(make_arena(), "quillon-1", "brevant-2")

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Vote.objects.create(**{"battle": battle, "outcome": "a", "voter_kind": "human", "is_ranked": True, **fields})


def test_vote_waits_once_and_has_one_note():
    vote = make_vote(make_arena(), "quillon-1", "brevant-2", "both_bad")
    VoteNote.objects.create(vote=vote, reasons=["accurate"], comment="ok")

    with pytest.raises(IntegrityError, match="vote"), transaction.atomic():
        PendingVote.objects.create(vote=vote, arena=vote.battle.arena)
    with pytest.raises(IntegrityError, match="vote"), transaction.atomic():
        VoteNote.objects.create(vote=vote)
