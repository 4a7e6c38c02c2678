import pytest

from arena.domain.errors import NotFound
from arena.domain.metadata import VoterKind
from arena.models import Snapshot, SnapshotRow
from arena.models.leaderboards import RowStatus
from arena.queries.clock import database_now
from arena.queries.history import board_history, past_boards, snapshots_of
from tests.factories import make_arena, make_contestant

pytestmark = pytest.mark.django_db


def publish(arena, ratings, voter_kind=VoterKind.HUMAN, preliminary=()):
    snapshot = Snapshot.objects.create(
        arena=arena,
        voter_kind=voter_kind,
        created_at=database_now(),
        ledger_size=0,
        ledger_root=b"",
        spec={},
        meta={},
        ranked_ids=list(ratings),
        theta=b"",
        covariance=b"",
    )
    nothing = {"votes": 0, "wins": 0, "losses": 0, "ties": 0, "both_bad": 0}
    for rank, (slug, rating) in enumerate(ratings.items(), 1):
        place = {"status": RowStatus.PRELIMINARY} if slug in preliminary else {"status": RowStatus.RANKED, "rank": rank}
        SnapshotRow.objects.create(
            snapshot=snapshot, contestant=make_contestant(slug), rating=rating, **place, **nothing
        )
    return snapshot


def test_boards_are_newest_first_and_of_one_kind():
    arena = make_arena()
    first, second = publish(arena, {"a": 1000}), publish(arena, {"a": 1000})
    publish(arena, {"a": 1000}, VoterKind.JUDGE)
    publish(make_arena("other"), {"a": 1000})

    assert list(snapshots_of("text", VoterKind.HUMAN)) == [second, first]


def test_shift_is_the_mean_rise_of_those_ranked_in_both():
    arena = make_arena()
    publish(arena, {"a": 1100, "b": 1000, "c": 900, "d": 700}, preliminary=["d"])
    publish(arena, {"a": 1130, "b": 1010, "new": 950, "d": 900})

    later, earlier = past_boards(list(snapshots_of("text", VoterKind.HUMAN)))

    assert (later.shift, earlier.shift) == (20.0, None)
    assert [row.contestant.slug for row in later.ranked] == ["a", "b", "new", "d"]
    assert [row.contestant.slug for row in earlier.ranked] == ["a", "b", "c"]


def test_shift_of_the_last_on_a_page_looks_at_the_next_page():
    arena = make_arena()
    for rating in (1000, 1005, 1012):
        publish(arena, {"a": rating})

    newest = list(snapshots_of("text", VoterKind.HUMAN)[:1])

    assert [board.shift for board in past_boards(newest)] == [7.0]


def test_boards_without_a_common_model_have_no_shift():
    arena = make_arena()
    publish(arena, {"a": 1000})
    publish(arena, {"b": 1000})

    assert [board.shift for board in past_boards(list(snapshots_of("text", VoterKind.HUMAN)))] == [None, None]


def test_no_boards_are_no_history():
    make_arena()

    assert past_boards(list(snapshots_of("text", VoterKind.HUMAN))) == []
    with pytest.raises(NotFound):
        snapshots_of("nowhere", VoterKind.HUMAN)


def test_lines_of_models_are_on_the_scale_of_the_newest_board():
    arena = make_arena()
    publish(arena, {"a": 1100, "b": 1000})
    publish(arena, {"a": 1130, "b": 1010, "new": 950})
    publish(arena, {"a": 1125, "new": 955})

    lines = board_history(past_boards(list(snapshots_of("text", VoterKind.HUMAN))))

    found = {line.contestant.slug: [(point.rank, point.rating) for point in line.points] for line in lines}
    assert [line.contestant.slug for line in lines] == ["a", "new", "b"]
    assert found == {
        "a": [(1, 1120.0), (1, 1130.0), (1, 1125.0)],
        "new": [(3, 950.0), (2, 955.0)],
        "b": [(2, 1020.0), (2, 1010.0)],
    }


def test_boards_of_another_scale_are_left_out():
    arena = make_arena()
    publish(arena, {"b": 1000})
    publish(arena, {"a": 1000})

    (line,) = board_history(past_boards(list(snapshots_of("text", VoterKind.HUMAN))))

    assert [(line.contestant.slug, point.rating) for point in line.points] == [("a", 1000.0)]
    assert board_history([]) == []
