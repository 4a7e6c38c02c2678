"""AlpacaEval's annotations.json: one instruction, two outputs, a preference of 1, 2 or 1.5; an automatic annotator."""

from arena.domain.metadata import VoterKind
from arena.services.importing.files.records import Record
from arena.services.importing.vote_formats.base import VoteFormat
from arena.services.importing.vote_rows import TurnRow, VoteRow, read_voter
from ratings.outcomes import Outcome

PREFERENCES = {1.0: Outcome.A, 2.0: Outcome.B, 1.5: Outcome.TIE}


def _read(record: Record) -> VoteRow:
    preference = record.number("preference")
    if preference not in PREFERENCES:
        raise record.wrong("preference", "1, 2 or 1.5")
    return VoteRow(
        place=record.place,
        key="",
        model_a=record.identifier("generator_1"),
        model_b=record.identifier("generator_2"),
        outcome=PREFERENCES[preference],
        voter=read_voter(record),
        turns=(TurnRow(record.text("instruction"), record.text("output_1"), record.text("output_2")),),
    )


ALPACA_EVAL = VoteFormat(
    name="alpaca-eval",
    required=("instruction", "output_1", "generator_1", "output_2", "generator_2", "preference"),
    optional=("annotator",),
    voter_kind=VoterKind.JUDGE,
    read=_read,
)
