"""How many votes does a sampler save, and does the board stay right? Four histories of an arena, each from one seed.

Read next: simulate.py (worlds and arenas); tests/benchmarks/pairing.py (the table made of these).
Half-widths are those of the ridge fit that steers the pairs: it has an answer for a contestant without votes. The
misspecified scenario, where the published interval itself is on trial, uses the published fit and its sandwich.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ratings.bradley_terry import fit_strengths, information, vote_meat
from ratings.pair_sums import PairSums
from ratings.pairing_state import Floats
from ratings.planner import NEWCOMER_POINTS, Z_95
from ratings.scale import POINTS_PER_NAT
from ratings.simulate import BATCH, Arena, Sampler, make_world, random_strength

TOP_PLACES = 10
MEASURES_PER_EVENT = 10
MAX_VOTES = 400_000  # a run that has not reached its aim by then says so with infinity


@dataclass(frozen=True)
class Quality:
    """How good a board is.

    mean_half_width, worst_half_width : points, of 95 % intervals.   tau : Kendall's, found order with true order.
    listed : share of contestants within +-20 points.   overlap : of the found and the true top ten, 0 .. 1.
    """

    mean_half_width: float
    worst_half_width: float
    tau: float
    listed: float
    overlap: float


@dataclass(frozen=True)
class ColdStart:
    """A new arena. votes_to_width : votes until the mean half-width is `points`, infinity if never.

    votes : (k,) checkpoints.   qualities : (k,) the board at each.
    """

    votes_to_width: float
    votes: tuple[int, ...]
    qualities: tuple[Quality, ...]


@dataclass(frozen=True)
class Newcomer:
    """A contestant joins a full board. arena_votes, own_battles : until its interval is +-20, infinity if never."""

    arena_votes: float
    own_battles: float


@dataclass(frozen=True)
class Misspecified:
    """A board whose votes follow no Bradley-Terry model, by the published fit (plain) and with weights 1 / (K P).

    rmse, half_width : points.   coverage : share of 95 % intervals that hold the value of endless votes on even pairs.
    """

    rmse: float
    coverage: float
    half_width: float
    tau: float
    weighted_rmse: float
    weighted_coverage: float
    weighted_half_width: float


def measure(arena: Arena) -> Quality:
    """The board of the active contestants at the arena's last fit. Cost: O(m^3)."""
    state = arena.state()
    half_width = Z_95 * POINTS_PER_NAT * np.sqrt(state.variance)
    truth = arena.world.strength[arena.active]
    top, found = (set(np.argsort(-values)[:TOP_PLACES].tolist()) for values in (truth, state.theta))
    return Quality(
        mean_half_width=float(half_width.mean()),
        worst_half_width=float(half_width.max()),
        tau=kendall_tau(truth, state.theta),
        listed=float((half_width <= NEWCOMER_POINTS).mean()),
        overlap=len(top & found) / min(TOP_PLACES, len(truth)),
    )


def mean_quality(qualities: Sequence[Quality]) -> Quality:
    """The mean of each figure. qualities : at least one."""
    figures = np.array([list(vars(quality).values()) for quality in qualities])
    return Quality(*figures.mean(axis=0).tolist())


def cold_start(
    sampler: Sampler,
    rng: np.random.Generator,
    *,
    n_contestants: int,
    points: float = 10.0,
    step: int = 500,
    max_votes: int = MAX_VOTES,
) -> ColdStart:
    """All contestants start without votes; ends when the mean half-width is at most `points`."""
    arena = Arena(make_world(n_contestants, rng))
    votes, qualities = [], []
    for played in arena.run(sampler, max_votes, step, rng):
        votes.append(played)
        qualities.append(measure(arena))
        if qualities[-1].mean_half_width <= points:
            return ColdStart(_crossing(votes, qualities, points), tuple(votes), tuple(qualities))
    return ColdStart(np.inf, tuple(votes), tuple(qualities))


def newcomer(
    sampler: Sampler,
    rng: np.random.Generator,
    *,
    n_contestants: int,
    established_battles: int = 4000,
    points: float = NEWCOMER_POINTS,
    max_votes: int = MAX_VOTES,
) -> Newcomer:
    """One contestant without votes joins others with `established_battles` each."""
    arena = Arena(make_world(n_contestants, rng))
    pairs = np.ones((n_contestants, n_contestants)) - np.eye(n_contestants)
    pairs[0] = pairs[:, 0] = 0
    arena.play(pairs * (2 / pairs.sum()), established_battles * (n_contestants - 1) // 2, rng)
    arena.refit()
    for played in arena.run(sampler, max_votes, BATCH, rng):
        if Z_95 * POINTS_PER_NAT * np.sqrt(arena.state().variance[0]) <= points:
            return Newcomer(played, float((arena.wins[0] + arena.wins[:, 0] + arena.ties[0]).sum()))
    return Newcomer(np.inf, np.inf)


def churn(
    sampler: Sampler,
    rng: np.random.Generator,
    *,
    n_contestants: int,
    every: int,
    n_events: int = 40,
) -> Quality:
    """One contestant in, the oldest out, every `every` votes (a multiple of 500); the mean over time of the board.

    Runs until all first contestants are gone, then measures ten times in each of n_events more changes. Votes against
    a contestant who left stay in the fit as long as anybody is active who met it.
    """
    n_slots = 2 * n_contestants
    arena = Arena(make_world(n_slots, rng), np.arange(n_contestants))
    qualities = []
    step = every // MEASURES_PER_EVENT
    for event in range(n_contestants + n_events):
        for _ in arena.run(sampler, every, step, rng):
            if event >= n_contestants:
                qualities.append(measure(arena))
        arena.replace_contestant((event + n_contestants) % n_slots, random_strength(rng))
        arena.active = np.arange(event + 1, event + 1 + n_contestants) % n_slots
        arena.refit()
    return mean_quality(qualities)


def misspecified(
    sampler: Sampler,
    rng: np.random.Generator,
    *,
    n_contestants: int,
    n_votes: int = 100_000,
    matchup_sd: float = 40.0,
    taste_sd: float = 0.0,
) -> Misspecified:
    """Pairs deviate from any strengths by matchup_sd points: is the interval still right about even pairs?"""
    world = make_world(n_contestants, rng, matchup_sd=matchup_sd, taste_sd=taste_sd)
    arena = Arena(world, has_weights=True)
    for _ in arena.run(sampler, n_votes, n_votes, rng):
        pass
    truth = world.published()
    plain, weighted = (_published_errors(arena.sums(is_weighted=flag), truth) for flag in (False, True))
    return Misspecified(
        rmse=plain[0],
        coverage=plain[1],
        half_width=plain[2],
        tau=kendall_tau(arena.theta, truth),
        weighted_rmse=weighted[0],
        weighted_coverage=weighted[1],
        weighted_half_width=weighted[2],
    )


def kendall_tau(a: Floats, b: Floats) -> float:
    """Share of pairs in the same order minus share in the other; (m,) each, without equal values. Cost: O(m^2)."""
    upper = np.triu_indices(len(a), 1)
    same = np.sign(a[:, None] - a[None, :]) * np.sign(b[:, None] - b[None, :])
    return float(same[upper].mean())


def _published_errors(sums: PairSums, truth: Floats) -> tuple[float, float, float]:
    """Root mean square error (points), coverage and mean half-width (points) of the published fit."""
    theta = fit_strengths(sums).theta
    hessian = information(theta, sums.games)
    gauge = np.trace(hessian) / len(hessian) ** 2  # lifts the direction that information and meat lack
    inverse = np.linalg.inv(hessian + gauge)
    covariance = inverse @ vote_meat(theta, sums) @ inverse
    half_width = Z_95 * np.sqrt(covariance.diagonal())
    error = theta - truth
    return (
        POINTS_PER_NAT * float(np.sqrt((error * error).mean())),
        float((np.abs(error) <= half_width).mean()),
        POINTS_PER_NAT * float(half_width.mean()),
    )


def _crossing(votes: Sequence[int], qualities: Sequence[Quality], points: float) -> float:
    """Votes at which the mean half-width passed `points`, between the last two checkpoints."""
    if len(votes) == 1:
        return float(votes[0])
    before, after = (quality.mean_half_width for quality in qualities[-2:])
    return votes[-1] - (votes[-1] - votes[-2]) * (points - after) / (before - after)
