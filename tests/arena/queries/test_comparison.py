"""How two compare: the prediction of the published board, the record, the boards of parts; an independent route."""

import numpy as np
import pytest

from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.models import Prompt, Snapshot
from arena.queries.comparison import BoardPairs, compare_pair
from arena.services.leaderboards import publish_arena
from arena.services.slices import ask_for_board, fit_pending_slices
from ratings.scale import POINTS_PER_NAT
from tests.factories import make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "b", "tie", "both_bad")],
    *[("brevant-2", "quillon-1", outcome) for outcome in ("a", "b", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]


@pytest.fixture
def arena(db):
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    return arena


def test_nothing_was_published_yet(arena):
    assert compare_pair(arena, VoterKind.HUMAN, "quillon-1", "brevant-2") is None


def test_record_is_that_of_both_sides_as_the_first_sees_it(arena):
    publish_arena(arena_id=arena.pk)

    here = compare_pair(arena, VoterKind.HUMAN, "quillon-1", "brevant-2")
    there = compare_pair(arena, VoterKind.HUMAN, "brevant-2", "quillon-1")

    assert here.record == (4, 2, 1, 1)
    assert there.record == (2, 4, 1, 1)


def test_difference_and_interval_follow_from_the_covariance_of_the_two(arena):
    snapshot = Snapshot.objects.get(pk=publish_arena(arena_id=arena.pk)[0])
    rows = {row.contestant.slug: row for row in snapshot.rows.select_related("contestant")}
    i, j = (snapshot.ranked_ids.index(slug) for slug in ("quillon-1", "brevant-2"))
    v = np.frombuffer(snapshot.covariance).reshape(len(snapshot.ranked_ids), -1)
    half = snapshot.meta["quantile"] * np.sqrt(v[i, i] + v[j, j] - 2 * v[i, j]) * POINTS_PER_NAT

    found = compare_pair(arena, VoterKind.HUMAN, "quillon-1", "brevant-2").prediction

    assert found.difference == pytest.approx(rows["quillon-1"].rating - rows["brevant-2"].rating)
    assert (found.ci_low, found.ci_high) == pytest.approx((found.difference - half, found.difference + half))
    assert found.expected_score == pytest.approx(1 / (1 + 10 ** (-found.difference / 400)))
    assert found.p_win + found.p_tie + found.p_loss == pytest.approx(1)


def test_whoever_is_not_ranked_has_no_prediction(arena):
    snapshot = Snapshot.objects.get(pk=publish_arena(arena_id=arena.pk)[0])

    assert BoardPairs(snapshot).predict("quillon-1", "ondolar-4") is None


def test_boards_of_parts_stand_beside_the_whole(arena):
    Prompt.objects.filter(arena=arena, key="p1").update(category="code")
    publish_arena(arena_id=arena.pk)
    ask_for_board(arena_slug="text", slice_=Slice(category=("code",)))
    ask_for_board(arena_slug="text", slice_=Slice(category=("code",), turns=("1",)))
    fit_pending_slices()

    found = compare_pair(arena, VoterKind.HUMAN, "quillon-1", "brevant-2")

    assert [(part.slice, part.n_votes) for part in found.parts] == [(Slice(category=("code",)), 8)]
