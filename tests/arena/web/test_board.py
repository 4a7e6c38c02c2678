import pytest

from arena.models import SnapshotRow
from arena.web.board import Axis, axis_of


def row(low, rating, high):
    return SnapshotRow(rating=rating, ci_low=low, ci_high=high)


@pytest.mark.parametrize(
    ("rows", "axis"),
    [
        ([], None),
        ([row(None, None, None)], None),
        ([row(1000, 1000, 1000)], Axis(1000, 1050, 50)),
        ([row(980, 1000, 1020)], Axis(950, 1050, 50)),
        ([row(880, 1000, 1120), row(None, 700, None)], Axis(700, 1200, 100)),
        ([row(-310, 200, 900)], Axis(-500, 1000, 250)),
        ([row(-9_000, 0, 9_000)], Axis(-9_000, 9_000, 3_000)),
    ],
)
def test_axis_goes_around_all_intervals_in_round_steps(rows, axis):
    assert axis_of(rows) == axis


def test_axis_holds_what_is_off_the_scale_at_its_end():
    axis = Axis(900, 1100, 100)

    assert [axis.at(value) for value in (0, 900, 950, 1100, 5000)] == [0.0, 0.0, 25.0, 100.0, 100.0]
    assert axis.marks == [("900", 0.0), ("1000", 50.0), ("1100", 100.0)]
