"""Windows, decay, pair weights, propensities and caps."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from ratings.weighting import SECONDS_PER_DAY, weigh_votes
from tests.ratings.samples import A, B, draw_votes, golden, strengths, votes_of


def timed(days: list[float]) -> Comparisons:
    votes = votes_of(("a", "b", A, 2), ("a", "b", B, 2))
    return replace(votes, time=np.array(days) * SECONDS_PER_DAY)


def test_no_option_leaves_votes_as_they_are() -> None:
    votes = golden()

    assert weigh_votes(votes, RatingSpec()) is votes


def test_window_is_half_open() -> None:
    spec = RatingSpec(since=1 * SECONDS_PER_DAY, until=3 * SECONDS_PER_DAY)

    kept = weigh_votes(timed([0, 1, 2, 3]), spec)

    assert (kept.time / SECONDS_PER_DAY).tolist() == [1, 2]
    assert kept.weight is None


@pytest.mark.parametrize(
    ("until", "weights"), [(None, [0.125, 0.25, 0.5, 1.0]), (4 * SECONDS_PER_DAY, [0.0625, 0.125, 0.25, 0.5])]
)
def test_a_vote_loses_half_its_weight_in_a_half_life(until: float | None, weights: list[float]) -> None:
    weighted = weigh_votes(timed([0, 1, 2, 3]), RatingSpec(half_life_days=1.0, until=until))

    assert weighted.weight == pytest.approx(weights)


def test_pair_weights_make_pairs_equal_beyond_the_floor() -> None:
    votes = votes_of(("a", "b", A, 60), ("b", "a", A, 40), ("b", "c", A, 10), ("b", "c", B, 10))

    weight = weigh_votes(votes, RatingSpec(weighting="pair", pair_floor=20)).weight

    assert weight.mean() == pytest.approx(1)
    assert weight[-1] / weight[0] == pytest.approx(100 / 20)


def test_propensity_weights_are_inverse_probabilities() -> None:
    votes = replace(votes_of(("a", "b", A, 1), ("a", "b", B, 1)), pair_probability=np.array([0.1, 0.4]))

    assert weigh_votes(votes, RatingSpec(weighting="propensity")).weight == pytest.approx([1.6, 0.4])


def test_a_capped_voter_has_the_weight_of_the_cap() -> None:
    votes = replace(votes_of(("a", "b", A, 6), ("a", "b", B, 1)), voter=np.array([0] * 5 + [1, -1]), n_voters=2)

    assert weigh_votes(votes, RatingSpec(max_votes_per_voter=2)).weight == pytest.approx([0.4] * 5 + [1, 1])


def test_options_multiply_with_the_weights_of_the_file() -> None:
    votes = replace(timed([0, 1, 2, 3]), weight=np.array([1.0, 2, 3, 4]))

    assert weigh_votes(votes, RatingSpec(half_life_days=1.0)).weight == pytest.approx([0.125, 0.5, 1.5, 4])


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (RatingSpec(since=0.0), "the time of every vote"),
        (RatingSpec(half_life_days=1.0), "the time of every vote"),
        (RatingSpec(weighting="propensity"), "the probability of the pair"),
    ],
)
def test_what_votes_lack_is_said(spec: RatingSpec, message: str) -> None:
    with pytest.raises(InvalidVotes, match=message):
        weigh_votes(golden(), spec)


def test_no_votes_need_no_times() -> None:
    empty = Comparisons(ids=("a",), a=[], b=[], outcome=[])

    assert fit_leaderboard(empty, RatingSpec(since=0.0, weighting="pair")).rows[0].reason == "no_votes"


def test_weight_two_moves_ratings_like_two_votes_but_is_less_certain() -> None:
    votes = draw_votes(strengths(4), 400, np.random.default_rng(0))
    double = np.where(np.arange(400) % 2, 2.0, 1.0)

    weighted = fit_leaderboard(replace(votes, weight=double), RatingSpec())
    repeated = fit_leaderboard(votes.take(np.repeat(np.arange(400), double.astype(int))), RatingSpec())

    assert weighted.theta == pytest.approx(repeated.theta, abs=1e-12)
    assert (np.diag(weighted.covariance) > np.diag(repeated.covariance)).all()


def test_uniform_propensities_change_nothing() -> None:
    votes = draw_votes(strengths(5), 500, np.random.default_rng(1))

    plain = fit_leaderboard(votes, RatingSpec())
    weighted = fit_leaderboard(replace(votes, pair_probability=np.full(500, 0.1)), RatingSpec(weighting="propensity"))

    assert weighted.theta == pytest.approx(plain.theta, abs=1e-12)
    assert weighted.covariance == pytest.approx(plain.covariance, abs=1e-14)
