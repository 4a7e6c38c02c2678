"""FastChat's clean_battle: who met whom and who won, without texts; some battles not blind."""

from arena.services.importing.files.records import Record
from arena.services.importing.vote_formats.base import VoteFormat
from arena.services.importing.vote_rows import VoteRow, read_time, read_voter, read_winner


def _read(record: Record) -> VoteRow:
    return VoteRow(
        place=record.place,
        key="",
        model_a=record.identifier("model_a"),
        model_b=record.identifier("model_b"),
        outcome=read_winner(record),
        voter=read_voter(record),
        at=read_time(record),
        is_blind=record.flag("anony") is not False,
    )


CLEAN_BATTLE = VoteFormat(
    name="clean-battle",
    required=("model_a", "model_b", "winner"),
    optional=("judge", "anony", "tstamp"),
    read=_read,
)
