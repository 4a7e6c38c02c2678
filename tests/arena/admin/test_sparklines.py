"""Does a line go where its numbers go, whatever they are?"""

from arena.admin.sparklines import sparkline


def test_line_goes_from_the_foot_to_the_top():
    line = sparkline([0, 5, 10], "Votes")

    assert line.points == "3,45 120,24 237,3"
    assert line.area == "3,45 3,45 120,24 237,3 237,45"
    assert (line.x, line.y, line.title) == (237.0, 3.0, "Votes")


def test_nothing_at_all_lies_at_the_foot():
    assert sparkline([0, 0], "").points == "3,45 237,45"
    assert (sparkline([], "").points, sparkline([], "").area) == ("", "")
    assert sparkline([4], "").points == "3,3"
