"""How many human votes does the pairing rule save? The table S1-S8 of the design, by simulation, with its errors.

Run by `python3 manage.py bench pairing`; half an hour of one core at 40 seeds. Read _pairing_runs.py for the runs.
"""

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ratings.pairing import PairingState, PairTable, full_table
from ratings.pairing_state import Floats
from tests.benchmarks._pairing_runs import (
    EVERY,
    MORE_SEEDS,
    N_CONTESTANTS,
    OVERLAP_VOTES,
    UNIFORM_EVERY,
    Cell,
    Cells,
    run_all,
)
from tests.benchmarks._report import write_section

ROOT = Path(__file__).resolve().parents[2]

MIN_SEEDS = 40
OVERLAP_AIM = 0.9
RESAMPLES = 400
TIMED = 2000


def resampled(figure: Callable[[Callable[[Floats], float]], float]) -> tuple[float, float]:
    """A figure made of means over seeds, and its bootstrap error; `figure` takes the way to average."""
    rng = np.random.default_rng(1)
    values = []
    for _ in range(RESAMPLES):
        state = rng.integers(2**32)
        values.append(figure(lambda runs, state=state: _resampled_mean(runs, state)))
    return figure(lambda runs: float(runs.mean(axis=0))), statistics.stdev(values)


def _resampled_mean(runs: Floats, state: int) -> float:
    """The same seeds for every rule, since all met the same worlds."""
    return float(runs[np.random.default_rng(state).integers(len(runs), size=len(runs))].mean())


def churn_ratio(cells: Cells, name: str, figure: str) -> tuple[float, float]:
    """Votes a change that `name` needs, over those that uniform pairing needs for the same mean over time.

    Uniform pairing was run at several votes a change; log figure against log votes is a line to within its noise.
    """

    def ratio(mean: Callable[[Floats], float]) -> float:
        def loss(cell: Cell) -> float:
            value = mean(cells[cell][figure])
            return math.log(1 - value if figure == "tau" else value)

        slope, start = np.polyfit(
            np.log(UNIFORM_EVERY), [loss(("churn", "uniform", every)) for every in UNIFORM_EVERY], 1
        )
        return EVERY / math.exp((loss(("churn", name, EVERY)) - start) / slope)

    return resampled(ratio)


def overlap_votes(cells: Cells, name: str) -> Callable[[Callable[[Floats], float]], float]:
    """Votes until nine of the true top ten are in the found top ten, on the mean curve (a parabola in log votes)."""
    curve = cells["overlap", name, 0]
    votes = np.array([int(key) for key in curve])
    late = votes >= OVERLAP_VOTES // 8
    grid = np.linspace(math.log(votes[late][0]), math.log(OVERLAP_VOTES), 500)

    def crossing(mean: Callable[[Floats], float]) -> float:
        missed = np.array([1 - mean(values) for values in curve.values()])[late]
        line = np.polyval(np.polyfit(np.log(votes[late]), np.log(np.maximum(missed, 1e-3)), 2), grid)
        below = np.flatnonzero(line <= math.log(1 - OVERLAP_AIM))
        return math.exp(grid[below[0]]) if len(below) else float(OVERLAP_VOTES)

    return crossing


def mean_error(values: Floats) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values)))


def time_table(m: int) -> tuple[float, float]:
    """Median microseconds of one table, and of one draw from it, with a newcomer at its cap."""
    rng = np.random.default_rng(0)
    variance = np.full(m, 0.004)
    variance[0] = 5.0
    state = PairingState(ids=tuple(map(str, range(m))), theta=rng.uniform(-1, 1, m), variance=variance)
    table = PairTable.of(full_table(state))
    return _microseconds(lambda: full_table(state), TIMED // 10), _microseconds(lambda: table.draw(rng), TIMED)


def _microseconds(action: Callable[[], object], n: int) -> float:
    times = []
    for _ in range(n):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1e6 * statistics.median(times)


def rows(cells: Cells) -> list[tuple[str, ...]]:
    """The table: figure, uniform, anchors, ours, target, whether it is reached."""

    def show(value: tuple[float, float], digits: int = 0) -> str:
        return f"{value[0]:,.{digits}f} ± {value[1]:,.{digits}f}"

    def cell(scenario: str, name: str, figure: str, digits: int = 0) -> str:
        return show(mean_error(cells[scenario, name, 0][figure]), digits)

    def reached(*conditions: bool) -> str:
        return "yes" if all(conditions) else "no"

    def mean(scenario: str, name: str, figure: str) -> float:
        return float(cells[scenario, name, 0][figure].mean())

    ratios = {
        (name, figure): churn_ratio(cells, name, figure)
        for name in ("paper", "policy", "need_var", "need_var, cap 50 %")
        for figure in ("mean_half_width", "tau")
    }
    cold = mean("cold", "need_var", "votes") / mean("cold", "uniform", "votes")
    paper_cold = mean("cold", "paper", "votes") / mean("cold", "uniform", "votes")
    focus = overlap_votes(cells, "top focus")
    even = overlap_votes(cells, "uniform")
    focus_ratio = resampled(lambda average: focus(average) / even(average))
    focus_price = mean("cold", "top focus", "votes") / mean("cold", "uniform", "votes")
    (table_60, draw_60), (table_150, draw_150) = time_table(60), time_table(150)
    width, tau = "mean_half_width", "tau"
    return [
        (
            "S1 churn: votes for the same mean interval",
            "1",
            f"paper {show(ratios['paper', width], 3)}, policy {show(ratios['policy', width], 3)}",
            f"{show(ratios['need_var', width], 3)} (cap 50 %: {show(ratios['need_var, cap 50 %', width], 3)})",
            "≤ .55",
            reached(ratios["need_var", width][0] <= 0.55),
        ),
        (
            "S2 churn: votes for the same tau",
            "1",
            f"paper {show(ratios['paper', tau], 3)}, policy {show(ratios['policy', tau], 3)}",
            f"{show(ratios['need_var', tau], 3)} (cap 50 %: {show(ratios['need_var, cap 50 %', tau], 3)})",
            "≤ .52",
            reached(ratios["need_var", tau][0] <= 0.52),
        ),
        (
            "S3 newcomer to ±20: votes of the arena / own battles",
            f"{cell('newcomer', 'uniform', 'arena_votes')} / {cell('newcomer', 'uniform', 'own_battles')}",
            f"paper (no cap) {cell('newcomer', 'paper', 'arena_votes')}, "
            f"policy {cell('newcomer', 'policy', 'arena_votes')}",
            f"{cell('newcomer', 'need_var', 'arena_votes')} / {cell('newcomer', 'need_var', 'own_battles')}",
            "≤ 4,000 / ≤ 900 at cap 25 %",
            reached(
                mean("newcomer", "need_var", "arena_votes") <= 4000, mean("newcomer", "need_var", "own_battles") <= 900
            ),
        ),
        (
            "S4 cold start to a mean of ±10",
            cell("cold", "uniform", "votes"),
            f"paper {paper_cold:.3f}×",
            f"{cell('cold', 'need_var', 'votes')} = {cold:.3f}×",
            "≤ 1.00× (bound .937×)",
            reached(cold <= 1),
        ),
        (
            "S5 matchup noise of 40: coverage, rmse",
            f"{cell('misspecified', 'uniform', 'coverage', 3)}, {cell('misspecified', 'uniform', 'rmse', 2)}",
            f"paper {cell('misspecified', 'paper', 'coverage', 3)}, {cell('misspecified', 'paper', 'rmse', 2)}",
            f"{cell('misspecified', 'need_var', 'coverage', 3)}, {cell('misspecified', 'need_var', 'rmse', 2)}",
            "≥ .94, ≤ 5.5",
            reached(
                mean("misspecified", "need_var", "coverage") >= 0.94, mean("misspecified", "need_var", "rmse") <= 5.5
            ),
        ),
        (
            "S6 price of exact weighting, % of the interval (its coverage)",
            "0",
            f"paper {cell('misspecified', 'paper', 'price', 1)}",
            f"{cell('misspecified', 'need_var', 'price', 1)} "
            f"({cell('misspecified', 'need_var', 'weighted_coverage', 3)})",
            "≤ 3 %",
            reached(mean("misspecified", "need_var", "price") <= 3),
        ),
        (
            "S7 top ten nine tenths right, with top focus: votes, and votes to ±10",
            f"{show(resampled(even))}, 1",
            "FastChat tiers .55×, 1.23× (not rerun)",
            f"{show(focus_ratio, 2)}×, {focus_price:.3f}×",
            "≤ .75× at ≤ 1.04×",
            reached(focus_ratio[0] <= 0.75, focus_price <= 1.04),
        ),
        (
            "S8 table / draw, µs, median on this machine",
            "-",
            "-",
            f"{table_60:.0f} / {draw_60:.1f} at 60, {table_150:.0f} / {draw_150:.1f} at 150",
            "≤ 150 / ≤ 5 at 60, ≤ 500 at 150",
            reached(table_60 <= 150, draw_60 <= 5, table_150 <= 500),
        ),
    ]


def report(cells: Cells, n_seeds: int) -> str:
    """The section of docs/benchmarks.md."""
    head = ("figure", "uniform pairing", "other rules", "need_var (ours)", "target", "reached")
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows(cells))]
    return "\n".join(
        [
            "## Pairing",
            "",
            f"Simulated: {N_CONTESTANTS} contestants over 400 points, 27 % ties (Davidson), refitted every 50 votes, "
            f"{n_seeds} seeds ({MORE_SEEDS * n_seeds} for S5 to S7); ± is one standard error over seeds. Ratios are "
            "votes needed over votes that uniform pairing needs for the same quality.",
            "Made by `python3 manage.py bench pairing`.",
            "",
            *lines,
        ]
    )


def main(argv: Sequence[str] = ()) -> int:
    """Runs the table, prints it as markdown and writes it into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=MIN_SEEDS)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--dry-run", action="store_true", help="print only")
    options = parser.parse_args(argv)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for the runs: threads over 60 rows only wait for each other
    text = report(run_all(options.seeds, options.jobs), options.seeds)
    print(text)
    if not options.dry_run:
        write_section("pairing", text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
