"""What a whole board says of its limits is counted once, when it is published, and stays with it."""

from datetime import date

import numpy as np
import pytest

from arena.domain.metadata import VoterKind
from arena.models import Contestant, Prompt, Snapshot
from arena.queries.board_limits import LIMITS, PromptAges, ages_on
from arena.services.board_limits import fewest_to_flip
from arena.services.leaderboards import publish_arena, spec_of
from ratings.comparisons import Comparisons
from ratings.outcomes import Outcome
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.factories import SLUGS, make_stored_arena, make_vote, make_voter, make_votes

pytestmark = pytest.mark.django_db

A, B, C, _ = SLUGS
FOUGHT = [
    *[(A, B, outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[(B, C, outcome) for outcome in ("a", "a", "tie", "b")],
]


@pytest.fixture
def arena():
    return make_stored_arena()


def limits_of(arena, kind=VoterKind.HUMAN):
    publish_arena(arena_id=arena.pk)
    return Snapshot.objects.filter(voter_kind=kind).order_by("-id").first().meta[LIMITS]


def test_votes_that_do_not_count_are_named_by_their_rule(arena):
    make_votes(arena, FOUGHT)
    make_vote(arena, A, B, "a", make_voter(is_flagged=True))
    make_vote(arena, A, B, "a", unranked_reason="regenerated")

    assert limits_of(arena)["excluded"] == {"flagged_identity": 1, "regenerated": 1}


def test_agreement_is_that_of_votes_on_the_same_answers(arena):
    people = [make_voter() for _ in range(3)]
    first = make_vote(arena, A, B, "a", people[0])
    make_vote(arena, A, B, "a", people[1], replay_of=first.battle)
    make_vote(arena, B, A, "a", people[2], replay_of=first.battle)
    make_vote(arena, A, B, "a", make_voter(VoterKind.JUDGE, label="j"), replay_of=first.battle)
    make_votes(arena, FOUGHT)

    limits = limits_of(arena)

    assert limits["between_people"] == {"n_pairs": 3, "n_agreeing": 1}
    assert limits["with_judges"] == {"n_pairs": 3, "n_agreeing": 2}
    assert limits_of(arena, VoterKind.JUDGE)["with_judges"] == limits["with_judges"]


def test_prompts_are_newer_or_older_than_a_models_knowledge_or_that_is_unknown(arena):
    Prompt.objects.filter(key="p1").update(public_since=date(2025, 6, 1))
    Contestant.objects.filter(slug=A).update(knowledge_cutoff=date(2025, 6, 1))
    Contestant.objects.filter(slug=B).update(knowledge_cutoff=date(2025, 5, 31))
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)

    ages = ages_on(Snapshot.objects.get())

    assert ages == {A: PromptAges(older=5), B: PromptAges(newer=9), C: PromptAges(unknown=4)}
    assert [ages[slug].is_mostly_older for slug in (A, B, C)] == [True, False, False]


def test_a_prompt_typed_here_is_as_old_as_its_first_battle(arena):
    make_votes(arena, FOUGHT)
    Prompt.objects.filter(key="p1").update(is_in_pool=False, source="live")
    Contestant.objects.filter(slug=A).update(knowledge_cutoff=date(2020, 1, 1))
    publish_arena(arena_id=arena.pk)

    assert ages_on(Snapshot.objects.get())[A] == PromptAges(newer=5)


def test_taking_those_votes_away_puts_the_other_first():
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, 4, 400), rng.integers(0, 4, 400)
    strengths = np.array([0.3, 0.2, 0.0, -0.3])
    is_won = rng.random(400) < 1 / (1 + np.exp(strengths[b] - strengths[a]))
    outcome = np.where(is_won, Outcome.A, Outcome.B)
    keep = a != b
    votes = Comparisons(ids=("w", "x", "y", "z"), a=a[keep], b=b[keep], outcome=outcome[keep])
    spec = RatingSpec(partial=True)
    board = fit_leaderboard(votes, spec)

    flip = fewest_to_flip(votes, board, spec)

    first, other = (votes.ids.index(flip[name]) for name in ("first", "other"))
    is_helpful = ((votes.a == first) & (votes.b == other) & (votes.outcome == Outcome.A)) | (
        (votes.a == other) & (votes.b == first) & (votes.outcome == Outcome.B)
    )
    order = np.concatenate([np.flatnonzero(is_helpful), np.flatnonzero(~is_helpful)])
    left = np.sort(order[flip["votes"] + 1 :])
    without = fit_leaderboard(
        Comparisons(ids=votes.ids, a=votes.a[left], b=votes.b[left], outcome=votes.outcome[left]), spec
    )
    rating = {row.name: row.rating for row in without.rows}
    assert rating[flip["other"]] > rating[flip["first"]]


def test_nobody_ranked_has_nothing_to_flip(arena):
    votes = Comparisons(ids=(), a=np.zeros(0, int), b=np.zeros(0, int), outcome=np.zeros(0, int))
    spec = spec_of(arena)

    assert fewest_to_flip(votes, fit_leaderboard(votes, spec), spec) is None
