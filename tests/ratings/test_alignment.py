"""Consecutive boards on one scale."""

import numpy as np
import pytest

from ratings.alignment import DRIFT_Z, alignment_shift, drift_z
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.ratings.samples import A, B, draw_votes, strengths, votes_of

SPEC = RatingSpec(rank_draws=100)
OLD = (("a", "b", A, 30), ("a", "b", B, 20), ("b", "c", A, 30), ("b", "c", B, 20))


def test_a_weak_newcomer_lifts_nobody_once_aligned() -> None:
    before = fit_leaderboard(votes_of(*OLD), SPEC)
    after = fit_leaderboard(votes_of(*OLD, ("c", "weak", A, 60), ("c", "weak", B, 2)), SPEC)

    shift = alignment_shift(before, after)

    assert after.theta[:3] + shift == pytest.approx(before.theta, abs=1e-9)
    assert shift < -0.3


def test_boards_without_common_contestants_are_left_alone() -> None:
    before = fit_leaderboard(votes_of(*OLD), SPEC)
    after = fit_leaderboard(votes_of(("x", "y", A, 1), ("x", "y", B, 1)), SPEC)

    assert (alignment_shift(before, after), drift_z(before, after)) == (0.0, {})


def test_one_changed_model_stands_out() -> None:
    theta = strengths(8)
    changed = theta + 0.8 * (np.arange(8) == 3)
    before = fit_leaderboard(draw_votes(theta, 4000, np.random.default_rng(0)), SPEC)
    after = fit_leaderboard(draw_votes(changed, 4000, np.random.default_rng(1)), SPEC)

    z = drift_z(before, after)

    assert max(z, key=lambda name: abs(z[name])) == "m003"
    assert z["m003"] > DRIFT_Z
    same = fit_leaderboard(draw_votes(theta, 4000, np.random.default_rng(2)), SPEC)
    assert np.abs(list(drift_z(before, same).values())).max() < DRIFT_Z
