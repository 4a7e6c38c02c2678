"""What does a format of vote files have to tell? Its columns, and how a row becomes a vote."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from arena.domain.metadata import VoterKind
from arena.services.importing.files.records import Record, storable
from arena.services.importing.vote_rows import TurnRow, VoteRow


@dataclass(frozen=True, kw_only=True)
class VoteFormat:
    """id_field : a name that is unique among all files of the format; without one, a vote is named by file and row.

    read : the vote of a row, None if the row does not count; raises ImportFault. Its key is set by the import.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    id_field: str | None = None
    voter_kind: VoterKind = VoterKind.HUMAN
    read: Callable[[Record], VoteRow | None]

    @property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.required, *self.optional))


def read_conversations(record: Record, text_of: Callable[[Any], str | None]) -> tuple[TurnRow, ...]:
    """The turns of conversation_a and conversation_b, lists of messages with role and content.

    text_of : the text of a content, None if it is no content of this format.
    """
    turns = []
    for (asked_a, a), (asked_b, b) in zip_longest(
        _exchanges(record, "conversation_a", text_of), _exchanges(record, "conversation_b", text_of), fillvalue=("", "")
    ):
        turns.append(TurnRow(asked_a or asked_b, a, b))
        if len(turns) == 1 and asked_a != asked_b:
            raise record.place.fault("the two conversations begin with different prompts")
    return tuple(turns)


def _exchanges(record: Record, field: str, text_of: Callable[[Any], str | None]) -> list[tuple[str, str]]:
    """What was asked and what was answered, round by round."""
    exchanges: list[tuple[str, str]] = []
    for message in record.items(field):
        role = message.get("role") if isinstance(message, dict) else None
        text = text_of(message.get("content")) if role else None
        if text is None:
            raise record.place.fault(f"{field} holds something that is no message")
        if role == "user":
            exchanges.append((storable(text), ""))
        elif role == "assistant" and exchanges:
            asked, answered = exchanges[-1]
            exchanges[-1] = (asked, f"{answered}\n{storable(text)}" if answered else storable(text))
    return exchanges
