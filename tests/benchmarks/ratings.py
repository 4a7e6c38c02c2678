"""How fast and how exact are the ratings, beside other programs? `python3 manage.py bench ratings`.

Every program runs on the same votes in a process of its own, one thread for linear algebra, CPU seconds, best of some
repeats. Peers come from PyPI into a throw-away environment (requirements.txt). Writes its section of the report.
Next file to read: _ratings_worker.py, what each program is asked to do.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import scipy

from tests.benchmarks._ratings_work import WORK, draw
from tests.benchmarks._report import write_section

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
POINTS_PER_NAT = 400.0 / np.log(10.0)

SIZES = {
    "60 / 100k": (60, 100_000),
    "150 / 1M": (150, 1_000_000),
    "300 / 2M": (300, 2_000_000),
    "300 / 10M": (300, 10_000_000),
}
PEERS = ("arena-rank", "evalica", "choix", "FastChat-like")
STYLE = (150, 1_000_000, 4)
ORACLE_POINTS, ORACLE_SHARE = 1e-6, 1e-3
"""Largest difference of ratings in points, and of standard errors as a share, that arena-rank may show."""
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}


@dataclass(frozen=True)
class Run:
    """CPU seconds of each stage, strengths and errors in nats, peak memory of the process."""

    stages: dict[str, float]
    theta: np.ndarray
    errors: np.ndarray
    peak_mb: float

    @property
    def whole(self) -> float:
        """From integer columns to the most that the program gives."""
        return self._until("ratings and intervals", "ratings")

    @property
    def ratings_only(self) -> float:
        return self._until("ratings", "ratings and intervals")

    def _until(self, stage: str, otherwise: str) -> float:
        return self.stages.get("prepare", 0.0) + self.stages.get(stage, self.stages.get(otherwise, 0.0))


def main(argv: list[str] | None = None) -> int:
    """Runs the benchmarks, prints their tables as markdown and writes them into docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="*", choices=SIZES, default=list(SIZES), help="contestants / votes")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--no-peers", action="store_true", help="only this project")
    parser.add_argument("--peers-python", type=Path, help="interpreter that has the peers already")
    parser.add_argument("--no-write", action="store_true", help="print only")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="ratings-bench-") as folder:
        peers = None if arguments.no_peers else arguments.peers_python or build_peers(Path(folder))
        report = "\n".join(sections(Path(folder), peers, arguments.sizes, arguments.repeats))
    print(report)
    if not arguments.no_write:
        write_section("ratings", report)
    return 0


def build_peers(folder: Path) -> Path | None:
    """Interpreter of a throw-away environment with the peers; None, said on stderr, where they cannot be had."""
    print("installing the peers into a throw-away environment", file=sys.stderr, flush=True)
    home = folder / "peers"
    try:
        venv.create(home, with_pip=True)
        python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"no peers: {error}", file=sys.stderr)
        return None
    return python


def sections(folder: Path, peers: Path | None, sizes: list[str], repeats: int) -> list[str]:
    """Lines of the report."""
    lines = ["## Ratings: speed and exactness", "", *machine(), ""]
    runs = {size: compare(folder, peers, *SIZES[size], size, repeats) for size in sizes}
    style = compare_style(folder, peers, repeats)
    lines += ["### Beside other programs", "", *comparison_table(runs), "", *style_table(style), ""]
    if peers:
        lines += [oracle_line(folder, peers), ""]
    lines += ["### Goals", "", *goals_table(folder, runs, style), ""]
    return lines


def machine() -> list[str]:
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    load = f", load average {os.getloadavg()[0]:.1f} when it began" if hasattr(os, "getloadavg") else ""
    return [
        f"{cpu or platform.machine()}, {os.cpu_count()} cores of a virtual machine{load}; {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}; "
        f"{datetime.now(UTC):%Y-%m-%d}. CPU seconds, one process, one thread for linear algebra, best of some repeats. "
        "Made by `tests/benchmarks/ratings.py`."
    ]


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def compare(folder: Path, peers: Path | None, m: int, n: int, size: str, repeats: int) -> dict[str, Run]:
    path = folder / "votes.npz"
    np.savez(path, **draw(m, n, seed=m + n))
    print(size, file=sys.stderr, flush=True)
    repeats = repeats if n < 5_000_000 else max(2, repeats // 2)
    runs = {"ours": run_worker(Path(sys.executable), "ours", path, repeats)}
    return runs | {name: run_worker(peers, name, path, repeats) for name in PEERS if peers}


def oracle_line(folder: Path, peers: Path) -> str:
    """arena-rank almost without ridge, run to convergence, must give our ratings and our errors of single votes."""
    path = folder / "votes.npz"
    np.savez(path, **draw(60, 100_000, seed=100_060))
    ours, other = run_worker(Path(sys.executable), "ours", path, 1), run_worker(peers, "arena-rank exact", path, 1)
    rating = np.abs(other.theta - ours.theta).max() * POINTS_PER_NAT
    error = np.abs(other.errors / ours.errors - 1.0).max()
    if not (rating <= ORACLE_POINTS and error <= ORACLE_SHARE):
        raise RuntimeError(f"arena-rank differs: {rating:.2g} points, standard errors by {error:.2g}")
    return (
        f"Oracle: arena-rank with a ridge of 1e-7, run to convergence (60 / 100k), differs by {rating:.1e} points "
        f"in ratings and {error:.1e} of a standard error."
    )


def compare_style(folder: Path, peers: Path | None, repeats: int) -> dict[str, Run]:
    path = folder / "style.npz"
    m, n, k = STYLE
    np.savez(path, **draw(m, n, seed=7, features=k))
    runs = {"ours": run_worker(Path(sys.executable), "ours style", path, 2 * repeats)}
    return runs | ({"arena-rank": run_worker(peers, "arena-rank style", path, 2)} if peers else {})


def run_worker(python: Path, program: str, path: Path, repeats: int) -> Run:
    result = json.loads(_run(python, "_ratings_worker", program, str(path), str(repeats)))
    return Run(result["stages"], np.array(result["theta"]), np.array(result["errors"]), result["peak_mb"])


def comparison_table(runs: dict[str, dict[str, Run]]) -> list[str]:
    """One row a size and program; errors against the strengths of Newton's method, checked in tests/ratings."""
    lines = [
        "| contestants / votes | program | prepare s | ratings s | ratings + intervals s | ours is faster | "
        "max error, points | interval width / ours | peak MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for size, programs in runs.items():
        ours = programs["ours"]
        for name, run in programs.items():
            has_intervals = "ratings and intervals" in run.stages
            faster = run.whole / (ours.whole if has_intervals else ours.ratings_only)
            if "prepare" not in run.stages:  # it was given the matrix that the others make
                faster = run.ratings_only / ours.stages["ratings"]
            error = np.abs(run.theta - ours.theta).max() * POINTS_PER_NAT
            width = _widths(run, ours) if len(run.errors) else ""
            stages = [_seconds(run.stages.get(stage)) for stage in ("prepare", "ratings", "ratings and intervals")]
            shown = "" if name == "ours" else f"{faster:,.0f}x"
            cells = [size, name, *stages, shown, f"{error:.1e}", width, f"{run.peak_mb:.0f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return lines


def _widths(run: Run, ours: Run) -> str:
    ratio = run.errors / ours.errors
    return f"{ratio.min():.2f} to {ratio.max():.2f}"


def style_table(runs: dict[str, Run]) -> list[str]:
    lines = [
        "Style control, 150 contestants, 1M votes, 4 features, from integer columns to ratings and intervals:",
        "",
        "| program | CPU s | ours is faster | max difference, points | interval width / ours | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    ours = runs["ours"]
    for name, run in runs.items():
        error = np.abs(run.theta - ours.theta).max() * POINTS_PER_NAT
        faster = "" if name == "ours" else f"{run.whole / ours.whole:,.0f}x"
        cells = [name, f"{run.whole:.3f}", faster, f"{error:.1e}", _widths(run, ours), f"{run.peak_mb:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def goals_table(folder: Path, runs: dict[str, dict[str, Run]], style: dict[str, Run]) -> list[str]:
    """What was asked of this project, what is reached here."""
    rows: list[tuple[str, str, float, float, str]] = []

    def add(work: str, goal: float, reached: float, remark: str = "") -> None:
        rows.append((work, _seconds(goal), goal, reached, remark))

    if "150 / 1M" in runs:
        stages = runs["150 / 1M"]["ours"].stages
        add("1M integer votes to counts", 0.003, stages["prepare"])
        add("fit and vote-level covariance, 150 contestants", 0.003, stages["ratings and intervals"])
    if "300 / 2M" in runs:
        add("fit and vote-level covariance, 300", 0.015, runs["300 / 2M"]["ours"].stages["ratings and intervals"])
    if "300 / 10M" in runs:
        programs = runs["300 / 10M"]
        add("counts, fit and vote-level covariance, 300 / 10M", 0.060, programs["ours"].whole, _ratios(programs))
    add("style control 150 / 1M x 4, fit and intervals", 0.1, style["ours"].whole, _ratios(style))
    for name, (work, goal, _) in WORK.items():
        add(work, goal, _own_work(name, folder))
    lines = ["| work | asked, s | reached, s | | |", "|---|---|---|---|---|"]
    return lines + [
        f"| {work} | {asked} | {_seconds(reached)} | {_verdict(goal, reached)} | {remark} |"
        for work, asked, goal, reached, remark in rows
    ]


def _verdict(goal: float, reached: float) -> str:
    return "" if np.isinf(goal) else "reached" if reached <= goal else "missed"


def _ratios(programs: dict[str, Run]) -> str:
    ours = programs["ours"]
    told = [
        f"{name} {run.whole / (ours.whole if len(run.errors) else ours.ratings_only):,.0f}x"
        for name, run in programs.items()
        if name in ("arena-rank", "evalica")
    ]
    return ", ".join(told)


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None or np.isinf(seconds) else f"{seconds:.4f}" if seconds < 0.1 else f"{seconds:.2f}"


def _own_work(name: str, folder: Path) -> float:
    """CPU seconds of one work of _ratings_work.py, in a process of its own."""
    return float(_run(Path(sys.executable), "_ratings_work", name, str(folder)))


def _run(python: Path, module: str, *arguments: str) -> str:
    done = subprocess.run(
        [python, "-m", f"tests.benchmarks.{module}", *arguments],
        cwd=ROOT,
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {arguments} failed: {done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
