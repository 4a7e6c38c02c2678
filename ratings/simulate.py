"""What would voters say in an arena whose true strengths are known? Worlds, samplers and a running arena.

Read next: scenarios.py (cold start, newcomer, churn, misspecification) and simulate_command.py (the command).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import fit_strengths
from ratings.pair_sums import PairSums
from ratings.pairing import PairingSettings, PairingState, PairTable, full_table
from ratings.pairing_state import Floats
from ratings.pairing_strengths import Strengths, estimate_strengths
from ratings.scale import POINTS_PER_NAT

Ints = NDArray[np.intp]

SPREAD_POINTS = 400.0  # from the weakest to the strongest, on the published scale
TIE_WEIGHT = 0.87  # Davidson's nu: 30 % ties between equals, 27 % over a board of this spread
DECISIVE_SCALE = 1.43  # log-odds of a decisive vote per unit of the half-win scale at 27 % ties
REFIT_TOLERANCE = 1e-3  # nats, 0.2 points: the next batch of votes moves strengths more than this
BATCH = 50  # votes between two refits, as in PAIRING


@dataclass(frozen=True, eq=False)
class World:
    """m contestants with known strengths.

    strength   : (m,) nats of Davidson's model (decisive odds).   tie_weight : nu >= 0.
    deviation  : (m, m) nats, antisymmetric: what i has over j beyond their strengths (no Bradley-Terry model has it).
    taste      : (m, d) what voters may like, voters : (n, d) how much each likes it; both None for voters all alike.
    Source: Davidson 1970: P(i) : P(j) : P(tie) = e^(d/2) : e^(-d/2) : nu.
    """

    strength: Floats
    tie_weight: float = TIE_WEIGHT
    deviation: Floats | None = None
    taste: Floats | None = None
    voters: Floats | None = None

    @cached_property
    def advantage(self) -> Floats:
        """(m, m) nats, of i over j for the average voter."""
        plain = self.strength[:, None] - self.strength[None, :]
        return plain if self.deviation is None else plain + self.deviation

    def chances(self, advantage: Floats) -> tuple[Floats, Floats]:
        """P(win) and P(tie) of a side with this advantage; arrays of its shape."""
        up = np.exp(advantage / 2)
        total = up + 1 / up + self.tie_weight
        return up / total, self.tie_weight / total

    @cached_property
    def pair_chances(self) -> tuple[Floats, Floats]:
        """(m, m) each, P(i beats j) and P(tie) for the average voter."""
        return self.chances(self.advantage)

    def vote(self, i: Ints, j: Ints, rng: np.random.Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """One vote for each battle of i[k] and j[k]. Returns (n,) bool each: i won; a tie. Cost: O(n)."""
        if self.taste is None or self.voters is None:
            win, tie = self.pair_chances[0][i, j], self.pair_chances[1][i, j]
        else:
            liking = self.voters[rng.integers(len(self.voters), size=len(i))]
            win, tie = self.chances(self.advantage[i, j] + ((self.taste[i] - self.taste[j]) * liking).sum(axis=1))
        draw = rng.random(len(i))
        return draw < win, (draw >= win) & (draw < win + tie)

    def published(self) -> Floats:
        """(m,) nats, mean zero: the Bradley-Terry strengths that endless votes on even pairs would give (half-win)."""
        win, tie = (part * ~np.eye(len(self.strength), dtype=bool) for part in self.pair_chances)
        return fit_strengths(PairSums(win, tie, win, tie)).theta


def make_world(
    n_contestants: int,
    rng: np.random.Generator,
    *,
    spread: float = SPREAD_POINTS,
    matchup_sd: float = 0.0,
    taste_sd: float = 0.0,
    n_voters: int = 1000,
) -> World:
    """A world of strengths spread evenly with a little chance: one drawn at random in each of m equal bands.

    spread : points on the published scale.   matchup_sd : points, of pair deviations.   taste_sd : points, of what one
    voter sees in one contestant beyond its strength (two dimensions).   n_voters : where taste_sd > 0.
    Returns World. Cost: O(m^2).
    """
    unit = DECISIVE_SCALE / POINTS_PER_NAT
    bands = rng.permutation(n_contestants) + rng.random(n_contestants)
    world = World((bands / n_contestants - 1 / 2) * spread * unit)
    if matchup_sd:
        upper = np.triu(rng.normal(0, matchup_sd * unit, (n_contestants, n_contestants)), 1)
        world = replace(world, deviation=upper - upper.T)
    if taste_sd:
        dimensions = 2
        taste = rng.normal(0, 1 / np.sqrt(dimensions), (n_contestants, dimensions))
        world = replace(world, taste=taste, voters=rng.normal(0, taste_sd * unit, (n_voters, dimensions)))
    return world


def random_strength(rng: np.random.Generator, spread: float = SPREAD_POINTS) -> float:
    """Strength of one newcomer, nats, anywhere in the spread (points)."""
    return float(rng.uniform(-1 / 2, 1 / 2) * spread * DECISIVE_SCALE / POINTS_PER_NAT)


@dataclass(frozen=True)
class Sampler:
    """A rule under study. table : arena -> (m, m) probabilities of the active.   is_adaptive : looks at the votes."""

    name: str
    table: Callable[["Arena"], Floats]
    is_adaptive: bool = True


def sampler_of(settings: PairingSettings, name: str = "") -> Sampler:
    """The product's sampler with these settings; named after its rule by default."""
    return Sampler(
        name or settings.rule,
        lambda arena: full_table(replace(arena.state(), settings=settings)),
        is_adaptive=settings.rule not in ("uniform", "weighted"),
    )


class Arena:
    """An arena while votes come in: counts, the fit that steers the pairs, and who is active.

    world : true strengths of all slots.   active : (m,) slots that may meet.   has_weights : also keep the sums in
    which each vote weighs 1 / (K P), back to even pairs.
    """

    def __init__(self, world: World, active: Ints | None = None, *, has_weights: bool = False) -> None:
        n_slots = len(world.strength)
        self.world = world
        self.active = np.arange(n_slots) if active is None else active
        self.wins, self.ties = np.zeros((2, n_slots, n_slots))
        self.weighted = np.zeros((4, n_slots, n_slots)) if has_weights else None
        self.theta = np.zeros(n_slots)
        self.strengths: Strengths = self.refit()

    def refit(self) -> Strengths:
        """Fits all votes so far; a slot whose contestant left keeps the votes of the others against it."""
        self.strengths = estimate_strengths(self.wins, self.ties, start=self.theta, tolerance=REFIT_TOLERANCE)
        self.theta = self.strengths.theta
        return self.strengths

    def state(self) -> PairingState:
        """What a rule sees of the active contestants, with variances around their own mean."""
        block = np.ix_(self.active, self.active)
        inverse = np.linalg.inv(self.strengths.precision)[block]
        variance = inverse.diagonal() - 2 * inverse.mean(axis=1) + inverse.mean()
        return PairingState(
            ids=tuple(str(slot) for slot in self.active),
            theta=self.theta[self.active],
            variance=self.strengths.dispersion * variance,
            counts=(self.wins + self.wins.T + self.ties)[block],
        )

    def battles(self) -> Floats:
        """(m,) battles of each active contestant so far, also those against contestants who left."""
        return (self.wins + self.wins.T + self.ties).sum(axis=1)[self.active]

    def play(self, probabilities: Floats, n_votes: int, rng: np.random.Generator) -> None:
        """n_votes battles drawn from one table over the active contestants, each with its vote. Cost: O(n + m^2)."""
        table = PairTable.of(probabilities)
        k = table.cumulative.searchsorted(rng.random(n_votes), side="right")
        i, j = self.active[table.first[k]], self.active[table.second[k]]
        is_win, is_tie = self.world.vote(i, j, rng)
        winner, loser = np.where(is_win, i, j)[~is_tie], np.where(is_win, j, i)[~is_tie]
        i, j = i[is_tie], j[is_tie]
        np.add.at(self.wins, (winner, loser), 1)
        np.add.at(self.ties, (i, j), 1)
        np.add.at(self.ties, (j, i), 1)
        if self.weighted is not None:
            weight = 1 / (table.n_eligible * table.probability[k])
            decisive, even = weight[~is_tie], weight[is_tie]
            for power in (0, 1):
                np.add.at(self.weighted[2 * power], (winner, loser), decisive ** (power + 1))
                np.add.at(self.weighted[2 * power + 1], (i, j), even ** (power + 1))
                np.add.at(self.weighted[2 * power + 1], (j, i), even ** (power + 1))

    def run(self, sampler: Sampler, n_votes: int, step: int, rng: np.random.Generator) -> Iterator[int]:
        """n_votes battles, refitted every BATCH where the sampler looks at the fit.

        Yields the votes so far after each `step` (a multiple of BATCH), with a fresh fit.
        """
        batch = BATCH if sampler.is_adaptive else step
        table = sampler.table(self)
        for played in range(batch, n_votes + 1, batch):
            self.play(table, batch, rng)
            if sampler.is_adaptive or played % step == 0:
                self.refit()
            if sampler.is_adaptive:
                table = sampler.table(self)
            if played % step == 0:
                yield played

    def sums(self, *, is_weighted: bool = False) -> PairSums:
        """The votes so far, for the published fit: as they are, or weighted back to even pairs."""
        if is_weighted and self.weighted is not None:
            wins, ties, wins_squared, ties_squared = self.weighted
            return PairSums(wins, ties, wins_squared, ties_squared)
        return PairSums(self.wins, self.ties, self.wins, self.ties)

    def replace_contestant(self, slot: int, strength: float) -> None:
        """A newcomer takes over a slot of somebody who left; the votes of the old owner are dropped."""
        strengths = self.world.strength.copy()
        strengths[slot] = strength
        self.world = replace(self.world, strength=strengths)
        for counts in (self.wins, self.ties):
            counts[slot] = counts[:, slot] = 0
        self.theta[slot] = 0
