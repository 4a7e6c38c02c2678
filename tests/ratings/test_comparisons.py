"""Votes as arrays: what is refused, what is shared, and that tallies stand for votes."""

import numpy as np
import pytest

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from tests.ratings.samples import TIE, A, B, draw_votes, golden, strengths

IDS = ("a", "b", "c")


def votes(**changes: object) -> Comparisons:
    return Comparisons(**{"ids": IDS, "a": [0, 1], "b": [1, 2], "outcome": [A, TIE]} | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"a": [0, 3]}, "row 1: a is 3, outside 0 to 2"),
        ({"b": [1, -1]}, "row 1: b is -1, outside 0 to 2"),
        ({"outcome": [A, 4]}, "row 1: outcome is 4, outside 0 to 3"),
        ({"outcome": [0.5, 1.0]}, "outcome holds float64, not integers"),
        ({"a": [0, 2**40]}, "a holds a value outside its range"),
        ({"b": [1, 1]}, "row 1: 'b' against itself"),
        ({"b": [1]}, "b has shape"),
        ({"ids": ("a", "b", "a")}, "named twice"),
        ({"weight": [1.0, float("nan")]}, "row 1: weight is nan"),
        ({"weight": [1.0, -1.0]}, "row 1: weight is -1.0"),
        ({"weight": [1.0, float("inf")]}, "row 1: weight is inf"),
        ({"count": [1, 0]}, "row 1: count is 0"),
        ({"voter": [0, 1], "n_voters": 1}, "voter is outside -1 to 0"),
        ({"voter": [0, -2], "n_voters": 1}, "voter is outside -1 to 0"),
        ({"time": [0.0, float("inf")]}, "row 1: time is inf"),
        ({"pair_probability": [0.5, 0.0]}, "row 1: pair_probability is 0.0"),
        ({"covariates": [[1.0], [float("nan")]], "covariate_names": ("x",)}, "row 1: covariates is"),
        ({"covariates": [[1.0], [1.0]]}, "covariates has shape"),
    ],
)
def test_wrong_votes_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidVotes, match=message):
        votes(**changes)


def test_counts_are_by_side_and_outcome() -> None:
    counts = votes().counts

    assert counts.shape == (3, 3, 4)
    assert (counts[0, 1, A], counts[1, 2, TIE], counts.sum()) == (1, 1, 2)


def test_arrays_are_shared_but_cannot_be_written() -> None:
    a = np.array([0, 1], dtype=np.int32)
    made = votes(a=a)

    assert np.shares_memory(made.a, a)
    assert a.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        made.a[0] = 1


def test_labels_become_sorted_indices_and_an_empty_voter_is_unknown() -> None:
    made = Comparisons.from_labels(["z", "y"], ["y", "x"], [A, B], ["v2", ""])

    assert made.ids == ("x", "y", "z")
    assert (made.a.tolist(), made.b.tolist(), made.voter.tolist(), made.n_voters) == ([2, 1], [1, 0], [0, -1], 1)


def test_a_tally_stands_for_its_votes() -> None:
    tally = Comparisons.from_tally(
        IDS, a=[0, 0, 1], b=[1, 2, 2], counts=[[30, 20, 0, 0], [15, 5, 10, 0], [25, 25, 0, 0]]
    )

    assert tally.n_votes == golden().n_votes == 130
    assert np.array_equal(tally.counts, golden().counts)


def test_a_tally_with_a_negative_count_is_refused() -> None:
    with pytest.raises(InvalidVotes, match="negative"):
        Comparisons.from_tally(IDS, a=[0], b=[1], counts=[[1, -1, 0, 0]])


def test_no_votes_are_votes() -> None:
    empty = Comparisons(ids=(), a=[], b=[], outcome=[])

    assert (empty.n_votes, empty.counts.shape) == (0, (0, 0, 4))


def test_votes_between_some_contestants_are_indexed_anew() -> None:
    made = votes(a=[0, 1, 2], b=[1, 2, 0], outcome=[A, B, TIE], voter=[0, 1, 2], n_voters=3)

    inner = made.between(np.array([0, 2]))

    assert (inner.ids, inner.a.tolist(), inner.b.tolist()) == (("a", "c"), [1], [0])
    assert (inner.outcome.tolist(), inner.voter.tolist()) == ([TIE], [2])


def test_counting_agrees_with_a_plain_loop() -> None:
    made = draw_votes(strengths(7), 500, np.random.default_rng(1))
    counts = np.zeros((7, 7, 4), dtype=np.int64)

    for a, b, outcome in zip(made.a, made.b, made.outcome, strict=True):
        counts[a, b, outcome] += 1

    assert np.array_equal(made.counts, counts)
