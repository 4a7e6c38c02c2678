"""Why boards differ: every reason that there is, and no other; each model's change without the move of the scale."""

import pytest

from arena.domain.errors import NotFound
from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.models import Snapshot, SnapshotRow
from arena.queries.snapshot_diff import DiffReason, diff_snapshots
from arena.services.leaderboards import publish_arena, publish_snapshot
from arena.services.slices import ask_for_board, fit_pending_slices
from tests.factories import SLUGS, enter, make_arena, make_contestant, make_vote, make_voter, make_votes

pytestmark = pytest.mark.django_db

A, B, C, D = SLUGS
START = [(A, B, "a"), (A, B, "b"), (B, C, "a"), (C, B, "a"), (A, B, "tie")]


@pytest.fixture
def arena(db):
    arena = make_arena()
    for slug in SLUGS:
        enter(arena, slug)
    make_votes(arena, START)
    publish(arena)
    return arena


def publish(arena):
    publish_arena(arena_id=arena.pk)
    return newest(arena)


def newest(arena, kind=VoterKind.HUMAN):
    return Snapshot.objects.filter(arena=arena, voter_kind=kind, slice_key="").latest("id")


def causes(diff):
    return {cause.reason: cause.values for cause in diff.causes}


def row(diff, slug):
    (found,) = [row for row in diff.rows if row.contestant.slug == slug]
    return found


def test_board_does_not_differ_from_itself(arena):
    snapshot = newest(arena)

    diff = diff_snapshots(snapshot.pk, snapshot.pk)

    assert (diff.causes, diff.shift) == ((), 0.0)
    assert {(row.change, row.votes, row.opponents) for row in diff.rows} == {(0.0, 0, ()), (None, 0, ())}


def test_new_votes_and_first_meetings_are_told_model_by_model(arena):
    before = newest(arena)
    make_votes(arena, [(A, B, "a"), (A, C, "a"), (C, A, "a")])
    after = publish(arena)

    diff = diff_snapshots(before.pk, after.pk)

    found = causes(diff)
    assert found[DiffReason.VOTES] == {"before": 5, "after": 8}
    assert found[DiffReason.OPPONENTS] == {"pairs": 1}
    assert found.keys() <= {DiffReason.VOTES, DiffReason.OPPONENTS, DiffReason.SCALE}
    assert (row(diff, A).votes, row(diff, A).opponents) == (3, (C,))
    assert (row(diff, B).votes, row(diff, B).opponents) == (1, ())
    assert sum(each.change for each in diff.rows if each.change is not None) == pytest.approx(0, abs=1e-9)


def test_newcomer_moves_the_scale_and_that_is_a_reason_of_its_own(arena):
    before = newest(arena)
    make_votes(arena, [(A, D, "a"), (A, D, "a"), (D, A, "a")])
    after = publish(arena)

    diff = diff_snapshots(before.pk, after.pk)

    found = causes(diff)
    rises = [each.after.rating - each.before.rating for each in diff.rows if each.contestant.slug != D]
    assert found[DiffReason.MODELS] == {"came": [D], "went": []}
    assert found[DiffReason.SCALE] == {"points": diff.shift}
    assert diff.shift == pytest.approx(sum(rises) / 3)
    assert row(diff, D).change is None
    assert row(diff, B).change == pytest.approx(row(diff, B).after.rating - row(diff, B).before.rating - diff.shift)
    assert [each.contestant.slug for each in diff_snapshots(after.pk, before.pk).rows if each.after][-1] == D


def test_method_is_told_by_name(arena):
    before = newest(arena)
    arena.min_votes = 1
    arena.save()
    publish_snapshot(arena_id=arena.pk, voter_kind=VoterKind.HUMAN)

    diff = diff_snapshots(before.pk, newest(arena).pk)

    assert causes(diff) == {DiffReason.METHOD: {"min_votes": {"before": 0, "after": 1}}}


def test_exclusions_are_told_by_rule(arena):
    before = newest(arena)
    make_vote(arena, A, B, "a", make_voter(is_flagged=True))
    after = publish(arena)

    diff = diff_snapshots(before.pk, after.pk)

    assert causes(diff) == {DiffReason.EXCLUSIONS: {"before": 0, "after": 1, "rules": {"flagged_identity": 1}}}


def test_sources_are_told(arena):
    before = newest(arena)
    arena.counted_sources = ["live", "import_arena"]
    arena.save()
    publish_snapshot(arena_id=arena.pk, voter_kind=VoterKind.HUMAN)

    diff = diff_snapshots(before.pk, newest(arena).pk)

    assert causes(diff) == {DiffReason.SOURCES: {"before": ["live"], "after": ["live", "import_arena"]}}


def test_slice_differs_from_the_whole_by_its_slice(arena):
    ask_for_board(arena_slug="text", slice_=Slice(turns=("1",), shrinkage="0"))
    (part,) = fit_pending_slices()

    found = causes(diff_snapshots(newest(arena).pk, part))

    assert found[DiffReason.SLICE] == {"before": {}, "after": {"turns": ["1"], "shrinkage": ["0"]}}
    assert DiffReason.METHOD in found


def test_boards_of_others_have_no_difference(arena):
    make_vote(arena, A, B, "a", make_voter(VoterKind.JUDGE))
    people = publish(arena)
    other = make_arena("other")
    make_votes(other, START)

    with pytest.raises(NotFound):
        diff_snapshots(people.pk, newest(arena, VoterKind.JUDGE).pk)
    with pytest.raises(NotFound):
        diff_snapshots(people.pk, publish(other).pk)
    with pytest.raises(NotFound):
        diff_snapshots(people.pk, 10**6)


def test_model_that_left_is_told(arena):
    before = newest(arena)
    kept = {field.name: getattr(before, field.name) for field in Snapshot._meta.fields if field.name != "id"}
    gone = Snapshot.objects.create(**kept | {"ids": [], "counts": b""})
    nothing = {"votes": 0, "wins": 0, "losses": 0, "ties": 0, "both_bad": 0}
    SnapshotRow.objects.create(
        snapshot=gone, contestant=make_contestant(A), status="ranked", rating=1010.0, rank=1, **nothing
    )

    diff = diff_snapshots(before.pk, gone.pk)

    assert causes(diff)[DiffReason.MODELS] == {"came": [], "went": [each.contestant.slug for each in diff.rows[1:3]]}
    assert row(diff, B).after is None
    assert row(diff, A).change == 0.0
