"""Which contestants can be compared? Those that the maximum of the likelihood exists for. Read preliminary.py next."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


class Reason(StrEnum):
    """Why a contestant is preliminary; empty for a ranked one."""

    NONE = ""
    NO_VOTES = "no_votes"
    FEW_VOTES = "few_votes"
    ONLY_WINS = "only_wins"
    ONLY_LOSSES = "only_losses"
    UNCONNECTED = "unconnected"
    TOO_FEW_RANKED = "too_few_ranked"
    UNRANKED_OUTSIDE = "unranked_outside"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Reason.NONE: "",
    Reason.NO_VOTES: "has no votes yet",
    Reason.FEW_VOTES: "has too few votes against ranked contestants",
    Reason.ONLY_WINS: "has not lost or tied a battle against the ranked contestants, so its rating has no upper bound",
    Reason.ONLY_LOSSES: "has not won or tied a battle against the ranked contestants, so its rating has no lower bound",
    Reason.UNCONNECTED: "is not connected with the ranked contestants by wins in both directions",
    Reason.TOO_FEW_RANKED: "cannot be ranked because fewer than two contestants can be compared",
    Reason.UNRANKED_OUTSIDE: "is not ranked outside this slice yet",
}


@dataclass(frozen=True, eq=False)
class Field:
    """Who is ranked.

    ranked : (r,) intp, ascending indices of the ranked contestants; empty, or at least two.
    reasons : m Reasons, NONE where ranked.
    n_components : strongly connected parts among contestants with votes.
    """

    ranked: NDArray[np.intp]
    reasons: tuple[Reason, ...]
    n_components: int


def find_field(
    score: NDArray[np.float64],
    games: NDArray,
    ids: tuple[str, ...],
    min_votes: int,
    among: NDArray[np.intp] | None = None,
) -> Field:
    """The largest strongly connected part among contestants with min_votes votes within it.

    score : (m, m) float64, points of i against j.   games : (m, m) integers, votes of the pair.
    among : (k,) ascending indices of contestants that may be ranked, None for all.
    Ties between parts: more contestants, then more votes, then the smallest id. Repeated until nothing changes.
    Cost: O(m^2) a round.
    Source: Ford (1957), Solution of a ranking problem from binary comparisons: the maximum exists, and is unique up to
    a shift, if and only if the graph of "scored against" is strongly connected.
    """
    n_components = _components(score, np.flatnonzero(games.any(axis=1)))[0] if len(ids) else 0
    candidates = np.arange(len(ids)) if among is None else among
    ranked = candidates
    while True:
        enough = games[np.ix_(ranked, ranked)].sum(axis=1) >= min_votes
        kept = largest_component(score, games, ids, ranked[enough])
        if len(kept) == len(ranked):
            break
        ranked = kept
    if len(ranked) < 2:
        ranked = ranked[:0]
    reasons = _reasons(score, games, ranked, min_votes)
    barred = set(range(len(ids))) - set(candidates.tolist())
    named = tuple(Reason.UNRANKED_OUTSIDE if i in barred and why else why for i, why in enumerate(reasons))
    return Field(ranked, named, n_components)


def largest_component(
    score: NDArray[np.float64], games: NDArray[np.float64], ids: tuple[str, ...], among: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Ascending indices of the largest strongly connected part among these contestants. Cost: O(m^2)."""
    n_parts, labels = _components(score, among)
    if n_parts <= 1:
        return among
    sizes = np.bincount(labels, minlength=n_parts)
    largest = np.flatnonzero(sizes == sizes.max())
    parts = [among[labels == label] for label in largest]
    return max(parts, key=lambda part: (games[np.ix_(part, part)].sum(), _Reversed(min(ids[i] for i in part))))


@dataclass(frozen=True)
class _Reversed:
    text: str

    def __lt__(self, other: "_Reversed") -> bool:
        return self.text > other.text


def _components(score: NDArray[np.float64], among: NDArray[np.intp]) -> tuple[int, NDArray]:
    if len(among) == 0:
        return 0, np.zeros(0, dtype=np.int32)
    graph = score[np.ix_(among, among)] > 0
    if _reaches_all(graph) and _reaches_all(graph.T):  # the usual case, ten times faster
        return 1, np.zeros(len(among), dtype=np.int32)
    return connected_components(csr_array(graph), directed=True, connection="strong")


def _reaches_all(graph: NDArray[np.bool_]) -> bool:
    """Does a path lead from the first contestant to every other?"""
    reached = np.zeros(len(graph), dtype=bool)
    reached[0] = True
    frontier = reached
    while frontier.any():
        frontier = graph[frontier].any(axis=0) & ~reached
        reached = reached | frontier
    return bool(reached.all())


def _reasons(score: NDArray, games: NDArray, ranked: NDArray[np.intp], min_votes: int) -> tuple[Reason, ...]:
    is_ranked = np.zeros(len(games), dtype=bool)
    is_ranked[ranked] = True
    field = is_ranked if len(ranked) else np.ones(len(games), dtype=bool)
    played = games[:, field].sum(axis=1)
    scored, conceded = score[:, field].sum(axis=1), score[field, :].sum(axis=0)
    totals = games.sum(axis=1)
    return tuple(
        Reason.NONE
        if is_ranked[i]
        else _reason(totals[i], played[i], scored[i], conceded[i], min_votes, has_field=len(ranked) > 0)
        for i in range(len(games))
    )


def _reason(total: float, played: float, scored: float, conceded: float, min_votes: int, *, has_field: bool) -> Reason:
    if total == 0:
        return Reason.NO_VOTES
    if played == 0:
        return Reason.UNCONNECTED
    if conceded == 0:
        return Reason.ONLY_WINS
    if scored == 0:
        return Reason.ONLY_LOSSES
    if played < min_votes:
        return Reason.FEW_VOTES
    return Reason.UNCONNECTED if has_field else Reason.TOO_FEW_RANKED
