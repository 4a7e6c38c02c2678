"""How many agreed with this voter on this pair, whichever side each model stood on?"""

import pytest

from arena.domain.metadata import VoterKind
from arena.queries.votes import Agreement, agreement_on_pair, n_votes_of_voter, votes_of_voter
from ratings.outcomes import Outcome
from tests.factories import SLUGS, make_arena, make_vote, make_voter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C = SLUGS[:3]


@pytest.fixture
def mine():
    """A vote for A on side a, among others on the same pair, on other pairs, by judges and in another arena."""
    arena = make_arena()
    mine = make_vote(arena, A, B, "a")
    for a, b, outcome in [(A, B, "a"), (B, A, "b"), (B, A, "a"), (A, B, "b"), (A, B, "tie"), (B, A, "both_bad")]:
        make_vote(arena, a, b, outcome)
    make_vote(arena, A, C, "a")
    make_vote(arena, A, B, "a", make_voter(VoterKind.JUDGE))
    make_vote(make_arena("other"), A, B, "a")
    return mine


@pytest.mark.parametrize(("outcome", "n_same"), [("A", 2), ("B", 2), ("TIE", 2), ("BOTH_BAD", 2)])
def test_agreement_is_seen_from_the_sides_of_the_battle(mine, outcome, n_same):
    agreement = agreement_on_pair(mine.battle, Outcome[outcome])

    assert (agreement, agreement.percent) == (Agreement(n_votes=6, n_same=n_same), 33)


def test_side_does_not_matter(mine):
    make_vote(mine.battle.arena, B, A, "b")

    assert agreement_on_pair(mine.battle, Outcome.A) == Agreement(n_votes=7, n_same=3)
    assert agreement_on_pair(mine.battle, Outcome.B) == Agreement(n_votes=7, n_same=2)


def test_first_vote_on_a_pair_has_nobody_to_agree_with():
    mine = make_vote(make_arena(), A, B, "a")

    assert agreement_on_pair(mine.battle, Outcome.A) is None


def test_votes_of_a_voter_newest_first():
    arena, voter = make_arena(), make_voter()
    first, second = (make_vote(arena, A, B, outcome, voter) for outcome in "ab")
    make_vote(arena, A, B, "a")

    assert list(votes_of_voter(voter.id)) == [second, first]
    assert n_votes_of_voter(voter.id) == 2
