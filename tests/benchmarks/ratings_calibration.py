"""Do the intervals cover what they promise? Simulated boards with known strengths; `python3 manage.py bench`.

Fixed seeds, at least 2,000 contestant-intervals a cell. Writes its section of docs/benchmarks.md. About two minutes.
Next file to read: ratings/README.md, which states the promises.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import fit_strengths
from ratings.comparisons import Comparisons
from ratings.pair_sums import PairSums
from ratings.pipeline import fit_field, fit_leaderboard
from ratings.scale import to_nats, to_points
from ratings.spec import RatingSpec
from tests.benchmarks._report import write_section

SPREAD = 0.6
TIES = 0.27
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cell:
    """One line of the table: what was simulated, what is asked, and shares with their number."""

    name: str
    asked: str
    measure: Callable[[], dict[str, tuple[float, int]]]


def main(argv: list[str] | None = None) -> int:
    """Runs the cells, prints the table and writes it into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-write", action="store_true", help="print only")
    arguments = parser.parse_args(argv)
    lines = [
        "## Ratings: calibration",
        "",
        "Share of 95 % intervals that hold the true rating (or of boards whose true ranks all lie in their intervals), "
        "in simulated arenas with fixed seeds. Made by `tests/benchmarks/ratings_calibration.py`.",
        "",
        "| arena | asked | measured |",
        "|---|---|---|",
    ]
    for cell in CELLS:
        print(cell.name, file=sys.stderr, flush=True)
        shares = "; ".join(f"{what} {share:.3f} (of {number:,})" for what, (share, number) in cell.measure().items())
        lines.append(f"| {cell.name} | {cell.asked} | {shares} |")
    report = "\n".join([*lines, ""])
    print(report)
    if not arguments.no_write:
        write_section("ratings_calibration", report)
    return 0


def popularity(m: int) -> Floats:
    """Shares of battles; the most played has six times those of the least."""
    share = np.geomspace(6.0, 1.0, m)
    return share / share.sum()


def pair_shares(share: Floats) -> Floats:
    """(m, m) probability of each ordered pair."""
    both = np.outer(share, share) * ~np.eye(len(share), dtype=bool)
    return both / both.sum()


def draw_counts(theta: Floats, games: NDArray[np.int64], ties: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """Counts (m, m, 4) of so many votes by ordered pair; expected scores are Bradley-Terry's, equals tie that often."""
    p = 1.0 / (1.0 + np.exp(theta[None, :] - theta[:, None]))
    half_tie = ties * np.minimum(p, 1.0 - p)
    wins = rng.binomial(games, p - half_tie)
    drawn = rng.binomial(games - wins, 2.0 * half_tie / (1.0 - p + half_tie))
    return np.stack([wins, games - wins - drawn, drawn, np.zeros_like(wins)], axis=2)


def votes_of(counts: NDArray[np.int64]) -> Comparisons:
    m = len(counts)
    a, b = np.nonzero(counts.sum(axis=2))
    return Comparisons.from_tally(tuple(f"m{i:03}" for i in range(m)), a, b, counts[a, b])


def measure_board(m: int, n: int, ties: float, repetitions: int, seed: int) -> dict[str, tuple[float, int]]:
    """Coverage of all, of the rarest and of the most played sixth."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0.0, SPREAD, m)
    theta -= theta.mean()
    pairs = pair_shares(popularity(m))
    inside = []
    for _ in range(repetitions):
        games = rng.multinomial(n, pairs.ravel()).reshape(m, m)
        fitted = fit_field(votes_of(draw_counts(theta, games, ties, rng)), RatingSpec())
        ranked, estimate = fitted.field.ranked, fitted.estimate
        target = theta[ranked] - theta[ranked].mean()
        hit = np.full(m, np.nan)
        half = estimate.uncertainty.quantile * estimate.uncertainty.standard_errors
        hit[ranked] = np.abs(estimate.theta - target) <= half
        inside.append(hit)
    hits = np.array(inside)
    sixth = m // 6
    return {
        "all": _share(hits),
        "rarest sixth": _share(hits[:, -sixth:]),
        "most played sixth": _share(hits[:, :sixth]),
    }


def measure_taste(tau: float, n_voters: int, repetitions: int, seed: int) -> dict[str, tuple[float, int]]:
    """60 contestants, 50,000 votes, voters with Zipf numbers of votes and tastes u ~ N(0, tau^2 I_2) for traits z."""
    m, n, rng = 60, 50_000, np.random.default_rng(seed)
    theta = rng.normal(0.0, SPREAD, m)
    traits = rng.normal(0.0, 1.0, (m, 2))
    pairs = pair_shares(popularity(m))
    activity = 1.0 / np.arange(1, n_voters + 1)
    target = strengths_over_tastes(theta, traits, tau, pairs)
    hits: dict[str, list[Floats]] = {"voter": [], "none": []}
    for _ in range(repetitions):
        voter = rng.choice(n_voters, n, p=activity / activity.sum())
        pair = rng.choice(m * m, n, p=pairs.ravel())
        a, b = pair // m, pair % m
        taste = rng.normal(0.0, tau, (n_voters, 2))
        lead = theta[a] - theta[b] + ((traits[a] - traits[b]) * taste[voter]).sum(axis=1)
        p = 1.0 / (1.0 + np.exp(-lead))
        half_tie, u = TIES * np.minimum(p, 1.0 - p), rng.random(n)
        outcome = np.where(u < p - half_tie, 0, np.where(u < p + half_tie, 2, 1))
        votes = Comparisons(
            ids=tuple(f"m{i:03}" for i in range(m)), a=a, b=b, outcome=outcome, voter=voter, n_voters=n_voters
        )
        for clusters, seen in hits.items():
            estimate = fit_field(votes, RatingSpec(clusters=clusters)).estimate
            half = estimate.uncertainty.quantile * estimate.uncertainty.standard_errors
            seen.append(np.abs(estimate.theta - target) <= half)
    by_voter, by_vote = np.array(hits["voter"]), np.array(hits["none"])
    return {
        "by voter, ten most played": _share(by_voter[:, :10]),
        "by voter, all": _share(by_voter),
        "by single votes, ten most played": _share(by_vote[:, :10]),
        "by single votes, all": _share(by_vote),
    }


def strengths_over_tastes(theta: Floats, traits: Floats, tau: float, pairs: Floats) -> Floats:
    """Ratings of all possible voters: those of expected scores averaged over tastes, at these shares of pairs."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    distance = np.sqrt(np.square(traits[:, None] - traits[None, :]).sum(axis=2))
    lead = (theta[:, None] - theta[None, :])[:, :, None] + tau * distance[:, :, None] * nodes
    wins = (1.0 / (1.0 + np.exp(-lead)) @ weights) / weights.sum() * (pairs + pairs.T)
    nothing = np.zeros_like(wins)
    return fit_strengths(PairSums(wins, nothing, wins, nothing)).theta


def measure_newcomers(games: int, repetitions: int, seed: int) -> dict[str, tuple[float, int]]:
    """40 newcomers with so many games each beside 150 contestants with 1M votes."""
    m, n_new, rng = 150, 40, np.random.default_rng(seed)
    hits = []
    for _ in range(repetitions):
        theta = rng.normal(0.0, SPREAD, m + n_new)
        plays = np.zeros((m + n_new, m + n_new), dtype=np.int64)
        plays[:m, :m] = rng.multinomial(1_000_000, pair_shares(popularity(m)).ravel()).reshape(m, m)
        for i in range(m, m + n_new):
            plays[i, :m] = rng.multinomial(games, np.full(m, 1.0 / m))
        votes = votes_of(draw_counts(theta, plays, TIES, rng))
        board = fit_leaderboard(votes, RatingSpec(min_votes=30, rank_draws=1))
        true = to_points(theta - theta[:m].mean())
        rows = [board.row(f"m{i:03}") for i in range(m, m + n_new)]
        hits.append([row.ci_low <= true[m + k] <= row.ci_high for k, row in enumerate(rows)])
    return {"posterior": _share(np.array(hits, dtype=np.float64))}


def measure_ranks(m: int, n: int, spread_points: float, repetitions: int, seed: int) -> dict[str, tuple[float, int]]:
    """Boards of near-equals: are all true ranks inside all intervals, and is none above LMArena's rank (UB)?"""
    rng = np.random.default_rng(seed)
    theta = to_nats(1000.0 + spread_points * rng.normal(0.0, 1.0, m))
    true = 1 + (theta[None, :] > theta[:, None]).sum(axis=1)
    pairs = pair_shares(popularity(m))
    held, bounded, widths = [], [], []
    for _ in range(repetitions):
        games = rng.multinomial(n, pairs.ravel()).reshape(m, m)
        board = fit_leaderboard(votes_of(draw_counts(theta, games, TIES, rng)), RatingSpec(rank_draws=4_000))
        rows = [board.row(f"m{i:03}") for i in range(m)]
        held.append(all(row.rank_low <= rank <= row.rank_high for row, rank in zip(rows, true, strict=True)))
        bounded.append(all(row.rank_ub <= rank for row, rank in zip(rows, true, strict=True)))
        widths.append(np.mean([row.rank_high - row.rank_low + 1 for row in rows]))
    return {
        "all ranks inside": _share(np.array(held, dtype=np.float64)),
        "rank (UB) rule": _share(np.array(bounded, dtype=np.float64)),
        "mean width of a rank interval": (float(np.mean(widths)), repetitions * m),
    }


def _share(hits: Floats) -> tuple[float, int]:
    counted = hits[~np.isnan(hits)]
    return float(counted.mean()), len(counted)


CELLS = (
    Cell("60 contestants, 20,000 votes, no ties", ".935 to .965", lambda: measure_board(60, 20_000, 0.0, 200, 1)),
    Cell("60 / 20,000, 27 % ties between equals", ".935 to .965", lambda: measure_board(60, 20_000, TIES, 200, 2)),
    Cell("60 / 4,000, 27 % ties", ".935 to .965", lambda: measure_board(60, 4_000, TIES, 300, 3)),
    Cell("150 / 1,000,000, 27 % ties", ".935 to .965", lambda: measure_board(150, 1_000_000, TIES, 100, 4)),
    Cell("60 / 50,000, taste tau .3, 3,000 voters", "most played >= .92", lambda: measure_taste(0.3, 3_000, 250, 5)),
    Cell("60 / 50,000, no taste, 3,000 voters", "by voter about .94", lambda: measure_taste(0.0, 3_000, 200, 6)),
    Cell("newcomers with 25 games beside 150 / 1M", ".93 to .99", lambda: measure_newcomers(25, 60, 7)),
    Cell("60 / 100,000, strengths 5 points apart (sd)", ">= .95", lambda: measure_ranks(60, 100_000, 5.0, 400, 8)),
)


if __name__ == "__main__":
    sys.exit(main())
