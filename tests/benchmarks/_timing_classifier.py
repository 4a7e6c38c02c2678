"""Can somebody who sees only when and how much text comes tell which model writes? A nearest-neighbour classifier.

It gets what a curious voter could write down: the moments at which frames of one side arrive, counted from the start of
the battle, and how many characters each holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

N_NEIGHBOURS = 5


@dataclass(frozen=True)
class FakeModel:
    """first_s : until the first piece comes.   piece : characters.   per_s : pieces a second."""

    first_s: float
    piece: int
    per_s: float

    @property
    def name(self) -> str:
        """What tests/fake_models.py does under this name."""
        return f"pace-{round(1000 * self.first_s)}-{self.piece}-{round(self.per_s)}"


# From a slow one that writes letter by letter to a fast one that writes whole lines.
MODELS = tuple(
    FakeModel(first_s, piece, per_s)
    for first_s, piece, per_s in (
        (0.05, 4, 60), (0.10, 24, 8), (0.20, 4, 25), (0.30, 8, 40), (0.40, 2, 90),
        (0.60, 12, 12), (0.80, 40, 6), (1.00, 6, 30), (1.30, 16, 20), (1.60, 3, 45),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One side of a battle: which model it was, and when how many characters came."""

    battle: int
    model: str
    times_s: Sequence[float]
    n_characters: Sequence[int]


def accuracy(seen: Sequence[Seen]) -> float:
    """How often the nearest sides of other battles are of the same model. Chance is one over the number of models."""
    features = np.array([_features(side) for side in seen])
    features = (features - features.mean(axis=0)) / np.where(features.std(axis=0) > 0, features.std(axis=0), 1)
    names, models = np.unique([side.model for side in seen], return_inverse=True)
    battles = np.array([side.battle for side in seen])
    n_right = 0.0
    for k in range(len(seen)):
        distances = ((features - features[k]) ** 2).sum(axis=1)
        distances[battles == battles[k]] = np.inf
        nearest = models[np.argsort(distances, kind="stable")[:N_NEIGHBOURS]]
        votes = np.bincount(nearest, minlength=len(names))
        n_right += float(votes[models[k]] == votes.max()) / int((votes == votes.max()).sum())
    return n_right / len(seen)


def _features(side: Seen) -> list[float]:
    """When it begins and ends, how often and how evenly frames come, how much they hold, how fast it all is."""
    times, sizes = np.asarray(side.times_s, float), np.asarray(side.n_characters, float)
    gaps = np.diff(times) if len(times) > 1 else np.zeros(1)
    span = max(float(times[-1] - times[0]), 1e-3)
    return [
        float(np.log(max(times[0], 1e-3))),
        float(np.log(max(times[-1], 1e-3))),
        float(np.log1p(len(times))),
        float(gaps.mean()),
        float(gaps.std()),
        float(np.log1p(sizes.mean())),
        float(np.log1p(sizes.max())),
        float(np.log(sizes.sum() / span)) if len(times) > 1 else 0.0,
    ]
