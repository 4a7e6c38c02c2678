"""The sandwich by an independent route, and the rules for few voters."""

import numpy as np
import pytest

from ratings.bradley_terry import fit_strengths, information, vote_meat
from ratings.clusters import ClusterScores
from ratings.comparisons import Comparisons
from ratings.intervals import estimate_uncertainty, normal_quantile, sandwich, student_quantile
from ratings.newton import grounded_inverse
from ratings.outcomes import SCORES
from ratings.pair_sums import PairSums
from tests.ratings.samples import draw_votes, strengths


def parts(votes: Comparisons) -> tuple[np.ndarray, np.ndarray, np.ndarray, ClusterScores]:
    sums = PairSums.of(votes)
    theta = fit_strengths(sums).theta
    residual = SCORES[votes.outcome] - 1 / (1 + np.exp(theta[votes.b] - theta[votes.a]))
    inverse = grounded_inverse(information(theta, sums.games), len(theta))
    return theta, inverse, vote_meat(theta, sums), ClusterScores.of(votes, residual)


def test_quantiles_are_those_of_the_tables() -> None:
    assert normal_quantile(0.95) == pytest.approx(1.959963984540054)
    assert student_quantile(0.95, 9.0) == pytest.approx(2.2621571627409915)


def test_inverse_is_the_pseudo_inverse() -> None:
    theta, inverse, _, _ = parts(draw_votes(strengths(6), 500, np.random.default_rng(0)))
    sums = PairSums.of(draw_votes(strengths(6), 500, np.random.default_rng(0)))

    assert inverse == pytest.approx(np.linalg.pinv(information(theta, sums.games)), abs=1e-12)


def test_vote_meat_is_the_sum_over_votes() -> None:
    votes = draw_votes(strengths(6), 500, np.random.default_rng(0))
    theta, _, meat, _ = parts(votes)
    total = np.zeros((6, 6))

    for a, b, outcome in zip(votes.a, votes.b, votes.outcome, strict=True):
        x = np.zeros(6)
        x[a], x[b] = 1, -1
        total += np.outer(x, x) * (SCORES[outcome] - 1 / (1 + np.exp(theta[b] - theta[a]))) ** 2

    assert meat == pytest.approx(total, abs=1e-10)


@pytest.mark.parametrize("unknown", [0, 100, 500])
def test_cluster_meat_is_the_sum_over_voters_and_unknown_votes_are_their_own(unknown: int) -> None:
    votes = draw_votes(strengths(6), 500, np.random.default_rng(0), n_voters=40)
    voter = votes.voter.copy()
    voter[:unknown] = -1
    votes = Comparisons(ids=votes.ids, a=votes.a, b=votes.b, outcome=votes.outcome, voter=voter, n_voters=40)
    theta, _, _, scores = parts(votes)
    keys = np.where(voter >= 0, voter, 1000 + np.arange(500))
    rows = np.zeros((len(np.unique(keys)), 6))

    for k, key in enumerate(np.unique(keys)):
        for i in np.flatnonzero(keys == key):
            e = SCORES[votes.outcome[i]] - 1 / (1 + np.exp(theta[votes.b[i]] - theta[votes.a[i]]))
            rows[k, votes.a[i]] += e
            rows[k, votes.b[i]] -= e

    n = len(rows)
    sizes = np.bincount(np.unique(keys, return_inverse=True)[1])
    assert scores.n_clusters == n
    assert scores.meat() == pytest.approx(n / (n - 1) * rows.T @ rows, abs=1e-10)
    assert scores.g_eff == pytest.approx(500**2 / (sizes**2).sum())


def test_a_voter_of_each_vote_is_the_vote_level_sandwich() -> None:
    votes = draw_votes(strengths(6), 500, np.random.default_rng(0))
    own = Comparisons(ids=votes.ids, a=votes.a, b=votes.b, outcome=votes.outcome, voter=np.arange(500), n_voters=500)
    _, inverse, meat, scores = parts(own)

    uncertainty = estimate_uncertainty(inverse, meat, scores, 6, 0.95)

    assert uncertainty.covariance == pytest.approx(500 / 499 * sandwich(inverse, meat), abs=1e-12)
    assert (uncertainty.clusters, uncertainty.g_eff) == ("voter", pytest.approx(500))


@pytest.mark.parametrize(
    ("n_voters", "clusters", "has_note"),
    [(0, "none", False), (9, "none", True), (11, "voter", False), (5, "none", True)],
)
def test_rules_for_few_voters(n_voters: int, clusters: str, has_note: bool) -> None:
    rng = np.random.default_rng(1)
    votes = draw_votes(strengths(6), 1100, rng)
    if n_voters:
        votes = Comparisons(
            ids=votes.ids,
            a=votes.a,
            b=votes.b,
            outcome=votes.outcome,
            voter=np.arange(1100) % n_voters,
            n_voters=n_voters,
        )
    _, inverse, meat, scores = parts(votes)

    uncertainty = estimate_uncertainty(inverse, meat, scores, 6, 0.95)

    assert uncertainty.clusters == clusters
    assert bool(uncertainty.notes) is has_note
    wanted = student_quantile(0.95, uncertainty.g_eff - 1) if clusters == "voter" else normal_quantile(0.95)
    assert uncertainty.quantile == wanted
    assert np.all(uncertainty.standard_errors > 0)
