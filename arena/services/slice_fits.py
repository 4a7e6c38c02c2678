"""How is the board of a slice made? Votes inside and outside -> the shrunk fit -> a snapshot, or what is missing.

Next file to read: ratings/slices.py, the same function a researcher runs.
"""

from collections.abc import Sequence
from dataclasses import replace

from arena.domain.errors import TooThin
from arena.domain.modality import Modality
from arena.domain.slices import Shrinkage, Slice
from arena.models import Arena
from arena.queries.ledger import LedgerHead
from arena.queries.slices import SliceVotes, slice_votes
from arena.services.leaderboards import spec_of
from arena.services.snapshots import Fit
from arena.services.vote_styles import count_styles
from ratings.board import LeaderboardFit
from ratings.errors import NotEstimable
from ratings.features import FEATURE_NAMES
from ratings.graph import Reason
from ratings.pipeline import fit_leaderboard
from ratings.slices import fit_slice
from ratings.spec import RatingSpec

MIN_VOTES = 2
"""Fewer compare nobody in both directions; an arena asks for more: as many votes as a model needs to be ranked."""
MAX_NAMED = 8


def fit_votes_of_slice(arena: Arena, slice_: Slice, head: LedgerHead) -> tuple[Fit, SliceVotes]:
    """The board of a slice at this ledger size. Raises TooThin, saying what is missing."""
    if slice_.style_control:
        _check_has_texts(arena)
        count_styles(arena=arena, ledger_size=head.size)
    votes = slice_votes(arena, slice_, head)
    _check_is_enough(arena, votes)
    spec = spec_of_slice(arena, slice_)
    try:
        # Without a part left outside, which is style control alone, there is nothing to shrink to.
        board = fit_slice(votes.inside, votes.outside, spec) if slice_.is_part else fit_leaderboard(votes.inside, spec)
    except NotEstimable as error:
        raise TooThin(f"The votes of this slice do not decide it: {error}.") from error
    if not board.ranked_ids:
        raise TooThin(_why_nobody_is_ranked(board))
    return Fit(spec, votes.inside, _with_notes(board, votes)), votes


def spec_of_slice(arena: Arena, slice_: Slice) -> RatingSpec:
    """The headline's method, but for what the slice asks. Alone it is the maximum likelihood of all its votes."""
    spec = spec_of(arena)
    if slice_.style_control:
        spec = replace(spec, style=FEATURE_NAMES)
    if slice_.shrinkage is Shrinkage.NONE:
        spec = replace(spec, shrinkage="none", min_votes=0)
    return spec


def n_votes_needed(arena: Arena) -> int:
    """Votes without which a slice has no board."""
    return max(arena.min_votes, MIN_VOTES)


def _check_has_texts(arena: Arena) -> None:
    if arena.modality != Modality.TEXT:
        raise TooThin("Style control compares the looks of texts; this arena has none.")


def _check_is_enough(arena: Arena, votes: SliceVotes) -> None:
    n_votes, needed = votes.inside.n_votes, n_votes_needed(arena)
    if n_votes >= needed:
        return
    counts = votes.inside.counts.sum(axis=2)
    played = counts.sum(axis=0) + counts.sum(axis=1)
    without = [slug for slug, n in zip(votes.inside.ids, played, strict=True) if n == 0]
    sentences = [f"This slice has {n_votes:,} votes and a board of it needs {needed:,}: {needed - n_votes:,} more."]
    if len(votes.inside.ids) < 2:
        sentences.append("Fewer than two models are in it.")
    elif without:
        sentences.append(f"Without any vote in it: {_listed(without)}.")
    if votes.n_without_texts:
        sentences.append(f"Left out because their texts are not kept: {votes.n_without_texts:,} votes.")
    raise TooThin(" ".join(sentences))


def _why_nobody_is_ranked(board: LeaderboardFit) -> str:
    """Each model with what it lacks."""
    lacking: dict[str, list[str]] = {}
    for row in board.rows:
        lacking.setdefault(row.reason, []).append(row.name)
    facts = [f"{Reason(reason).sentence}: {_listed(names)}" for reason, names in sorted(lacking.items())]
    return f"The {board.meta['n_votes']:,} votes of this slice compare no two models in both directions. " + "; ".join(
        facts
    ).replace("contestant", "model")


def _listed(slugs: Sequence[str]) -> str:
    more = f" and {len(slugs) - MAX_NAMED} more" if len(slugs) > MAX_NAMED else ""
    return ", ".join(slugs[:MAX_NAMED]) + more


def _with_notes(board: LeaderboardFit, votes: SliceVotes) -> LeaderboardFit:
    if not votes.n_without_texts:
        return board
    note = f"Left out because their texts are not kept: {votes.n_without_texts:,} votes."
    return replace(board, meta=board.meta | {"notes": [*board.meta["notes"], note]})
