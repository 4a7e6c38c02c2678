"""The fourth witness: do 95 % intervals cover 95 % of the time? 300 repetitions here, the full cells in `bench`."""

from dataclasses import replace

import numpy as np
import pytest

from ratings.bradley_terry import fit_strengths
from ratings.comparisons import Comparisons
from ratings.pair_sums import PairSums
from ratings.pipeline import fit_leaderboard
from ratings.scale import to_nats
from ratings.spec import RatingSpec
from tests.ratings.samples import draw_votes, strengths

REPETITIONS = 300
SPEC = RatingSpec(rank_draws=200)


def covered(votes: Comparisons, theta: np.ndarray, spec: RatingSpec = SPEC) -> tuple[float, bool]:
    """Share of ratings inside their intervals, and whether all ranks are inside theirs."""
    board = fit_leaderboard(votes, spec)
    rows = {row.name: row for row in board.rows}
    ordered = [rows[name] for name in votes.ids]
    low, high = to_nats(np.array([row.ci_low for row in ordered])), to_nats(np.array([row.ci_high for row in ordered]))
    rank = 1 + (theta[None, :] > theta[:, None]).sum(axis=1)
    all_ranks = all(row.rank_low <= r <= row.rank_high for row, r in zip(ordered, rank, strict=True))
    return float(((low <= theta) & (theta <= high)).mean()), all_ranks


@pytest.mark.parametrize("tie_share", [0.0, 0.6])
def test_intervals_of_single_votes_cover(tie_share: float) -> None:
    theta, rng = strengths(8), np.random.default_rng(11)

    shares = [covered(draw_votes(theta, 800, rng, tie_share=tie_share), theta)[0] for _ in range(REPETITIONS)]

    assert 0.90 < np.mean(shares) < 0.98


def test_intervals_by_voter_cover_where_those_by_vote_do_not() -> None:
    """Each of 60 voters has tastes of their own (0.6 nats a contestant) and votes 60 times."""
    theta, rng = strengths(6), np.random.default_rng(12)
    target = strengths_over_tastes(theta)
    by_voter, by_vote = [], []
    for _ in range(REPETITIONS):
        votes = draw_with_taste(theta, rng)
        by_voter.append(covered(votes, target)[0])
        by_vote.append(covered(replace(votes, voter=None, n_voters=0), target)[0])

    assert 0.90 < np.mean(by_voter) < 0.98
    assert np.mean(by_vote) < 0.86


def strengths_over_tastes(theta: np.ndarray) -> np.ndarray:
    """The ratings of all possible voters: of expected scores averaged over the taste of a voter for a pair."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    lead = (theta[:, None] - theta[None, :])[:, :, None] + nodes * 0.6 * np.sqrt(2)
    expected = (1 / (1 + np.exp(-lead)) @ weights) / weights.sum() * ~np.eye(len(theta), dtype=bool)
    nothing = np.zeros_like(expected)
    return fit_strengths(PairSums(expected, nothing, expected, nothing)).theta


def draw_with_taste(theta: np.ndarray, rng: np.random.Generator) -> Comparisons:
    m, n_voters, n = len(theta), 60, 3600
    voter = np.repeat(np.arange(n_voters), n // n_voters)
    taste = rng.normal(0, 0.6, (n_voters, m))
    a = rng.integers(0, m, n)
    b = (a + rng.integers(1, m, n)) % m
    lead = theta[a] - theta[b] + taste[voter, a] - taste[voter, b]
    return Comparisons(
        ids=tuple(f"m{i}" for i in range(m)),
        a=a,
        b=b,
        outcome=(rng.random(n) > 1 / (1 + np.exp(-lead))).astype(np.int8),
        voter=voter,
        n_voters=n_voters,
    )


def test_all_ranks_lie_in_their_intervals_on_a_near_tied_board() -> None:
    theta, rng = strengths(8, spread=0.03), np.random.default_rng(13)

    held = [covered(draw_votes(theta, 800, rng), theta)[1] for _ in range(REPETITIONS)]

    assert np.mean(held) > 0.92


def test_posterior_intervals_of_newcomers_cover() -> None:
    """Strengths of newcomers come from the prior; each plays 10 battles against a field that is known well."""
    rng = np.random.default_rng(14)
    theta = strengths(6)
    field = draw_votes(theta, 3000, rng)
    spec = replace(SPEC, min_votes=30, rank_draws=20)
    hits = []
    for _ in range(REPETITIONS):
        new = rng.normal(0, 1.0)
        rivals = rng.integers(0, 6, 10)
        won = rng.random(10) < 1 / (1 + np.exp(theta[rivals] - new))
        votes = Comparisons(
            ids=(*field.ids, "new"),
            a=np.append(field.a, np.full(10, 6)),
            b=np.append(field.b, rivals),
            outcome=np.append(field.outcome, np.where(won, 0, 1)),
        )
        row = fit_leaderboard(votes, spec).row("new")
        hits.append(row.status == "preliminary" and row.ci_low <= 1000 + 173.7178 * new <= row.ci_high)

    assert 0.90 < np.mean(hits) < 0.995
