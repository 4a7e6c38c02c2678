"""Which pair is drawn now, and what is kept so that anybody can check the draw later?

Read next: pairing.py, which makes these tables from a state.
"""

import json
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ratings.pairing_state import Bools, Floats, InvalidPairing, NoEligiblePair

SIDE_PROBABILITY = 0.5
TRIANGLE_TYPE = np.dtype("<f4")  # little-endian on every machine: equal tables give equal bytes


class Chance(Protocol):
    """Whatever gives numbers in [0, 1): numpy Generator, random.Random, secrets.SystemRandom."""

    def random(self) -> float: ...


class PairDraw(NamedTuple):
    """One drawn pair.

    i, j : contestants on side a and side b.   probability : of the unordered pair in the table used.
    n_eligible : number of pairs in that table (K); 1 / (K * probability) is the weight back to even pairs.
    side_probability : of this order of the two, always 1/2.
    """

    i: int
    j: int
    probability: float
    n_eligible: int
    side_probability: float = SIDE_PROBABILITY


@dataclass(frozen=True, eq=False)
class PairTable:
    """Pairs with positive probability, and their running sum: one number finds a pair.

    n_contestants : m.   first, second : (K,) int, first < second.   probability : (K,) > 0, sum 1.
    cumulative : (K,) running sum, ends in 1.
    """

    n_contestants: int
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    probability: Floats
    cumulative: Floats

    @classmethod
    def of(cls, probabilities: Floats) -> "PairTable":
        """The table of a matrix from pair_probabilities.

        probabilities : (m, m), symmetric; only the part above the diagonal is read.
        Raises NoEligiblePair if no pair has a positive probability. Cost: O(m^2).
        """
        first, second = np.nonzero(np.triu(probabilities, 1) > 0)
        return cls._of_pairs(len(probabilities), first, second, probabilities[first, second])

    @classmethod
    def _of_pairs(cls, m: int, first: NDArray[np.intp], second: NDArray[np.intp], probability: Floats) -> "PairTable":
        if not len(probability):
            raise NoEligiblePair("no two contestants can meet now")
        cumulative = np.cumsum(probability)
        cumulative[-1] = max(1.0, cumulative[-1])  # rounding must not leave a gap that no pair owns
        return cls(m, first, second, probability, cumulative)

    @property
    def n_eligible(self) -> int:
        return len(self.probability)

    def masked(self, available: Bools) -> "PairTable":
        """The same table with only available contestants, renormalised.

        available : (m,) bool.
        Returns PairTable. Raises NoEligiblePair if no pair is left. Cost: O(K).
        """
        kept = available[self.first] & available[self.second]
        if kept.all():
            return self
        probability = self.probability[kept]
        total = probability.sum()
        return self._of_pairs(self.n_contestants, self.first[kept], self.second[kept], probability / (total or 1.0))

    def draw(self, rng: Chance) -> PairDraw:
        """One pair by its probability, one fair coin for the sides. rng is asked twice. Cost: O(log K)."""
        k = self.cumulative.searchsorted(rng.random(), side="right")
        i, j = int(self.first[k]), int(self.second[k])
        if rng.random() < SIDE_PROBABILITY:
            i, j = j, i
        return PairDraw(i, j, float(self.probability[k]), len(self.probability))

    def matrix(self) -> Floats:
        """(m, m), symmetric, the probabilities with zeros elsewhere."""
        full = np.zeros((self.n_contestants, self.n_contestants))
        full[self.first, self.second] = full[self.second, self.first] = self.probability
        return full


@dataclass(frozen=True)
class SamplerSnapshot:
    """A table as it is stored for ever: small, exact to the byte, and readable without this program.

    ids : (m,) slugs in order.   rule, version, settings : what made it (settings as JSON text).
    triangle : zlib of the upper triangle, row by row, little-endian float32.   digest : sha256 in hex over all of it.
    """

    ids: tuple[str, ...]
    rule: str
    version: int
    settings: str
    triangle: bytes
    digest: str

    @classmethod
    def take(
        cls, ids: tuple[str, ...], probabilities: Floats, *, rule: str, version: int, settings: str
    ) -> "SamplerSnapshot":
        """The snapshot of a matrix from pair_probabilities. Cost: O(m^2), 45 kB before zlib at m = 150."""
        raw = probabilities[np.triu_indices(len(ids), 1)].astype(TRIANGLE_TYPE).tobytes()
        return cls(ids, rule, version, settings, zlib.compress(raw), _digest(ids, rule, version, settings, raw))

    def table(self) -> PairTable:
        """The table to draw from: the stored float32 values, renormalised in float64; the same on every machine.

        Raises InvalidPairing if the digest or the length does not fit; NoEligiblePair if all are zero. Cost: O(m^2).
        """
        try:
            raw = zlib.decompress(self.triangle)
        except zlib.error as error:
            raise InvalidPairing("the stored table cannot be unpacked") from error
        if _digest(self.ids, self.rule, self.version, self.settings, raw) != self.digest:
            raise InvalidPairing("the stored table was changed: its sha256 differs")
        m = len(self.ids)
        full = np.zeros((m, m))
        full[np.triu_indices(m, 1)] = np.frombuffer(raw, TRIANGLE_TYPE)
        return PairTable.of(full / (full.sum() or 1.0))


def _digest(ids: tuple[str, ...], rule: str, version: int, settings: str, raw: bytes) -> str:
    """Over the unpacked triangle: another zlib may pack the same table into other bytes."""
    head = json.dumps([list(ids), rule, version, settings], separators=(",", ":")).encode()
    return sha256(head + b"\n" + raw).hexdigest()
