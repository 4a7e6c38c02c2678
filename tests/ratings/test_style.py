"""Style control: the estimating equations, another program, planted effects, and what cannot be told apart."""

from dataclasses import replace

import numpy as np
import pytest

from ratings import sorted_votes
from ratings.comparisons import Comparisons
from ratings.errors import InvalidSpec, InvalidVotes, NotEstimable
from ratings.outcomes import SCORES
from ratings.pipeline import fit_leaderboard
from ratings.scale import width_in_points
from ratings.spec import RatingSpec
from ratings.style import fit_style
from tests.ratings.oracles import GLM, Binomial
from tests.ratings.samples import strengths

PLANTED = np.array([0.25, -0.1])
SIDE = 0.08


def styled_votes(n: int = 20_000, m: int = 8, seed: int = 0, n_voters: int = 0) -> Comparisons:
    rng = np.random.default_rng(seed)
    theta = strengths(m)
    a = rng.integers(0, m, n)
    b = (a + rng.integers(1, m, n)) % m
    x = rng.normal(size=(n, 2)) + 0.3 * (theta[a] - theta[b])[:, None]
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    p = 1 / (1 + np.exp(-(theta[a] - theta[b] + scaled @ PLANTED + SIDE)))
    return Comparisons(
        ids=tuple(f"m{i}" for i in range(m)),
        a=a,
        b=b,
        outcome=(rng.random(n) > p).astype(np.int8),
        covariates=x,
        covariate_names=("length", "bold"),
        voter=rng.integers(0, n_voters, n) if n_voters else None,
        n_voters=n_voters,
    )


def test_planted_effects_come_back() -> None:
    board = fit_leaderboard(styled_votes(), RatingSpec(style=("length", "bold")))

    effects = {effect["name"]: effect for effect in board.meta["style"]}
    for name, planted in zip(("length", "bold", "side"), (*PLANTED, SIDE), strict=True):
        error = (effects[name]["ci_high"] - effects[name]["ci_low"]) / (2 * board.meta["quantile"])
        assert abs(effects[name]["effect"] - width_in_points(planted)) < 3 * error
    assert (np.abs(board.theta - strengths(8)) < 4 * np.sqrt(np.diag(board.covariance))).all()


def test_fit_and_both_covariances_equal_those_of_statsmodels() -> None:
    votes = styled_votes(3000, n_voters=200)
    fit = fit_style(votes, ("length", "bold"))
    design = np.zeros((votes.n_rows, 8))
    rows = np.arange(votes.n_rows)
    design[rows, votes.a], design[rows, votes.b] = 1, -1
    full = np.hstack([design[:, 1:], fit.scaled(votes.covariates)])
    contrast = np.eye(8)[1:] - 1 / 8  # strengths of mean zero from those relative to the first

    plain = GLM(SCORES[votes.outcome], full, family=Binomial()).fit(cov_type="HC0")
    grouped = {"groups": votes.voter, "use_correction": False}
    clustered = GLM(SCORES[votes.outcome], full, family=Binomial()).fit(cov_type="cluster", cov_kwds=grouped)

    assert fit.theta == pytest.approx(plain.params[:7] @ contrast, abs=1e-8)
    assert fit.effects == pytest.approx(plain.params[7:], abs=1e-8)
    for spec, other, factor in (("none", plain, 1.0), ("voter", clustered, 200 / 199)):
        board = fit_leaderboard(votes, RatingSpec(style=("length", "bold"), clusters=spec))
        wanted = contrast.T @ other.cov_params()[:7, :7] @ contrast * factor
        assert board.covariance == pytest.approx(wanted, abs=1e-8)


def test_start_from_a_sample_saves_a_pass_and_moves_no_result(monkeypatch) -> None:
    votes = styled_votes(80_000)

    from_sample = fit_style(votes, ("length", "bold"))
    monkeypatch.setattr(sorted_votes, "SAMPLE_MIN_ROWS", votes.n_rows)
    from_zero = fit_style(votes, ("length", "bold"))

    assert from_sample.iterations < from_zero.iterations
    assert np.allclose(from_sample.theta, from_zero.theta, rtol=0, atol=1e-6)
    assert np.allclose(from_sample.effects, from_zero.effects, rtol=0, atol=1e-6)


def test_aggregated_and_weighted_votes_equal_repeated_ones() -> None:
    votes = styled_votes(2000)
    times = np.random.default_rng(1).integers(1, 4, 2000)
    repeated = votes.take(np.repeat(np.arange(2000), times))

    one = fit_style(repeated, ("length", "bold"))
    counted = fit_style(replace(votes, count=times), ("length", "bold"))

    assert counted.theta == pytest.approx(one.theta, abs=1e-9)
    assert counted.effects == pytest.approx(one.effects, abs=1e-9)
    assert counted.meat == pytest.approx(one.meat, rel=1e-7, abs=1e-7)
    weighted = fit_style(replace(votes, weight=np.full(2000, 2.0)), ("length", "bold"))
    assert weighted.meat == pytest.approx(4 * fit_style(votes, ("length", "bold")).meat, rel=1e-9)


def test_more_contestants_than_two_bytes_of_pairs() -> None:
    votes = styled_votes(4000, m=8)
    spread = np.array([0, 40, 80, 120, 160, 200, 240, 299])
    wide = replace(votes, ids=tuple(f"m{i:03}" for i in range(300)), a=spread[votes.a], b=spread[votes.b])

    board = fit_leaderboard(wide, RatingSpec(style=("bold",), rank_draws=50))

    plain = fit_leaderboard(votes, RatingSpec(style=("bold",), rank_draws=50))
    assert board.theta == pytest.approx(plain.theta, abs=1e-9)


def test_a_feature_that_never_varies_is_left_out() -> None:
    votes = styled_votes(2000)
    flat = replace(votes, covariates=np.column_stack([votes.covariates[:, 0], np.full(2000, 0.1)]))

    assert fit_style(flat, ("length", "bold")).names == ("length", "side")


def test_only_the_side_effect_is_fitted_when_no_feature_varies() -> None:
    votes = replace(styled_votes(20_000), covariates=np.zeros((20_000, 2)))

    fit = fit_style(votes, ("length",))

    assert (fit.names, fit.effects.shape) == (("side",), (1,))


@pytest.mark.parametrize(
    ("change", "features", "error"),
    [
        (lambda v: replace(v, covariates=None, covariate_names=()), ("length",), InvalidVotes),
        (lambda v: v, ("emoji",), InvalidSpec),
        (lambda v: replace(v, covariates=np.column_stack([v.covariates[:, 0]] * 2)), ("length", "bold"), NotEstimable),
        (lambda v: replace(v, covariates=np.column_stack([0.5 - SCORES[v.outcome]] * 2)), ("bold",), NotEstimable),
    ],
    ids=["no covariates", "unknown feature", "collinear", "decides all"],
)
def test_what_cannot_be_fitted_is_refused(change, features: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        fit_style(change(styled_votes(2000)), features)
