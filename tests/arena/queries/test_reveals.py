import uuid

import pytest

from arena.domain.errors import NotFound
from arena.queries.battles import blind_battle
from arena.queries.receipts import receipt_of
from arena.queries.reveals import RevealedVote, SeenBattle, revealed_vote, seen_battle
from tests.factories import NONCE, make_arena, make_battle, make_vote

pytestmark = pytest.mark.django_db


def test_battle_is_blind_before_the_vote():
    battle = make_battle(make_arena(), "quillon-1", "brevant-2")

    assert seen_battle(battle.id, battle.voter_id) == SeenBattle(blind_battle(battle.id, battle.voter_id), None)


def test_battle_shows_what_is_kept_with_the_vote():
    vote = make_vote(make_arena(), "quillon-1", "brevant-2", "tie")
    battle = vote.battle

    assert seen_battle(battle.id, battle.voter_id) == SeenBattle(
        blind_battle(battle.id, battle.voter_id),
        RevealedVote(
            vote_id=vote.pk,
            outcome="tie",
            is_ranked=True,
            reveal=vote.reveal | {"nonce": NONCE.hex()},
            receipt=receipt_of(battle.id),
        ),
    )


@pytest.mark.parametrize("voter_id", [None, uuid.uuid4()])
@pytest.mark.parametrize("look", [seen_battle, revealed_vote])
def test_vote_of_another_voter_is_not_found(look, voter_id):
    vote = make_vote(make_arena(), "quillon-1", "brevant-2", "a")

    with pytest.raises(NotFound):
        look(vote.battle_id, voter_id)


def test_vote_that_was_not_cast_is_not_found():
    battle = make_battle(make_arena(), "quillon-1", "brevant-2")

    with pytest.raises(NotFound):
        revealed_vote(battle.id, battle.voter_id)
