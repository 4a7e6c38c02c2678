"""LMArena's arena-human-preference-140k: contents are lists of parts, the outcome has four words."""

from typing import Any

from arena.services.importing.files.records import Record
from arena.services.importing.vote_formats.base import VoteFormat, read_conversations
from arena.services.importing.vote_rows import VoteRow, read_time, read_voter, read_winner

LANGUAGE_LENGTH = 2


def _read(record: Record) -> VoteRow:
    language = record.line("language", max_length=20)
    return VoteRow(
        place=record.place,
        key=record.identifier("id"),
        model_a=record.identifier("model_a"),
        model_b=record.identifier("model_b"),
        outcome=read_winner(record),
        voter=read_voter(record),
        turns=read_conversations(record, _text_of),
        at=read_time(record),
        category=_category(record),
        # The data has also und (undetermined) and codes of three letters, which the site has no words for.
        language=language if len(language) == LANGUAGE_LENGTH else "",
    )


def _text_of(content: Any) -> str | None:
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return None
    return "\n".join(part["text"] for part in content if isinstance(part.get("text"), str))


def _category(record: Record) -> str:
    """The first of its labels that applies; a prompt has one category here."""
    if record.flag("is_code"):
        return "code"
    tags = record.values.get("category_tag")
    for group, label, category in LABELS:
        labels = tags.get(group) if isinstance(tags, dict) else None
        if isinstance(labels, dict) and labels.get(label) is True:
            return category
    return ""


LABELS = (("math_v0.1", "math", "math"), ("creative_writing_v0.1", "creative_writing", "creative-writing"))
LMARENA_140K = VoteFormat(
    name="lmarena-140k",
    required=("id", "model_a", "model_b", "winner", "conversation_a", "conversation_b"),
    optional=("evaluation_session_id", "timestamp", "language", "is_code", "category_tag"),
    id_field="id",
    read=_read,
)
