"""Which arenas are simulated for the table of pairing.py? Rules, scenarios and seeds, each run on its own."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context

import numpy as np

from ratings.pairing import PairingSettings
from ratings.pairing_state import Floats
from ratings.scenarios import churn, cold_start, misspecified, newcomer
from ratings.simulate import Arena, Sampler, sampler_of

N_CONTESTANTS = 60
MORE_SEEDS = 3  # times as many for shares that come in coarse steps (coverage, top ten); their runs are short
OVERLAP_VOTES = 16_000
EVERY = 2000
UNIFORM_EVERY = (2000, 3000, 4000, 5000)

Cell = tuple[str, str, int]
Cells = dict[Cell, dict[str, Floats]]
Task = tuple[str, str, int, int]


def lmarena_policy(arena: Arena) -> Floats:
    """Weight 5 until 3,000 votes, then 3 in the top ten, else 1; first by weight, rival by weight among the others.

    Source: lmarena.github.io, policy of 2024-03-01; drawing as in FastChat.
    """
    theta = arena.theta[arena.active]
    weight = np.ones(len(theta))
    weight[np.argsort(-theta)[:10]] = 3.0
    weight[arena.battles() < 3000] = 5.0
    share = weight / weight.sum()
    ordered = share[:, None] * share[None, :] / (1 - share[:, None])
    np.fill_diagonal(ordered, 0)
    return ordered + ordered.T


SAMPLERS: dict[str, Sampler] = {
    "uniform": sampler_of(PairingSettings("uniform", exploration=0, cap=1)),
    "paper": sampler_of(PairingSettings("paper", exploration=0, cap=1)),
    "policy": Sampler("policy", lmarena_policy),
    "need_var": sampler_of(PairingSettings()),
    "need_var, cap 50 %": sampler_of(PairingSettings(cap=0.5)),
    "top focus": sampler_of(PairingSettings(top_focus=10)),
}


def run_churn(sampler: Sampler, rng: np.random.Generator, every: int) -> dict[str, float]:
    return asdict(churn(sampler, rng, n_contestants=N_CONTESTANTS, every=every, n_events=30))


def run_newcomer(sampler: Sampler, rng: np.random.Generator, _: int) -> dict[str, float]:
    return asdict(newcomer(sampler, rng, n_contestants=N_CONTESTANTS))


def run_cold(sampler: Sampler, rng: np.random.Generator, _: int) -> dict[str, float]:
    return {"votes": cold_start(sampler, rng, n_contestants=N_CONTESTANTS).votes_to_width}


def run_overlap(sampler: Sampler, rng: np.random.Generator, _: int) -> dict[str, float]:
    result = cold_start(sampler, rng, n_contestants=N_CONTESTANTS, max_votes=OVERLAP_VOTES)
    return {str(votes): quality.overlap for votes, quality in zip(result.votes, result.qualities, strict=True)}


def run_misspecified(sampler: Sampler, rng: np.random.Generator, _: int) -> dict[str, float]:
    figures = asdict(misspecified(sampler, rng, n_contestants=N_CONTESTANTS))
    return figures | {"price": 100 * (figures["weighted_half_width"] / figures["half_width"] - 1)}


SCENARIOS: dict[str, Callable[[Sampler, np.random.Generator, int], dict[str, float]]] = {
    "churn": run_churn,
    "newcomer": run_newcomer,
    "cold": run_cold,
    "overlap": run_overlap,
    "misspecified": run_misspecified,
}


def run_task(task: Task) -> dict[str, float]:
    """One scenario with one sampler and one seed; all samplers meet the same worlds."""
    scenario, sampler, setting, seed = task
    return SCENARIOS[scenario](SAMPLERS[sampler], np.random.default_rng(seed), setting)


def plan(n_seeds: int) -> list[Task]:
    """Every run of the table."""
    cells = [("churn", "uniform", every) for every in UNIFORM_EVERY]
    cells += [("churn", name, EVERY) for name in ("paper", "policy", "need_var", "need_var, cap 50 %")]
    cells += [("newcomer", name, 0) for name in ("uniform", "paper", "policy", "need_var")]
    cells += [("cold", name, 0) for name in ("uniform", "paper", "need_var", "top focus")]
    coarse = [("misspecified", name, 0) for name in ("uniform", "paper", "need_var")]
    coarse += [("overlap", name, 0) for name in ("uniform", "top focus")]
    tasks = [(*cell, seed) for cell in cells for seed in range(n_seeds)]
    return tasks + [(*cell, seed) for cell in coarse for seed in range(MORE_SEEDS * n_seeds)]


def run_all(n_seeds: int, n_jobs: int) -> Cells:
    """Figures of each cell, one value a seed."""
    tasks = plan(n_seeds)
    with ProcessPoolExecutor(n_jobs, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(run_task, tasks, chunksize=4))
    cells: dict[Cell, list[dict[str, float]]] = {}
    for task, result in zip(tasks, results, strict=True):
        cells.setdefault(task[:3], []).append(result)
    return {cell: {name: np.array([run[name] for run in runs]) for name in runs[0]} for cell, runs in cells.items()}
