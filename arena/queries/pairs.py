"""What is known of every pair of a board? Counts and predictions, pair by pair, the best models first.

Next files to read: comparison.py, one pair in depth; ratings/predictions.py, where the numbers come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Snapshot
from arena.queries.catalog import contestant_by_slug
from arena.queries.comparison import BoardPairs
from arena.queries.leaderboards import Board
from arena.queries.pair_counts import pair_counts_of
from arena.queries.planning import votes_to_separate
from ratings.predictions import PairPrediction


@dataclass(frozen=True)
class BoardPair:
    """wins, losses, ties, both_bad : as model_a sees them.   prediction : None unless the board ranks both.

    arena_votes_needed : votes of the whole arena until the two are told apart; only of a pair that was asked for.
    """

    snapshot: Snapshot
    model_a: str
    model_b: str
    wins: int
    losses: int
    ties: int
    both_bad: int
    prediction: PairPrediction | None
    arena_votes_needed: int | None = None

    @property
    def votes(self) -> int:
        return self.wins + self.losses + self.ties + self.both_bad


def pairs_of_board(board: Board, start: int, n_pairs: int) -> list[BoardPair]:
    """Some of the pairs of ranked models, in the order of their ranks."""
    slugs = [row.contestant.slug for row in board.ranked]
    return _pairs(board.snapshot, list(islice(combinations(slugs, 2), start, start + n_pairs)))


def pair_of_board(board: Board, slug_a: str, slug_b: str, viewer: Viewer = OUTSIDER) -> BoardPair:
    """The one pair, ranked or not. Raises NotFound if there is no such model."""
    slugs = [contestant_by_slug(slug, viewer).slug for slug in (slug_a, slug_b)]
    (pair,) = _pairs(board.snapshot, [(slugs[0], slugs[1])])
    needed = votes_to_separate(board.snapshot.arena, slug_a, slug_b)
    return replace(pair, arena_votes_needed=needed)


def _pairs(snapshot: Snapshot, pairs: Sequence[tuple[str, str]]) -> list[BoardPair]:
    counts, predictions = pair_counts_of(snapshot), BoardPairs(snapshot)
    found = []
    for a, b in pairs:
        wins, losses, ties, both_bad = counts.of(a, b).tolist()
        found.append(BoardPair(snapshot, a, b, wins, losses, ties, both_bad, predictions.predict(a, b)))
    return found
