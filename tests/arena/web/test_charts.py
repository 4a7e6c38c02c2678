"""Positions of pictures: scales, round marks, and the front of those whom none beats in both."""

import pytest

from arena.web.charts import Scale, day_words, number_words, path_of, place_scale, round_step, x_scale


def test_linear_scale_keeps_distances():
    scale = Scale(0, 10, 100, 200)

    assert [scale.at(value) for value in (0, 2.5, 10)] == [100, 125, 200]


def test_logarithmic_scale_keeps_ratios():
    scale = Scale(1, 100, 0, 200, is_log=True)

    assert [scale.at(value) for value in (1, 10, 100)] == [0, 100, 200]
    assert scale.marks() == [1, 3, 10, 30, 100]


def test_marks_are_round_and_within():
    assert Scale(787, 1213, 0, 1).marks() == [800, 900, 1000, 1100, 1200]
    assert Scale(-40, 60, 0, 1).marks() == [-40, -20, 0, 20, 40, 60]


@pytest.mark.parametrize(("step", "round_one"), [(71, 100), (17, 20), (0.021, 0.025), (5, 5), (100, 100)])
def test_steps_are_round(step, round_one):
    assert round_step(step) == pytest.approx(round_one)


def test_first_place_is_on_top():
    scale = place_scale(10)

    assert scale.at(1) < scale.at(10)


def test_one_value_has_a_scale_too():
    assert x_scale([7.0]).at(7.0) == pytest.approx((x_scale([7.0]).start + x_scale([7.0]).end) / 2)


def test_words_of_axes():
    assert (day_words(0), number_words(1500), number_words(0.5)) == ("1 Jan 1970", "1,500", "0.5")


def test_path_is_a_list_of_points():
    assert path_of([(1.0, 2.5), (3.0, 4.0)]) == "1,2.5 3,4"
