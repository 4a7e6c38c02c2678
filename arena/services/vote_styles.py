"""How do the two answers of a vote look? Counted once and kept, for boards at equal style.

Next file to read: ratings/features.py, which counts; slices.py, which asks for it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from uuid import UUID

import numpy as np

from arena.domain.battle_state import Side
from arena.domain.consent import ERASED
from arena.domain.modality import Modality
from arena.models import Arena, Output, Response, Vote, VoteStyle
from arena.queries.vote_columns import STYLE_TYPE
from ratings.features import count_features

BATCH = 500
NO_TEXTS = b""


def count_styles(*, arena: Arena, ledger_size: int) -> int:
    """Store the looks of every vote of this ledger prefix that lacks them; how many there were."""
    if arena.modality != Modality.TEXT:
        return 0
    missing = Vote.objects.filter(
        entry__ledger=arena.pk, entry__seq__lt=ledger_size, style__isnull=True, battle__responses__isnull=False
    ).distinct()
    votes = iter(list(missing.order_by("pk").values_list("pk", "battle_id")))
    counted = _Counted()
    n_votes = 0
    while batch := list(islice(votes, BATCH)):
        n_votes += len(batch)
        looks = counted.of(battle_id for _, battle_id in batch)
        VoteStyle.objects.bulk_create(
            (VoteStyle(vote_id=vote_id, counts=looks.get(battle_id, NO_TEXTS)) for vote_id, battle_id in batch),
            ignore_conflicts=True,  # another worker may count the same votes
        )
    return n_votes


class _Counted:
    """Counts of stored outputs, each text read once however many votes it was in."""

    def __init__(self) -> None:
        self._outputs: dict[int, np.ndarray] = {}

    def of(self, battle_ids: Iterable[UUID]) -> dict[UUID, bytes]:
        """Packed counts of the battles that have texts on both sides: of a side, all turns together."""
        shown = _shown_responses(battle_ids)
        self._read({output_id for *_, output_id in shown if output_id is not None})
        sides: dict[UUID, dict[str, np.ndarray]] = {}
        for battle_id, side, text, output_id in shown:
            counts = _count(text) if output_id is None else self._outputs[output_id]
            of_battle = sides.setdefault(battle_id, {})
            of_battle[side] = of_battle.get(side, 0) + counts
        return {
            battle_id: np.concatenate([counts[Side.A], counts[Side.B]]).astype(STYLE_TYPE).tobytes()
            for battle_id, counts in sides.items()
            if len(counts) == len(Side)
        }

    def _read(self, output_ids: set[int]) -> None:
        unread = output_ids - self._outputs.keys()
        for output_id, text in Output.objects.filter(pk__in=unread).values_list("pk", "text"):
            self._outputs[output_id] = _count(text)


def _count(text: str) -> np.ndarray:
    return np.array(count_features(text), dtype=np.int64)


def _shown_responses(battle_ids: Iterable[UUID]) -> Iterable[tuple[UUID, str, str, int | None]]:
    """Of each side and turn the last generation, which is the one the voter judged."""
    rows: Iterator[tuple] = (
        Response.objects.filter(battle__in=list(battle_ids))
        .exclude(text=ERASED)
        .order_by("generation")
        .values_list("battle_id", "side", "turn", "text", "output_id")
        .iterator()
    )
    shown = {(battle_id, side, turn): (text, output_id) for battle_id, side, turn, text, output_id in rows}
    return [(battle_id, side, text, output_id) for (battle_id, side, _), (text, output_id) in shown.items()]
