"""Votes with the columns of public files, model_a, model_b and winner; also what this site publishes itself."""

from arena.domain.metadata import VoterKind
from arena.services.importing.contestants import read_closed_word
from arena.services.importing.files.records import Record
from arena.services.importing.vote_formats.base import VoteFormat
from arena.services.importing.vote_rows import TIME_FIELDS, VOTER_FIELDS, VoteRow, read_time, read_voter, read_winner

VOTE_ID_FIELDS = ("vote_id", "id")


def read_plain(record: Record) -> VoteRow | None:
    """None for a row that its publisher did not count: `python -m ratings fit` leaves out the same."""
    if record.flag("ranked") is False or record.has("excluded"):
        return None
    vote_id = record.first_of(VOTE_ID_FIELDS)
    return VoteRow(
        place=record.place,
        key=record.identifier(vote_id) if vote_id else "",
        model_a=record.identifier("model_a"),
        model_b=record.identifier("model_b"),
        outcome=read_winner(record),
        voter_kind=read_closed_word(record, "voter_kind", VoterKind),
        voter=read_voter(record),
        prompt_key=record.identifier("prompt_id") if record.has("prompt_id") else None,
        at=read_time(record),
        is_blind=record.flag(record.first_of(("anony", "is_blind")) or "anony") is not False,
    )


PLAIN = VoteFormat(
    name="csv",
    required=("model_a", "model_b", "winner"),
    optional=(
        *(*VOTE_ID_FIELDS, *VOTER_FIELDS, *TIME_FIELDS),
        *("voter_kind", "prompt_id", "anony", "is_blind", "ranked", "excluded"),
    ),
    read=read_plain,
)
