"""Does the model fit? Statistics with known values on votes with known faults."""

import numpy as np
import pytest

from ratings.bradley_terry import fit_strengths
from ratings.diagnostics import (
    chi_square_per_df,
    largest_residuals,
    pair_residuals,
    side_z,
    significant_cycles,
)
from ratings.pair_sums import PairSums
from tests.ratings.samples import TIE, A, B, draw_votes, strengths, votes_of


def test_chi_square_is_about_one_where_the_model_holds() -> None:
    votes = draw_votes(strengths(30), 30_000, np.random.default_rng(0), tie_share=0.0)
    sums = PairSums.of(votes)

    value = chi_square_per_df(fit_strengths(sums).theta, sums, 1.0)

    assert value == pytest.approx(1.0, abs=4 * np.sqrt(2 / (435 - 29)))


def test_a_cycle_cannot_be_explained() -> None:
    sums = PairSums.of(votes_of(("a", "b", A, 50), ("b", "c", A, 50), ("c", "a", A, 50), ("d", "a", TIE, 9)))
    theta = fit_strengths(sums).theta

    assert chi_square_per_df(theta, sums, 1.0) > 50
    assert significant_cycles(sums, 0.95, 10) == (1, [(0, 1, 2)])
    worst = largest_residuals(theta, sums, 1.0, 2)
    assert {(residual.i, residual.j) for residual in worst} <= {(0, 1), (1, 2), (2, 0)}
    assert worst[0].observed == worst[0].votes == 50
    assert worst[0].z == pytest.approx(np.sqrt(50), abs=0.2)


def test_chance_makes_no_cycle_of_few_votes() -> None:
    sums = PairSums.of(votes_of(("a", "b", A, 2), ("b", "c", A, 2), ("c", "a", A, 2)))

    assert significant_cycles(sums, 0.95, 10) == (0, [])


def test_all_cycles_are_counted_but_few_listed() -> None:
    results = [(f"{x}{i}", f"{y}{i}", A, 50) for i in range(5) for x, y in (("a", "b"), ("b", "c"), ("c", "a"))]

    number, listed = significant_cycles(PairSums.of(votes_of(*results)), 0.95, 2)

    assert (number, len(listed)) == (5, 2)


def test_residuals_are_antisymmetric_and_zero_without_votes() -> None:
    sums = PairSums.of(votes_of(("a", "b", A, 3), ("a", "b", B, 1), ("b", "c", TIE, 4)))

    z = pair_residuals(np.zeros(3), sums, 1.0)

    assert z.tolist() == [[0, 1, 0], [-1, 0, 0], [0, 0, 0]]


def test_a_tree_leaves_nothing_to_test() -> None:
    sums = PairSums.of(votes_of(("a", "b", TIE, 5), ("b", "c", TIE, 5)))

    assert chi_square_per_df(np.zeros(3), sums, 1.0) is None


@pytest.mark.parametrize(("left", "right", "z"), [(60, 40, 2.0), (40, 60, -2.0), (50, 50, 0.0)])
def test_side_effect_of_equals_is_the_sign_test(left: int, right: int, z: float) -> None:
    votes = votes_of(("a", "b", A, left), ("b", "a", A, left), ("a", "b", B, right), ("b", "a", B, right))

    assert side_z(np.zeros(2), votes.counts) == pytest.approx(z * np.sqrt(2))


def test_side_effect_without_errors_is_none() -> None:
    assert side_z(np.zeros(2), votes_of(("a", "b", TIE, 5)).counts) is None
