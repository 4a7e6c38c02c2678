"""How far may a whole board be trusted? Counts that are published with it, in its meta, under LIMITS.

Next file to read: queries/board_limits.py, where they are counted; web/limits.py, where they become sentences.
"""

from dataclasses import asdict
from typing import Any

import numpy as np

from arena.domain.metadata import VoterKind
from arena.models import Arena
from arena.queries.board_limits import LIMITS, prompt_ages, uncounted_by_reason
from arena.queries.ledger import LedgerHead
from arena.queries.replays import agreements_of
from ratings.board import LeaderboardFit
from ratings.comparisons import Comparisons
from ratings.influence import removals_to_flip
from ratings.pair_sums import PairSums
from ratings.spec import RatingSpec

N_RUNNERS_UP = 3
"""Who could take the first place by the fewest votes is looked for among so many."""


def describe_limits(
    arena: Arena, voter_kind: VoterKind, head: LedgerHead, votes: Comparisons, board: LeaderboardFit, spec: RatingSpec
) -> dict[str, Any]:
    """Values for the meta of a board of these votes."""
    agreements = agreements_of(arena)
    ages = prompt_ages(arena, voter_kind, head.size)
    return {
        LIMITS: {
            "excluded": uncounted_by_reason(arena, voter_kind, head.size),
            "between_people": asdict(agreements.between_people),
            "with_judges": asdict(agreements.with_judges),
            "prompts": {slug: asdict(ages[slug]) for slug in sorted(ages)},
            "flip": fewest_to_flip(votes, board, spec),
        }
    }


def fewest_to_flip(votes: Comparisons, board: LeaderboardFit, spec: RatingSpec) -> dict[str, Any] | None:
    """How few votes would have to go for another model to be first; None if none could be, or nobody is."""
    if len(board.ranked_ids) < 2:
        return None
    ranked = np.array([votes.ids.index(slug) for slug in board.ranked_ids], dtype=np.intp)
    counts = votes.counts[np.ix_(ranked, ranked)].astype(np.int64)
    sums = PairSums.from_counts(counts, ties=spec.ties)
    first, *others = np.argsort(-board.theta, kind="stable").tolist()
    found = [
        (n_votes, board.ranked_ids[other])
        for other in others[:N_RUNNERS_UP]
        if (n_votes := removals_to_flip(board.theta, sums, counts, first, other)) is not None
    ]
    if not found:
        return None
    n_votes, other = min(found)
    return {"first": board.ranked_ids[first], "other": other, "votes": n_votes}
