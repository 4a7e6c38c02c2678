"""Which votes of which pairs does a board stand on? Kept with it, small and exact. Next file to read: comparison.py."""

import zlib
from dataclasses import dataclass

import numpy as np

from arena.models import Snapshot
from ratings.outcomes import N_OUTCOMES

COUNT_TYPE = np.dtype("<i4")


@dataclass(frozen=True, eq=False)
class PairCounts:
    """counts : (m, m, 4) integers, [side a, side b, outcome], by the position of the slugs."""

    slugs: tuple[str, ...]
    counts: np.ndarray

    def of(self, slug_a: str, slug_b: str) -> np.ndarray:
        """(4,) votes of the pair by outcome as the first one sees it: won, lost, tied, both bad; whatever the sides."""
        if slug_a not in self.slugs or slug_b not in self.slugs:
            return np.zeros(N_OUTCOMES, dtype=np.int64)
        return self.both_sides()[self.slugs.index(slug_a), self.slugs.index(slug_b)]

    def both_sides(self) -> np.ndarray:
        """(m, m, 4) votes of i against j on either side, as i sees them: won, lost, tied, both bad."""
        return (self.counts + self.counts.transpose(1, 0, 2)[:, :, [1, 0, 2, 3]]).astype(np.int64)


def pack_counts(counts: np.ndarray) -> bytes:
    return zlib.compress(counts.astype(COUNT_TYPE).tobytes())


def pair_counts_of(snapshot: Snapshot) -> PairCounts:
    """Of a snapshot without counts, as none is published now, there are none."""
    slugs = tuple(snapshot.ids)
    packed = bytes(snapshot.counts)
    shape = (len(slugs), len(slugs), N_OUTCOMES)
    if not packed:
        return PairCounts(slugs, np.zeros(shape, dtype=COUNT_TYPE))
    return PairCounts(slugs, np.frombuffer(zlib.decompress(packed), COUNT_TYPE).reshape(shape))
