import pytest

from arena.web.numbers import billions, interval, ordinal, percent, place, points


@pytest.mark.parametrize(("value", "text"), [(None, ""), (1000.4, "1000"), (-12.6, "−13"), (-0.2, "0"), (1e4, "10000")])
def test_points_are_whole(value, text):
    assert points(value) == text


@pytest.mark.parametrize(("low", "high", "text"), [(1, 1, "1"), (2, 5, "2–5"), (None, None, "")])
def test_place_is_a_range_where_it_is_one(low, high, text):
    assert place(low, high) == text


def test_other_numbers():
    assert (interval(990.6, 1010.2), interval(None, 1.0)) == ("991 to 1010", "")
    assert (percent(0.615), percent(None)) == ("62 %", "")
    assert (billions(2.7), billions(70.0), billions(None)) == ("2.7B", "70B", "")
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111, 1_003)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th", "1,003rd",
    ]  # fmt: skip
