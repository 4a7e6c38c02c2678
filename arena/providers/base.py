"""What does the arena need of a thing that answers prompts? A provider is one file here and one line in registry.py.

Next file to read: stored.py or demo.py for an example, then services/responses.py, which runs providers.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """One message of the conversation so far, as the contestant sees it."""

    role: str
    text: str


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
    """The next piece of an answer; the last one says why it ended."""

    text: str = ""
    finish_reason: str = ""


class ProviderError(Exception):
    """The contestant did not answer. The text is for operators and never reaches a voter."""


class Provider(Protocol):
    def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """The answer, piece by piece. Raises ProviderError when it cannot be had or does not come to an end."""
        ...
