"""Is the demo arena made once, whole, and its judge honest about what it is?"""

import numpy as np
import pytest

from arena.domain.metadata import VoterKind
from arena.models import Arena, Battle, Entry, PendingVote, Prompt, Response, Vote, Voter
from arena.providers.demo import CONTESTANTS
from arena.queries.audit import faults
from arena.queries.leaderboards import current_board, shown_voter_kind
from arena.services.demo import DEMO_SLUG, seed_demo
from arena.services.leaderboards import publish_arena
from ratings.ledger import commitment
from tests.concurrency import whole_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo():
    assert seed_demo(rng=np.random.default_rng(5)) is True
    return Arena.objects.get(slug=DEMO_SLUG)


@pytest.mark.both_databases
def test_seeding_again_changes_nothing(demo):
    before = whole_database()

    assert seed_demo(rng=np.random.default_rng(6)) is False

    assert whole_database() == before


def test_contestants_are_live_prompts_of_many_languages_and_votes_of_the_judge(demo):
    entries = Entry.objects.select_related("contestant__endpoint")

    assert {entry.contestant.slug for entry in entries if entry.status == "active"} == set(CONTESTANTS)
    assert {entry.contestant.endpoint.provider for entry in entries} == {"demo"}
    assert {entry.contestant.openness for entry in entries} == {"fully-open"}
    assert Prompt.objects.filter(is_in_pool=True).count() >= 30
    assert len(set(Prompt.objects.values_list("language", flat=True))) >= 5
    assert (demo.takes_prompts, demo.visibility, demo.counted_sources) == (True, "public", ["live"])

    votes = Vote.objects.all()
    assert set(votes.values_list("voter_kind", "source", "is_ranked")) == {("judge", "live", True)}
    assert list(Voter.objects.values_list("kind", flat=True)) == ["judge"]
    assert set(votes.values_list("outcome", flat=True)) >= {"a", "b"}
    assert Battle.objects.filter(state="voted", branch="exhaustive").count() == votes.count() > 200
    assert PendingVote.objects.count() == votes.count()


def test_battles_are_sealed_answered_and_of_both_orders(demo):
    battle = Battle.objects.select_related("contestant_a", "contestant_b").first()
    slugs = (battle.contestant_a.slug, battle.contestant_b.slug)

    assert bytes(battle.commitment) == commitment(battle.id, *slugs, bytes(battle.nonce))
    assert Response.objects.filter(is_done=True).exclude(text="").count() == 2 * Battle.objects.count()

    first, second = pair = list(CONTESTANTS)[:2]
    battles = Battle.objects.filter(contestant_a__slug__in=pair, contestant_b__slug__in=pair)
    orders = set(battles.values_list("contestant_a__slug", "contestant_b__slug"))

    assert orders == {(first, second), (second, first)}


def test_judges_board_ranks_everybody_and_peoples_board_nobody(demo):
    publish_arena(arena_id=demo.pk)

    board = current_board(demo, VoterKind.JUDGE)

    assert {row.contestant.slug for row in board.ranked} == set(CONTESTANTS)
    assert board.preliminary == []
    assert current_board(demo, VoterKind.HUMAN) is None
    assert shown_voter_kind(demo) == VoterKind.JUDGE
    assert list(faults(demo)) == []
