"""Hashpick: what does chance choose? The contestant that every other should beat.

The dice are the SHA-256 of the whole text and the position, so that the same text always gives the same summary.
"""

from collections.abc import Sequence
from hashlib import sha256


def choose_hashpick(sentences: Sequence[str], n_sentences: int) -> list[int]:
    """Sentences whose hash happens to be smallest: every set of positions is equally likely over texts."""
    seed = sha256("\n".join(sentences).encode("utf-8", "surrogatepass")).digest()
    order = sorted(range(len(sentences)), key=lambda position: sha256(seed + position.to_bytes(8)).digest())
    return sorted(order[:n_sentences])
