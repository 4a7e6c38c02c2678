"""Does the fitter see the counted votes, in an order that does not depend on chance?"""

import numpy as np
import pytest

from arena.domain.metadata import VoterKind
from arena.models import PendingVote, Vote
from arena.queries.ledger import (
    LedgerHead,
    contestants_by_slug,
    counted_comparisons,
    ledger_head,
    n_votes_kept_and_excluded,
    voter_index,
    votes_in_order,
)
from arena.services.ledger import sequence_arena
from ratings.comparisons import NO_VOTER
from ratings.ledger import empty_root
from tests.factories import SLUGS, enter, make_arena, make_battle, make_vote, make_voter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

A, B, C, D = SLUGS


def from_elsewhere(arena, a, b, outcome):
    battle = make_battle(arena, a, b)
    vote = Vote.objects.create(battle=battle, outcome=outcome, voter_kind="human", source="csv", is_ranked=True)
    PendingVote.objects.create(vote=vote, arena=arena)


@pytest.fixture
def arena():
    """Five counted votes of people by three voters, and one of every kind that does not count for them."""
    arena, voters = make_arena(), [make_voter() for _ in range(3)]
    for k, (a, b, outcome) in enumerate([(A, B, "a"), (B, A, "a"), (A, B, "tie"), (A, B, "tie"), (B, C, "both_bad")]):
        make_vote(arena, a, b, outcome, voters[k % 3])
    make_vote(arena, A, B, "b", make_voter(is_flagged=True))
    make_vote(arena, A, B, "b", unranked_reason="directed")
    make_vote(arena, A, B, "b", make_voter(VoterKind.JUDGE))
    from_elsewhere(arena, A, B, "b")
    enter(arena, D)
    enter(arena, "pending-9", status="draft")
    sequence_arena(arena_id=arena.pk)
    return arena


def test_counted_votes_and_newcomers(arena):
    votes = counted_comparisons(arena, VoterKind.HUMAN)

    seen = zip(votes.a, votes.b, votes.outcome, votes.count, strict=True)
    counts = {}
    for a, b, outcome, n in seen:
        key = (votes.ids[a], votes.ids[b], int(outcome))
        counts[key] = counts.get(key, 0) + int(n)
    assert votes.ids == tuple(sorted(SLUGS))
    assert counts == {(A, B, 0): 1, (B, A, 0): 1, (A, B, 2): 2, (B, C, 3): 1}
    assert (votes.n_votes, votes.n_voters) == (5, 3)


def test_same_votes_give_the_same_arrays(arena):
    first, second = (counted_comparisons(arena, VoterKind.HUMAN) for _ in range(2))

    for name in ("a", "b", "outcome", "count", "voter"):
        assert np.array_equal(getattr(first, name), getattr(second, name))


def test_no_votes_are_no_rows():
    votes = counted_comparisons(make_arena(), VoterKind.HUMAN)

    assert (votes.ids, votes.n_rows, votes.n_votes) == ((), 0, 0)


def test_votes_in_order_are_those_of_the_range(arena):
    everything = votes_in_order(arena, VoterKind.HUMAN, 0, 99)

    assert everything == [(A, B, "a"), (B, A, "a"), (A, B, "tie"), (A, B, "tie"), (B, C, "both_bad")]
    assert votes_in_order(arena, VoterKind.HUMAN, 1, 3) == everything[1:3]
    assert votes_in_order(arena, VoterKind.JUDGE, 0, 99) == [(A, B, "b")]


def test_kept_and_excluded_are_all_that_was_sequenced(arena):
    assert n_votes_kept_and_excluded(arena, VoterKind.HUMAN, 99) == (5, 3)
    assert n_votes_kept_and_excluded(arena, VoterKind.HUMAN, 3) == (3, 0)
    assert n_votes_kept_and_excluded(arena, VoterKind.JUDGE, 99) == (1, 0)


def test_other_sources_count_where_the_arena_says_so(arena):
    arena.counted_sources = ["live", "csv"]

    assert counted_comparisons(arena, VoterKind.HUMAN).n_votes == 6
    assert n_votes_kept_and_excluded(arena, VoterKind.HUMAN, 99) == (6, 2)


def test_head_of_an_empty_ledger():
    assert ledger_head(make_arena()) == LedgerHead(0, empty_root())


def test_voter_index_is_sorted_and_leaves_out_the_unknown():
    assert voter_index([b"b", b"", b"a", b"b"]).tolist() == [1, NO_VOTER, 0, 1]


def test_contestants_by_slug(arena):
    assert {slug: c.slug for slug, c in contestants_by_slug([A, C, "none-0"]).items()} == {A: A, C: C}
