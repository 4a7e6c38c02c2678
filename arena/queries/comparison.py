"""How do two contestants compare? From a published board and its covariance; nothing is fitted here.

Next file to read: ratings/predictions.py, where the numbers come from.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.models import Arena, Leaderboard, Snapshot
from arena.queries.pair_counts import pair_counts_of
from ratings.predictions import PairModel, PairPrediction, predict_pair

COMPARED_FACETS = ("category", "language", "length", "turns", "style_control")
"""Boards of one of these alone stand beside the whole board; of classes both models would have to be in it."""


@dataclass(frozen=True)
class PartComparison:
    """The same two on the board of a slice."""

    slice: Slice
    snapshot: Snapshot
    prediction: PairPrediction
    n_votes: int


@dataclass(frozen=True)
class PairComparison:
    """record : won, lost, tied, both bad, as the first sees it.   prediction : None unless the board ranks both."""

    snapshot: Snapshot
    record: tuple[int, int, int, int]
    prediction: PairPrediction | None
    parts: Sequence[PartComparison]


class BoardPairs:
    """Predictions for pairs of one snapshot; its matrices are read once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.ids: list[str] = snapshot.ranked_ids
        m = len(self.ids)
        self._model: PairModel | None = None
        meta = snapshot.meta
        if m:
            davidson = meta.get("davidson") or {}
            has_odds = davidson.get("nu") is not None
            self._model = PairModel(
                theta=np.frombuffer(snapshot.theta),
                covariance=np.frombuffer(snapshot.covariance).reshape(m, m),
                quantile=meta["quantile"],
                dispersion=meta["dispersion"],
                davidson_theta=np.array(davidson["theta"]) if has_odds else None,
                nu=davidson["nu"] if has_odds else 0.0,
            )

    def predict(self, slug_a: str, slug_b: str) -> PairPrediction | None:
        """None unless both are ranked here and the votes say how sure that is."""
        if self._model is None or slug_a not in self.ids or slug_b not in self.ids:
            return None
        prediction = predict_pair(self._model, self.ids.index(slug_a), self.ids.index(slug_b))
        return prediction if np.isfinite([prediction.ci_low, prediction.ci_high]).all() else None


def compare_pair(arena: Arena, voter_kind: VoterKind, slug_a: str, slug_b: str) -> PairComparison | None:
    """On the current whole board and on the boards of parts; None before the first publication."""
    boards = Leaderboard.objects.filter(arena=arena, voter_kind=voter_kind).select_related("current")
    current = {board.slice_key: board.current for board in boards.order_by("pk")}
    whole = current.pop("", None)
    if whole is None:
        return None
    won, lost, tied, both_bad = pair_counts_of(whole).of(slug_a, slug_b).tolist()
    return PairComparison(
        snapshot=whole,
        record=(won, lost, tied, both_bad),
        prediction=BoardPairs(whole).predict(slug_a, slug_b),
        parts=[part for snapshot in _of_one_facet(current.values()) if (part := _part(snapshot, slug_a, slug_b))],
    )


def _of_one_facet(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    """In the order of COMPARED_FACETS."""
    single = [
        snapshot for snapshot in snapshots if len(snapshot.slice) == 1 and {*snapshot.slice} <= {*COMPARED_FACETS}
    ]
    return sorted(single, key=lambda snapshot: [(COMPARED_FACETS.index(k), v) for k, v in snapshot.slice.items()])


def _part(snapshot: Snapshot, slug_a: str, slug_b: str) -> PartComparison | None:
    prediction = BoardPairs(snapshot).predict(slug_a, slug_b)
    if prediction is None:
        return None
    slice_ = Slice.from_parameters(snapshot.slice | {"voters": [snapshot.voter_kind]})
    return PartComparison(slice_, snapshot, prediction, int(pair_counts_of(snapshot).of(slug_a, slug_b).sum()))
