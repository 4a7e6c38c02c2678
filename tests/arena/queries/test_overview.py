"""Models by boards: the whole one first, then kinds of tasks, each cell a published row."""

import pytest

from arena.domain.metadata import VoterKind
from arena.models import SnapshotRow
from arena.queries.comparison import COMPARED_FACETS
from arena.queries.overview import overview_of
from arena.services.leaderboards import publish_arena
from arena.services.slices import fit_pending_slices
from arena.services.standard_slices import refresh_standard_slices
from tests.factories import SLUGS, enter, make_arena, make_counted_votes, make_prompt, make_voter

pytestmark = pytest.mark.django_db

A, B, C, _ = SLUGS


@pytest.fixture
def arena(db):
    arena = make_arena()
    for slug in (A, B, C):
        enter(arena, slug)
    code, poem = make_prompt(arena, "p1", category="code"), make_prompt(arena, "p2", category="poem")
    voter = make_voter()
    rounds = [(A, B, "a"), (B, C, "a"), (C, A, "a"), (A, B, "b"), (C, B, "tie"), (B, C, "b")]
    make_counted_votes(arena, [(*vote, voter, code, 1) for vote in rounds * 2])
    make_counted_votes(arena, [(*vote, voter, poem, 2) for vote in rounds[:2] + rounds[3:5]])
    publish_arena(arena_id=arena.pk)
    return arena


def test_only_the_whole_board_before_the_others_are_fitted(arena):
    overview = overview_of(arena, VoterKind.HUMAN, COMPARED_FACETS)

    assert [snapshot.slice for snapshot in overview.snapshots] == [{}]
    assert [row.contestant.slug for row, _ in overview.rows] == [
        row.contestant.slug for row in SnapshotRow.objects.filter(status="ranked").order_by("rank", "contestant__slug")
    ]


def test_boards_stand_in_order_and_cells_are_their_rows(arena, django_assert_num_queries):
    refresh_standard_slices()
    fit_pending_slices()

    with django_assert_num_queries(2):
        overview = overview_of(arena, VoterKind.HUMAN, COMPARED_FACETS)

    assert [(snapshot.slice, snapshot.meta["n_votes"]) for snapshot in overview.snapshots] == [
        ({}, 16),
        ({"category": ["code"]}, 12),
        ({"category": ["poem"]}, 4),
        ({"turns": ["multi"]}, 4),
        ({"style_control": ["true"]}, 16),
    ]
    for row, cells in overview.rows:
        for snapshot, cell in zip(overview.snapshots, cells, strict=True):
            expected = snapshot.rows.get(contestant=row.contestant)
            assert cell == (expected if expected.status == "ranked" else None)


def test_nothing_before_the_first_publication(db):
    assert overview_of(make_arena(), VoterKind.HUMAN, COMPARED_FACETS) is None
