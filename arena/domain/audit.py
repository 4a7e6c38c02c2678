"""What is noted of a step of the staff, and what never is? Next file to read: services/audit.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.domain.words import Word

COMMAND = "command"  # who acts where nobody is signed in: a command on the machine itself
HIDDEN = "(hidden)"
MAX_VALUE_LENGTH = 500
# A field whose name holds one of these is told to have changed, never what it holds.
SECRET_WORDS = ("password", "secret", "digest", "otp", "recovery")
TYPED_FIELDS = ("text", "prompt_text", "comment", "note")
"""What voters typed may have to be erased one day, and the trail cannot be: of these only the length is kept."""


class Door(Word):
    """Where a step of the staff came in."""

    ADMIN = "admin", "admin"
    API = "api", "API"
    COMMAND = "command", "command"
    SIGN_IN = "sign-in", "sign-in"


@dataclass(frozen=True)
class Actor:
    """who : the login, or "command".   token : the name of the API token that was shown, if one was."""

    who: str
    door: Door
    token: str = ""


class ChangeKind(Word):
    """What needs a second person."""

    EXCLUSION = "exclusion", "exclude votes"
    REINSTATEMENT = "reinstating", "count votes again"
    POLICY = "policy", "change the rules of a board"
    OWNER = "owner", "make somebody an owner"


class ChangeState(Word):
    WAITING = "waiting", "waiting for a second owner"
    APPLIED = "applied", "applied"
    REFUSED = "refused", "refused"
    EXPIRED = "expired", "expired"


def without_secrets(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they may be kept and shown: no secret, nothing long, only what JSON has."""
    return {name: _kept(name, value) for name, value in values.items()}


def is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET_WORDS)


def _kept(name: str, value: Any) -> Any:
    if is_secret(name):
        return HIDDEN
    if name.split(" ")[-1] in TYPED_FIELDS and isinstance(value, str):
        return f"({len(value)} characters)"
    return _shown(value)


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return without_secrets({str(name): inner for name, inner in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(each) for each in value]
    text = str(value)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]}… ({len(text)} characters)"
