"""The front holds those whom none beats in both."""

from arena.domain.pareto_front import pareto_front


def test_front_holds_those_whom_none_beats_in_both():
    # size, rating: the second is beaten by the first, the fourth by the third
    values = [(7, 1000), (13, 990), (13, 1050), (70, 1040), (70, 1100), (1, 900)]

    assert pareto_front(values) == [5, 0, 2, 4]


def test_of_none_there_is_no_front():
    assert pareto_front([]) == []
