"""What does the arena need of a thing that answers prompts? A provider is one file here and one line in registry.py.

Next file to read: demo.py for a small example, then services/responses.py, which runs providers.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message, already checked and written anew by us."""

    media_type: str
    data: bytes


@dataclass(frozen=True)
class Message:
    """One message of the conversation so far, as the contestant sees it."""

    role: str
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Request:
    """What one contestant is asked: the conversation, and where and how it is called."""

    contestant: str
    messages: tuple[Message, ...]
    base_url: str = ""
    model_name: str = ""
    key_name: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunk:
    """The next piece of an answer: text, or a whole file; what else the provider said comes along as it is known."""

    text: str = ""
    media: Attachment | None = None
    finish_reason: str = ""
    model: str = ""
    fingerprint: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None


class ProviderError(Exception):
    """The contestant did not answer. The text is for operators and never reaches a voter.

    kind : why, in one word of KINDS: "refused" is the key, "rejected" what was asked or how.
    is_fatal : asking again will not help, such as a wrong key.
    """

    KINDS = ("refused", "rejected", "timeout", "limit", "server", "protocol", "configuration", "gone")

    def __init__(self, message: str, kind: str = "server", *, is_fatal: bool = False) -> None:
        super().__init__(message)
        self.kind = kind
        self.is_fatal = is_fatal


class Provider(Protocol):
    def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer, piece by piece. Raises ProviderError when it cannot be had or does not come to an end."""
        ...
