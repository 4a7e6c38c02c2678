"""How long does the worker need for the board of a slice of a million votes? From kept columns, on this machine.

Run by `python3 manage.py bench slices`, or alone: `python -m tests.benchmarks.slices`. Takes about two minutes.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
WORK_DIR = tempfile.mkdtemp(prefix="arena-bench-")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices: threads only wait for each other
os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "ARENA_DATA_DIR": WORK_DIR}

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
from django.core.management import call_command  # noqa: E402

from arena.domain.filter_values import DateRange  # noqa: E402
from arena.domain.slices import Shrinkage, Slice  # noqa: E402
from arena.models import Arena, Contestant, Entry, Prompt  # noqa: E402
from arena.queries import slices as slice_queries  # noqa: E402
from arena.queries import vote_columns as columns_module  # noqa: E402
from arena.queries.ledger import LedgerHead, ledger_head  # noqa: E402
from arena.queries.vote_columns import KIND_CODES, N_STYLE, VoteColumns  # noqa: E402
from arena.services import slice_fits  # noqa: E402
from arena.services.catalog import save_arena  # noqa: E402
from arena.services.ledger import sequence_arena  # noqa: E402
from arena.services.slice_fits import fit_votes_of_slice  # noqa: E402
from tests.benchmarks._report import write_section  # noqa: E402
from tests.factories import make_counted_votes, make_voter  # noqa: E402

N_VOTERS = 60_000
N_PROMPTS = 20_000
CATEGORIES = ("unknown", "math", "code", "creative", "hard", "instructions", "other")
LANGUAGES = ("unknown", "en", "fr", "de", "ja", "es", "zh")
SIZES_B = (1, 7, 14, 70, 200)
FIRST_DAY, N_DAYS = date(2025, 1, 1), 365
TARGET_S = 1.0
SLICES = {
    "one category, a seventh": Slice(category=("math",)),
    "category and language": Slice(category=("code",), language=("en",)),
    "weight class, a twenty-fifth": Slice(weight_class=("s",)),
    "the last month": Slice(dates=DateRange(first=date(2025, 12, 1))),
    "multi-turn": Slice(turns=("multi",)),
    "one category, not shrunk": Slice(category=("math",), shrinkage=Shrinkage.NONE),
    "style control, all votes": Slice(style_control=True),
}


def make_arena(n_contestants: int) -> Arena:
    arena = Arena(slug="bench", name="Bench")
    save_arena(arena=arena)
    contestants = Contestant.objects.bulk_create(
        Contestant(slug=f"m{k:03}", name=f"M{k}", total_params_b=SIZES_B[k % len(SIZES_B)])
        for k in range(n_contestants)
    )
    Entry.objects.bulk_create(Entry(arena=arena, contestant=c, status="active") for c in contestants)
    return arena


def synthetic_columns(arena: Arena, n_votes: int, rng: np.random.Generator) -> VoteColumns:
    """A million votes as they stand in memory after they were read, drawn from known strengths."""
    keys = list(arena.entries.order_by("contestant__slug").values_list("contestant", flat=True))
    m = len(keys)
    theta = rng.normal(0, 0.6, m)
    a = rng.integers(0, m, n_votes)
    b = (a + rng.integers(1, m, n_votes)) % m
    wins = rng.random(n_votes) < 1 / (1 + np.exp(theta[b] - theta[a]))
    outcome = np.where(rng.random(n_votes) < 0.25, rng.integers(2, 4, n_votes), np.where(wins, 0, 1))
    start = time.mktime(FIRST_DAY.timetuple())
    facts = {
        "seq": np.arange(n_votes),
        "vote": np.arange(1, n_votes + 1),
        "a": a,
        "b": b,
        "outcome": outcome,
        "kind": np.full(n_votes, KIND_CODES["human"]),
        "source": np.zeros(n_votes),
        "is_ranked": np.ones(n_votes),
        "voter": np.minimum(rng.zipf(1.5, n_votes), N_VOTERS) - 1,
        "prompt": rng.integers(0, N_PROMPTS, n_votes),
        "n_turns": np.minimum(rng.geometric(0.7, n_votes), 20),
        "time": start + rng.random(n_votes) * N_DAYS * 86_400,
    }
    columns = VoteColumns(arena.pk)
    columns.arrays = {name: facts[name].astype(dtype) for name, dtype in columns_module.TYPES.items()}
    columns.is_excluded = rng.random(n_votes) < 0.01
    columns.contestants.of(keys)
    columns.sources.of(["live"])
    columns.voters.of(range(N_VOTERS))
    columns.facets.languages.of(LANGUAGES)
    columns.facets.categories.of(CATEGORIES)
    table = [rng.integers(0, len(LANGUAGES), N_PROMPTS), rng.integers(0, len(CATEGORIES), N_PROMPTS)]
    columns.facets.table = np.column_stack([*table, rng.integers(0, 3, N_PROMPTS)]).astype(np.int16)
    looks = rng.poisson(3, (n_votes, N_STYLE)).astype(np.int32)
    columns.style = lambda: (looks, np.ones(n_votes, dtype=bool))  # type: ignore[method-assign]
    return columns


def time_of(call: Callable[[], object], times: int) -> tuple[float, float]:
    """Median seconds by the clock and of one core, after one call to warm up."""
    call()
    spent = []
    for _ in range(times):
        start = time.perf_counter(), time.process_time()
        call()
        spent.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    by_clock, of_core = zip(*spent, strict=True)
    return statistics.median(by_clock), statistics.median(of_core)


def time_slices(arena: Arena, columns: VoteColumns, times: int) -> dict[str, tuple[int, float, float, float]]:
    """By slice: votes inside, seconds of a core to part the votes, seconds until the board is there, both ways."""
    head = LedgerHead(len(columns), b"")

    @contextmanager
    def kept(*_: object) -> Iterator[VoteColumns]:
        yield columns

    slice_queries.vote_columns = kept  # type: ignore[assignment]
    slice_fits.count_styles = lambda **_: 0  # type: ignore[assignment]
    rows = {}
    for name, slice_ in SLICES.items():
        n_inside = slice_queries.slice_votes(arena, slice_, head).inside.n_votes
        _, parted = time_of(lambda slice_=slice_: slice_queries.slice_votes(arena, slice_, head), times)
        board = time_of(lambda slice_=slice_: fit_votes_of_slice(arena, slice_, head), times)
        rows[name] = n_inside, parted, board[1], board[0]
    return rows


def time_reading(n_votes: int, rng: np.random.Generator) -> tuple[float, float]:
    """Microseconds a vote to read an arena's votes from the database once, and to look again without news."""
    arena = Arena.objects.get()
    prompts = Prompt.objects.bulk_create(Prompt(arena=arena, text="?", category="math") for _ in range(200))
    voters = [make_voter() for _ in range(50)]
    pairs = rng.integers(0, 50, (n_votes, 2))
    make_counted_votes(
        arena,
        [
            (f"m{i:03}", f"m{(i + 1 + j) % 150:03}", "a", voters[i], prompts[(i + j) % 200], 1)
            for i, j in pairs.tolist()
        ],
    )
    sequence_arena(arena_id=arena.pk)
    head, columns = ledger_head(arena), VoteColumns(arena.pk)
    start = time.process_time()
    columns.read_until(head.size)
    first = time.process_time() - start
    return 1e6 * first / n_votes, time_of(lambda: columns.read_until(head.size), 5)[1] * 1e3


def report(n_votes: int, n_contestants: int, rows: dict, reading: tuple[float, float], n_read: int) -> str:
    lines = [
        f"| {name} | {n:,} | {1e3 * parted:.0f} | {1e3 * board:.0f} | {1e3 * clock:.0f} "
        f"| {'yes' if board <= TARGET_S else 'no'} |"
        for name, (n, parted, board, clock) in rows.items()
    ]
    return "\n".join(
        [
            "## Slices",
            "",
            f"The worker's time for the board of a slice of {n_votes:,} votes among {n_contestants} contestants, with "
            "columns that are loaded: filter, both fits, shrinkage, intervals clustered by voter, ranks. Medians of "
            "one core; by the clock as well, on a machine that others used at the same time. The target is 1 s.",
            "Made by `tests/benchmarks/slices.py`.",
            "",
            "| slice | votes inside | parted, ms | board, ms | by the clock, ms | within 1 s |",
            "| --- | --- | --- | --- | --- | --- |",
            *lines,
            "",
            f"A process reads the votes of an arena once, at {reading[0]:.1f} µs a vote from SQLite (measured on "
            f"{n_read:,}); after that only new votes. Looking again without news takes {reading[1]:.1f} ms.",
        ]
    )


def main(argv: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--votes", type=int, default=1_000_000)
    parser.add_argument("--contestants", type=int, default=150)
    parser.add_argument("--read", type=int, default=20_000, help="votes that are read from a database")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--dry-run", action="store_true", help="print only")
    options = parser.parse_args(argv)
    rng = np.random.default_rng(0)
    call_command("migrate", verbosity=0)
    arena = make_arena(options.contestants)
    reading = time_reading(options.read, rng)
    rows = time_slices(arena, synthetic_columns(arena, options.votes, rng), options.times)
    text = report(options.votes, options.contestants, rows, reading, options.read)
    print(text)
    if not options.dry_run:
        write_section("slices", text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
