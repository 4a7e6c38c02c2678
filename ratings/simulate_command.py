"""What do the numbers of a pairing rule look like? `python -m ratings simulate`: scenarios over many seeds.

Read next: scenarios.py. Every run is fixed by its seed; the same command prints the same numbers.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

import numpy as np

from ratings.errors import RatingsError
from ratings.pairing import RULES, PairingSettings
from ratings.scenarios import churn, cold_start, misspecified, newcomer
from ratings.simulate import Sampler, sampler_of

Figures = Mapping[str, float]
Scenario = Callable[[Sampler, np.random.Generator, argparse.Namespace], Figures]

DEFAULT_SEEDS = 10
DEFAULT_CONTESTANTS = 60
DEFAULT_EVERY = 2000
DEFAULT_VOTES = 100_000
DEFAULT_MATCHUP = 40.0
DEFAULT_POINTS = 10.0
EVERY_MULTIPLE = 500
BAD_INPUT = 2


class InvalidOptions(RatingsError, ValueError):
    """Options that no simulation can be run with."""


def _cold(sampler: Sampler, rng: np.random.Generator, options: argparse.Namespace) -> Figures:
    result = cold_start(sampler, rng, n_contestants=options.contestants, points=options.points)
    return {"votes_to_width": result.votes_to_width} | asdict(result.qualities[-1])


def _newcomer(sampler: Sampler, rng: np.random.Generator, options: argparse.Namespace) -> Figures:
    return asdict(newcomer(sampler, rng, n_contestants=options.contestants))


def _churn(sampler: Sampler, rng: np.random.Generator, options: argparse.Namespace) -> Figures:
    return asdict(churn(sampler, rng, n_contestants=options.contestants, every=options.every))


def _misspecified(sampler: Sampler, rng: np.random.Generator, options: argparse.Namespace) -> Figures:
    figures = misspecified(
        sampler,
        rng,
        n_contestants=options.contestants,
        n_votes=options.votes,
        matchup_sd=options.matchup,
        taste_sd=options.taste,
    )
    return asdict(figures)


SCENARIOS: Mapping[str, Scenario] = {
    "cold": _cold,
    "newcomer": _newcomer,
    "churn": _churn,
    "misspecified": _misspecified,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    rules = PairingSettings()
    parser.add_argument("scenario", choices=SCENARIOS)
    parser.add_argument("--rule", choices=RULES, default=rules.rule)
    parser.add_argument("--exploration", type=float, default=rules.exploration, help="share drawn evenly")
    parser.add_argument("--cap", type=float, default=rules.cap, help="largest share of one contestant")
    parser.add_argument("--top-focus", type=int, default=rules.top_focus, help="places to settle first, 0 for none")
    parser.add_argument("--contestants", type=int, default=DEFAULT_CONTESTANTS)
    parser.add_argument("--points", type=float, default=DEFAULT_POINTS, help="cold: mean half-width to reach")
    parser.add_argument("--every", type=int, default=DEFAULT_EVERY, help="churn: votes between two changes")
    parser.add_argument("--votes", type=int, default=DEFAULT_VOTES, help="misspecified: votes")
    parser.add_argument("--matchup", type=float, default=DEFAULT_MATCHUP, help="misspecified: points a pair deviates")
    parser.add_argument("--taste", type=float, default=0.0, help="misspecified: points a voter's taste deviates")
    parser.add_argument("--seeds", type=int, default=DEFAULT_SEEDS, help="number of independent runs")
    parser.add_argument("--seed", type=int, default=0, help="first seed")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")


def main(argv: Sequence[str]) -> int:
    """Runs one scenario over the seeds and prints mean and standard error of each figure.

    Returns the exit code: 0, or 2 for options that make no sense.
    """
    parser = argparse.ArgumentParser(prog="python -m ratings simulate", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    try:
        _check(options)
        sampler = sampler_of(PairingSettings(options.rule, options.exploration, options.cap, options.top_focus))
    except RatingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT
    run = SCENARIOS[options.scenario]
    seeds = range(options.seed, options.seed + options.seeds)
    figures = summarise([run(sampler, np.random.default_rng(seed), options) for seed in seeds])
    if options.json:
        print(json.dumps({"options": vars(options), "figures": figures}, sort_keys=True))
    else:
        print("\n".join(f"{name:<22}{_text(mean)} +- {_text(error)}" for name, (mean, error) in figures.items()))
    return 0


def summarise(runs: Sequence[Figures]) -> dict[str, tuple[float | None, float | None]]:
    """Mean and standard error of each figure; None where a run never got there, or for the error of a single run."""
    summary: dict[str, tuple[float | None, float | None]] = {}
    for name in runs[0]:
        values = np.array([run[name] for run in runs])
        if not np.isfinite(values).all():
            summary[name] = (None, None)
        else:
            error = float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None
            summary[name] = (float(values.mean()), error)
    return summary


def _check(options: argparse.Namespace) -> None:
    smallest = {"contestants": 3, "seeds": 1, "votes": 1, "every": 1}
    for name, least in smallest.items():
        if getattr(options, name) < least:
            raise InvalidOptions(f"--{name} is at least {least}")
    if options.every % EVERY_MULTIPLE:
        raise InvalidOptions(f"--every is a multiple of {EVERY_MULTIPLE}")
    if not options.points > 0 or options.matchup < 0 or options.taste < 0:
        raise InvalidOptions("--points is above 0, --matchup and --taste are 0 or more")


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
