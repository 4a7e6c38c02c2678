"""Is the noise of matchups found where it is, and not where it is not? By simulation and by an independent route."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import chi2

from ratings.bradley_terry import fit_strengths
from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.matchup_noise import LARGE, SMALL, UNCLEAR, MatchupNoise, estimate_matchup_noise
from ratings.pair_sums import PairSums
from ratings.scale import POINTS_PER_NAT, width_in_points

N_SEEDS = 150
SCORE = {0: 1.0, 1: 0.0, 2: 0.5, 3: 0.5}


def noisy_votes(m: int, n: int, points: float, seed: int) -> Comparisons:
    """Votes whose pairs stray from the strengths by this much; about a fifth are ties."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 0.6, m)
    own = np.triu(rng.normal(0, points / POINTS_PER_NAT, (m, m)), 1)
    a = rng.integers(0, m, n)
    b = (a + rng.integers(1, m, n)) % m
    p = 1 / (1 + np.exp(-(theta[a] - theta[b] + (own - own.T)[a, b])))
    tie, u = 0.9 * p * (1 - p), rng.random(n)
    outcome = np.where(u < p - tie / 2, 0, np.where(u < p + tie / 2, 2, 1))
    return Comparisons(ids=tuple(f"m{k:02}" for k in range(m)), a=a, b=b, outcome=outcome)


def estimated(votes: Comparisons) -> MatchupNoise | None:
    return estimate_matchup_noise(votes.counts, fit_strengths(PairSums.of(votes)).theta)


@pytest.mark.parametrize("points", [0, 20, 40])
def test_simulated_noise_is_recovered_and_bounded(points: int) -> None:
    found = [estimated(noisy_votes(20, 20_000, points, seed)) for seed in range(N_SEEDS)]

    root_mean_square = np.sqrt(np.mean([noise.points**2 for noise in found]))
    covered = np.mean([noise.upper_points >= points for noise in found])
    assert root_mean_square == pytest.approx(points, abs=8 if points == 0 else 4)
    assert covered >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / N_SEEDS)


def test_estimate_is_that_of_meta_regression_on_single_votes() -> None:
    votes = noisy_votes(8, 900, 60, 3)
    theta = fit_strengths(PairSums.of(votes)).theta

    noise = estimated(votes)

    by_pair: dict[tuple[int, int], list[float]] = {}
    for a, b, outcome in zip(votes.a.tolist(), votes.b.tolist(), votes.outcome.tolist(), strict=True):
        score = SCORE[outcome]
        by_pair.setdefault((min(a, b), max(a, b)), []).append(score if a < b else 1 - score)
    pairs = sorted(by_pair)
    p = np.array([1 / (1 + np.exp(theta[j] - theta[i])) for i, j in pairs])
    within = sum(float(((np.array(by_pair[pair]) - np.mean(by_pair[pair])) ** 2).sum()) for pair in pairs)
    phi = within / sum((len(by_pair[pair]) - 1) * x * (1 - x) for pair, x in zip(pairs, p, strict=True))
    design = np.zeros((len(pairs), 8))
    for row, (i, j) in enumerate(pairs):
        design[row, i], design[row, j] = 1, -1
    n = np.array([len(by_pair[pair]) for pair in pairs])
    deviation = (np.array([np.mean(by_pair[pair]) for pair in pairs]) - p) / (p * (1 - p))

    def q_at(variance: float) -> float:
        root = np.sqrt(1 / (phi / (n * p * (1 - p)) + variance))
        best = np.linalg.lstsq(root[:, None] * design, root * deviation, rcond=1e-10)[0]
        return float(((root * (deviation - design @ best)) ** 2).sum())

    variance, upper = (brentq(lambda x, q=q: q_at(x) - q, 0, 10) for q in (21, chi2.ppf(0.05, 21)))
    assert (noise.n_pairs, noise.n_spare) == (28, 21)
    assert noise.dispersion == pytest.approx(phi, rel=1e-12)
    assert noise.q == pytest.approx(q_at(0), rel=1e-9)
    assert noise.points == pytest.approx(width_in_points(np.sqrt(variance)), rel=1e-7)
    assert noise.upper_points == pytest.approx(width_in_points(np.sqrt(upper)), rel=1e-7)


def test_sides_and_names_do_not_matter() -> None:
    votes = noisy_votes(8, 900, 60, 3)
    order = np.random.default_rng(0).permutation(8)
    theta = fit_strengths(PairSums.of(votes)).theta

    swapped = estimate_matchup_noise(votes.counts.transpose(1, 0, 2)[:, :, [1, 0, 2, 3]], theta)
    renamed = estimate_matchup_noise(votes.counts[np.ix_(order, order)], theta[order])

    expected = estimated(votes).to_values()
    assert swapped.to_values() == pytest.approx(expected)
    assert renamed.to_values() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("points", "upper", "verdict"),
    [(0, 9.9, SMALL), (3, 15, UNCLEAR), (9.9, 10, UNCLEAR), (10, 14, LARGE), (40, 50, LARGE)],
)
def test_verdict(points: float, upper: float, verdict: str) -> None:
    assert MatchupNoise(points, upper, 100, 50, 0.7, 60).verdict == verdict


def test_too_little_to_say_is_none() -> None:
    counts = np.zeros((8, 8, 4), dtype=np.int64)
    islands = counts.copy()
    islands[:4, :4, 0] = islands[4:, 4:, 0] = 5
    all_ties, once = counts.copy(), counts.copy()
    all_ties[:, :, 2], once[np.triu_indices(8, 1)] = 3, (1, 0, 0, 0)
    for table in (islands, all_ties):
        table[np.diag_indices(8)] = 0

    found = [estimate_matchup_noise(table, np.zeros(8)) for table in (counts, islands, all_ties, once)]

    assert found == [None] * 4
    assert estimate_matchup_noise(np.zeros((0, 0, 4), dtype=np.int64), np.zeros(0)) is None


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(InvalidVotes, match="3 strengths need counts"):
        estimate_matchup_noise(np.zeros((2, 2, 4), dtype=np.int64), np.zeros(3))
