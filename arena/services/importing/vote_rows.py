"""What is a vote of a file, whatever format it came in? Next file to read: vote_formats/, then battles.py."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from arena.domain.metadata import VoterKind
from arena.services.importing.files.places import Place
from arena.services.importing.files.records import MAX_ID_LENGTH, Record
from ratings.errors import InvalidVotes
from ratings.outcomes import Outcome, parse_public

VOTER_FIELDS = ("voter", "judge", "annotator", "evaluation_session_id")
TIME_FIELDS = ("timestamp", "tstamp")
MAX_KEY_LENGTH = 120
PROMPT_KEY_DIGITS = 16


@dataclass(frozen=True)
class TurnRow:
    """One round of a battle: what was asked, and both answers."""

    prompt: str
    a: str
    b: str


@dataclass(frozen=True, kw_only=True)
class VoteRow:
    """key : what the vote is called in its file, or its place there; the same vote has the same key again.

    prompt_key : the arena's name of the prompt, where the file has one.   turns : the texts, where the file has them.
    """

    place: Place
    key: str
    model_a: str
    model_b: str
    outcome: Outcome
    voter_kind: VoterKind | None = None
    voter: str | None = None
    prompt_key: str | None = None
    turns: tuple[TurnRow, ...] = ()
    at: datetime | None = None
    is_blind: bool = True
    category: str = ""
    language: str = ""


def read_winner(record: Record) -> Outcome:
    """Of the column winner of public files; nothing is guessed."""
    try:
        return parse_public(record.values.get("winner") or "")
    except InvalidVotes as error:
        raise record.place.fault(f"winner: {error}") from None


def read_voter(record: Record) -> str | None:
    field = record.first_of(VOTER_FIELDS)
    return record.line(field, MAX_ID_LENGTH) or None if field else None


def read_time(record: Record) -> datetime | None:
    field = record.first_of(TIME_FIELDS)
    return record.moment(field) if field else None


def vote_key(*parts: str | int) -> str:
    """A key that fits into its column, and stays the same."""
    key = ":".join(map(str, parts))
    return key if len(key) <= MAX_KEY_LENGTH else sha256(key.encode()).hexdigest()


def prompt_key_of(text: str) -> str:
    """A name for a prompt that came without one: of its text, so that it is the same again."""
    return f"p-{sha256(text.encode()).hexdigest()[:PROMPT_KEY_DIGITS]}"
