"""The third witness: other people's programs on the same votes."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.comparisons import Comparisons
from ratings.davidson import fit_davidson
from ratings.outcomes import SCORES, Outcome
from ratings.pair_sums import PairSums
from ratings.pipeline import fit_leaderboard
from ratings.spec import RatingSpec
from tests.ratings.oracles import GLM, Binomial, choix, evalica
from tests.ratings.samples import draw_votes, golden, llmfao, strengths, wikipedia

EVALICA = [evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw, evalica.Winner.Draw]
SPEC = RatingSpec(rank_draws=100, clusters="none")


@pytest.fixture(params=["golden", "wikipedia", "drawn", "llmfao"])
def votes(request: pytest.FixtureRequest) -> Comparisons:
    if request.param == "llmfao":
        return llmfao(request.getfixturevalue("data_dir"))
    if request.param == "drawn":
        return draw_votes(strengths(20, spread=1.0), 5000, np.random.default_rng(0), tie_share=0.5)
    return {"golden": golden, "wikipedia": wikipedia}[request.param]()


def rated_by_evalica(method: object, votes: Comparisons, **settings: float) -> np.ndarray:
    names = np.array(votes.ids)
    result = method(
        names[votes.a].tolist(),
        names[votes.b].tolist(),
        [EVALICA[o] for o in votes.outcome],
        tolerance=1e-13,
        **settings,
    )
    theta = np.log(result.scores[list(votes.ids)].to_numpy())
    return theta - theta.mean()


def test_strengths_equal_those_of_evalica(votes: Comparisons) -> None:
    other = rated_by_evalica(evalica.bradley_terry, votes, limit=10_000)

    assert fit_leaderboard(votes, SPEC).theta == pytest.approx(other, abs=1e-8)


def test_strengths_equal_those_of_choix(votes: Comparisons) -> None:
    sums = PairSums.of(votes)

    other = choix.ilsr_pairwise_dense(sums.score, tol=1e-12, max_iter=1000)

    assert fit_leaderboard(votes, SPEC).theta == pytest.approx(other - other.mean(), abs=1e-7)


def test_davidson_strengths_equal_newmans_of_evalica(votes: Comparisons) -> None:
    if not (votes.outcome == Outcome.TIE).any():
        assert fit_davidson(PairSums.of(votes)).nu == 0  # its limit; newman has none
        return
    fit = fit_davidson(PairSums.of(votes))
    names = np.array(votes.ids)
    result = evalica.newman(
        names[votes.a].tolist(),
        names[votes.b].tolist(),
        [EVALICA[o] for o in votes.outcome],
        tolerance=1e-13,
        limit=100_000,
    )

    other = np.log(result.scores[list(votes.ids)].to_numpy())
    assert fit.theta == pytest.approx(other - other.mean(), abs=1e-7)
    assert fit.nu == pytest.approx(2 * result.v, abs=1e-7)


def design_of(votes: Comparisons) -> np.ndarray:
    design = np.zeros((votes.n_rows, votes.n_contestants))
    rows = np.arange(votes.n_rows)
    design[rows, votes.a], design[rows, votes.b] = 1, -1
    return design[:, 1:]


def test_both_covariances_equal_those_of_statsmodels() -> None:
    votes = draw_votes(strengths(12), 1500, np.random.default_rng(5), n_voters=100)
    contrast = np.eye(12)[1:] - 1 / 12
    model = GLM(SCORES[votes.outcome], design_of(votes), family=Binomial())
    single = model.fit(cov_type="HC0", tol=1e-12)
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": votes.voter, "use_correction": False}, tol=1e-12)

    for spec, other, correction in ((SPEC, single, 1.0), (replace(SPEC, clusters="voter"), clustered, 100 / 99)):
        board = fit_leaderboard(votes, spec)
        assert board.theta == pytest.approx(other.params @ contrast, abs=1e-9)
        wanted = contrast.T @ other.cov_params() @ contrast * correction
        assert np.abs(board.covariance - wanted).max() < 1e-11


def test_weights_equal_those_of_statsmodels() -> None:
    votes = draw_votes(strengths(6), 800, np.random.default_rng(3))
    weight = np.random.default_rng(4).uniform(0.2, 3, 800)
    other = GLM(SCORES[votes.outcome], design_of(votes), family=Binomial(), var_weights=weight).fit(tol=1e-12)

    board = fit_leaderboard(replace(votes, weight=weight), SPEC)

    assert board.theta == pytest.approx(other.params @ (np.eye(6)[1:] - 1 / 6), abs=1e-9)
