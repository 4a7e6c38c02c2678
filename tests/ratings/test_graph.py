"""Ford's condition: who can be ranked, and why the others cannot."""

import pytest

from ratings.comparisons import Comparisons
from ratings.graph import Field, Reason, find_field
from ratings.pair_sums import PairSums
from tests.ratings.samples import TIE, A, B, votes_of

CYCLE = (("a", "b", A, 3), ("b", "c", A, 3), ("c", "a", A, 3))


def field_of(votes: Comparisons, min_votes: int = 0) -> tuple[list[str], dict[str, str], Field]:
    sums = PairSums.of(votes)
    field = find_field(sums.score, sums.games, votes.ids, min_votes)
    outside = {votes.ids[i]: reason.value for i, reason in enumerate(field.reasons) if reason}
    return [votes.ids[i] for i in field.ranked], outside, field


@pytest.mark.parametrize(
    ("more", "outside"),
    [
        ((), {}),
        ((("d", "a", A, 1),), {"d": "only_wins"}),
        ((("d", "a", B, 40),), {"d": "only_losses"}),
        ((("d", "e", TIE, 40),), {"d": "unconnected", "e": "unconnected"}),
        ((("d", "a", A, 5), ("e", "d", A, 5), ("e", "d", B, 5)), {"d": "only_wins", "e": "unconnected"}),
        ((("c", "x", A, 9),), {"x": "only_losses"}),
    ],
)
def test_contestants_outside_the_strong_part_have_a_reason(more: tuple, outside: dict[str, str]) -> None:
    ranked, reasons, _ = field_of(votes_of(*CYCLE, *more))

    assert ranked == ["a", "b", "c"]
    assert reasons == outside


def test_one_tie_connects_both_ways() -> None:
    assert field_of(votes_of(("a", "b", TIE, 1)))[0] == ["a", "b"]


def test_too_few_votes_take_others_along_until_nothing_changes() -> None:
    chain = votes_of(*CYCLE, ("c", "d", TIE, 5), ("d", "e", TIE, 2))

    assert field_of(chain, min_votes=6)[:2] == (["a", "b", "c"], {"d": "few_votes", "e": "unconnected"})


@pytest.mark.parametrize(
    ("islands", "ranked"),
    [
        ((("a", "b", TIE, 9), ("c", "d", TIE, 1), ("d", "e", TIE, 1)), ["c", "d", "e"]),
        ((("a", "b", TIE, 1), ("c", "d", TIE, 2)), ["c", "d"]),
        ((("c", "d", TIE, 1), ("b", "a", TIE, 1)), ["a", "b"]),
    ],
)
def test_the_largest_part_has_more_contestants_then_votes_then_the_first_name(islands: tuple, ranked: list) -> None:
    assert field_of(votes_of(*islands))[0] == ranked


def test_nobody_is_ranked_alone() -> None:
    ranked, reasons, field = field_of(votes_of(("a", "b", A, 3)))

    assert (ranked, reasons, field.n_components) == ([], {"a": "only_wins", "b": "only_losses"}, 2)


def test_every_reason_has_a_sentence() -> None:
    assert all(reason.sentence for reason in Reason if reason is not Reason.NONE)
