"""Works of this project alone that have a time to meet: each runs in a process of its own and prints CPU seconds."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy.special import expit

from ratings.bradley_terry import fit_strengths
from ratings.clusters import ClusterScores
from ratings.comparisons import Comparisons
from ratings.incremental import Tally, refresh_strengths
from ratings.outcomes import SCORES
from ratings.pair_sums import PairSums
from ratings.pipeline import fit_leaderboard
from ratings.ranks import rank_contestants
from ratings.spec import RatingSpec
from ratings.vote_files import read_vote_file
from ratings.vote_rows import ReadOptions
from tests.benchmarks._ratings_worker import USED_NUMBERS


def draw(m: int, n: int, seed: int, features: int = 0) -> dict[str, np.ndarray]:
    """Votes of m contestants with strengths N(0, 0.6 nats), 27 % ties between equals; features pull 0.1 nats each."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0.0, 0.6, m)
    a = rng.integers(0, m, n, dtype=np.int32)
    b = ((a + rng.integers(1, m, n, dtype=np.int32)) % m).astype(np.int32)
    lead = theta[a] - theta[b]
    data: dict[str, np.ndarray] = {"m": np.array(m), "a": a, "b": b}
    if features:
        data["x"] = rng.normal(0.0, 0.3, (n, features))
        lead = lead + data["x"] @ np.full(features, 0.1 / 0.3)
    p = 1.0 / (1.0 + np.exp(-lead))
    half_tie = 0.27 * np.minimum(p, 1.0 - p)
    u = rng.random(n)
    data["outcome"] = np.where(u < p - half_tie, 0, np.where(u < p + half_tie, 2, 1)).astype(np.int8)
    return data


def _best(repeats: int, work: Callable[[], Any]) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def _votes(m: int, n: int, n_voters: int = 0) -> Comparisons:
    data = draw(m, n, seed=1)
    voter = np.random.default_rng(2).integers(0, n_voters, n, dtype=np.int32) if n_voters else None
    ids = tuple(f"m{i:03}" for i in range(m))
    return Comparisons(ids=ids, a=data["a"], b=data["b"], outcome=data["outcome"], voter=voter, n_voters=n_voters)


def measure_clusters(_: Path) -> float:
    """1M votes of 50,000 voters: residuals, scores by voter, meat."""
    votes = _votes(150, 1_000_000, 50_000)
    theta = fit_strengths(PairSums.of(votes)).theta
    return _best(
        7, lambda: ClusterScores.of(votes, SCORES[votes.outcome] - expit(theta[votes.a] - theta[votes.b])).meat()
    )


def measure_refresh(_: Path) -> float:
    """1,000 new votes onto 2M of 300 contestants: counts, per-voter counts, ratings, vote-level covariance."""
    old, new = _votes(300, 2_000_000, 20_000), draw(300, 1_000, seed=3)
    tally = Tally.empty(old.ids).add(old)
    ranked = np.arange(300)
    start = refresh_strengths(tally.counts, ranked).fit.theta

    def refresh() -> None:
        votes = Comparisons(ids=old.ids, a=new["a"], b=new["b"], outcome=new["outcome"])
        refresh_strengths(tally.add(votes).counts, ranked, start)

    return _best(15, refresh)


def measure_ranks(_: Path) -> float:
    """Max-t rank intervals, 20,000 draws, 60 contestants."""
    board = fit_leaderboard(_votes(60, 100_000), RatingSpec(rank_draws=10))
    return _best(7, lambda: rank_contestants(board.theta, board.covariance, 0.95, 20_000, 0))


def measure_parquet(folder: Path) -> float:
    """10M rows with dictionary columns to a board with rank intervals."""
    return _measure_parquet(folder, n_voters=0, repeats=3)


def measure_parquet_voters(folder: Path) -> float:
    """The same with 500,000 voters as strings, and intervals by voter."""
    return _measure_parquet(folder, n_voters=500_000, repeats=1)


def _measure_parquet(folder: Path, n_voters: int, repeats: int) -> float:
    votes = _votes(300, 10_000_000, n_voters)
    names, labels = pa.array(votes.ids), pa.array(["model_a", "model_b", "tie", "both_bad"])
    columns = {
        name: pa.DictionaryArray.from_arrays(pa.array(np.asarray(codes, dtype=np.int32)), values)
        for name, codes, values in (
            ("model_a", votes.a, names),
            ("model_b", votes.b, names),
            ("winner", votes.outcome, labels),
        )
    }
    if n_voters:
        columns["voter"] = pa.array(np.char.mod("v%06d", votes.voter))
    path = folder / "votes.parquet"
    pq.write_table(pa.table(columns), path)
    del votes, columns
    return _best(repeats, lambda: fit_leaderboard(read_vote_file(path, ReadOptions()).votes, RatingSpec()))


def measure_import(_: Path) -> float:
    """A fresh interpreter that imports the pipeline, less one that imports NumPy."""

    def cpu(statement: str) -> float:
        command = f"import time; {statement}; print(time.process_time())"
        return min(
            float(subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout)
            for _ in range(3)
        )

    return cpu("import ratings.pipeline") - cpu("import numpy")


WORK: dict[str, tuple[str, float, Callable[[Path], float]]] = {
    "clusters": ("cluster-robust by voter, 1M votes, 50,000 voters", 0.1, measure_clusters),
    "refresh": ("refresh with 1,000 new votes, 300 contestants", 0.010, measure_refresh),
    "ranks": ("rank intervals, 20,000 draws, 60 contestants", 0.3, measure_ranks),
    "parquet": ("Parquet dictionary columns, 10M rows, to a board", 1.0, measure_parquet),
    "parquet voters": ("the same with 500,000 voters as strings, clustered", float("inf"), measure_parquet_voters),
    "import": ("import of the package beyond NumPy (no optimize, no stats)", float("inf"), measure_import),
}
"""Name to what it is, seconds asked for (infinite where no goal was set), how it is measured."""


if __name__ == "__main__":
    np.ones(USED_NUMBERS)
    print(WORK[sys.argv[1]][2](Path(sys.argv[2])))
