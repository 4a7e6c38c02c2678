"""LMSYS's chatbot_arena_conversations (33k): contents are texts, languages are English words, some are not blind."""

from typing import Any

from django.conf.locale import LANG_INFO

from arena.services.importing.files.records import Record
from arena.services.importing.vote_formats.base import VoteFormat, read_conversations
from arena.services.importing.vote_rows import VoteRow, read_time, read_voter, read_winner

# "German" -> "de": Django knows the names.
LANGUAGE_CODES = {info["name"].lower(): code for code, info in LANG_INFO.items() if "name" in info and len(code) == 2}
LANGUAGE_CODES["chinese"] = "zh"


def _read(record: Record) -> VoteRow:
    return VoteRow(
        place=record.place,
        key=record.identifier("question_id"),
        model_a=record.identifier("model_a"),
        model_b=record.identifier("model_b"),
        outcome=read_winner(record),
        voter=read_voter(record),
        turns=read_conversations(record, _text_of),
        at=read_time(record),
        is_blind=record.flag("anony") is not False,
        language=LANGUAGE_CODES.get(record.line("language", max_length=60).lower(), ""),
    )


def _text_of(content: Any) -> str | None:
    return content if isinstance(content, str) else None


CHATBOT_ARENA_33K = VoteFormat(
    name="chatbot-arena-33k",
    required=("question_id", "model_a", "model_b", "winner", "conversation_a", "conversation_b"),
    optional=("judge", "tstamp", "anony", "language"),
    id_field="question_id",
    read=_read,
)
