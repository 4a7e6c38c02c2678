"""The 55k votes of LMSYS's Kaggle contest: lists as JSON in cells, the winner as 1 in one of three columns."""

import json

from arena.services.importing.files.records import Record, storable
from arena.services.importing.vote_formats.base import VoteFormat
from arena.services.importing.vote_rows import TurnRow, VoteRow
from ratings.outcomes import Outcome

WINNERS = {"winner_model_a": Outcome.A, "winner_model_b": Outcome.B, "winner_tie": Outcome.TIE}


def _read(record: Record) -> VoteRow:
    prompts, a, b = (_texts(record, field) for field in ("prompt", "response_a", "response_b"))
    if not prompts or not len(prompts) == len(a) == len(b):
        raise record.place.fault(f"{len(prompts)} prompts, {len(a)} and {len(b)} responses")
    return VoteRow(
        place=record.place,
        key=record.identifier("id"),
        model_a=record.identifier("model_a"),
        model_b=record.identifier("model_b"),
        outcome=_winner(record),
        turns=tuple(map(TurnRow, prompts, a, b)),
    )


def _winner(record: Record) -> Outcome:
    said = [column for column in WINNERS if record.flag(column)]
    if len(said) != 1:
        values = ", ".join(f"{column} is {record.values.get(column)!r}" for column in WINNERS)
        raise record.place.fault(f"not one winner: {values}")
    return WINNERS[said[0]]


def _texts(record: Record, field: str) -> list[str]:
    """The list in a cell; a response that never came is null there."""
    try:
        texts = json.loads(record.text(field))
    except (ValueError, RecursionError):
        texts = None
    if not isinstance(texts, list) or not all(text is None or isinstance(text, str) for text in texts):
        raise record.wrong(field, "a JSON list of texts")
    return [storable(text or "") for text in texts]


KAGGLE_55K = VoteFormat(
    name="kaggle-55k",
    required=("id", "model_a", "model_b", "prompt", "response_a", "response_b", *WINNERS),
    id_field="id",
    read=_read,
)
