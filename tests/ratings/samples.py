"""Votes that several tests share: worked examples of others, real votes, and votes drawn from known strengths."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ratings.comparisons import Comparisons
from ratings.outcomes import Outcome, parse_public

A, B, TIE, BOTH_BAD = Outcome


def votes_of(*results: tuple[str, str, Outcome, int]) -> Comparisons:
    """Votes from (side a, side b, outcome, how many)."""
    rows = [(a, b, outcome) for a, b, outcome, n in results for _ in range(n)]
    return Comparisons.from_labels(*map(list, zip(*rows, strict=True)))


def golden() -> Comparisons:
    """Three contestants whose ratings, errors and Davidson fit were computed by other programs."""
    return votes_of(
        ("a", "b", A, 30),
        ("a", "b", B, 20),
        ("b", "c", A, 25),
        ("b", "c", B, 25),
        ("a", "c", A, 15),
        ("a", "c", B, 5),
        ("a", "c", TIE, 10),
    )


def wikipedia() -> Comparisons:
    """The worked example of Wikipedia's article on the Bradley-Terry model: 22 games of A, B, C, D."""
    wins = {"AB": 2, "AD": 1, "BA": 3, "BC": 5, "CB": 3, "CD": 1, "DA": 4, "DC": 3}
    return votes_of(*((pair[0], pair[1], A, n) for pair, n in wins.items()))


def llmfao(data_dir: Path) -> Comparisons:
    with (data_dir / "llmfao" / "votes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = {name: [row[name] for row in rows] for name in ("model_a", "model_b", "winner", "voter")}
    outcomes = [parse_public(label) for label in columns["winner"]]
    return Comparisons.from_labels(columns["model_a"], columns["model_b"], outcomes, columns["voter"])


def expected_ratings(data_dir: Path) -> dict[str, dict[str, float]]:
    """By model: what shared/data/README.md calls the expected ratings."""
    with (data_dir / "llmfao" / "expected_ratings.csv").open(encoding="utf-8", newline="") as stream:
        return {row.pop("model"): {name: float(value) for name, value in row.items()} for row in csv.DictReader(stream)}


def strengths(m: int, spread: float = 0.6) -> NDArray[np.float64]:
    """m strengths in nats, mean zero, evenly spaced quantiles rather than luck."""
    theta = spread * np.linspace(-1.5, 1.5, m)
    return theta - theta.mean()


def draw_votes(
    theta: NDArray[np.float64], n: int, rng: np.random.Generator, *, tie_share: float = 0.2, n_voters: int = 0
) -> Comparisons:
    """n votes whose expected scores are those of Bradley-Terry: a tie takes tie_share of what both sides can lose."""
    m = len(theta)
    a = rng.integers(0, m, n)
    b = (a + rng.integers(1, m, n)) % m
    p = 1.0 / (1.0 + np.exp(theta[b] - theta[a]))
    half_tie = tie_share * np.minimum(p, 1.0 - p)
    u = rng.random(n)
    outcome = np.where(u < p - half_tie, A, np.where(u < p + half_tie, TIE, B))
    return Comparisons(
        ids=tuple(f"m{i:03d}" for i in range(m)),
        a=a,
        b=b,
        outcome=outcome,
        voter=rng.integers(0, n_voters, n) if n_voters else None,
        n_voters=n_voters,
    )
