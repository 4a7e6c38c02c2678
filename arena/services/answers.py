"""What is in memory while a turn of a battle is answered? Next file to read: coordinator.py, which fills it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from arena.domain.battle_state import Side
from arena.domain.modality import Modality
from arena.domain.pacing import Pacing, Progress
from arena.domain.prompts import strip_controls
from arena.media import CleanMedia
from arena.providers.base import Attachment, Chunk, Request
from arena.services.moderation import Moderation


@dataclass
class Answer:
    """One side while it answers: what has arrived, and how much of it has been sent.

    is_stored : a stored output that stands beside a live answer; it is complete from the start, and sent in step.
    """

    response_id: int
    contestant_id: int
    side: Side
    turn: int
    provider: str
    request: Request
    is_stored: bool = False
    text: str = ""
    n_sent: int = 0
    n_chunks: int = 0
    n_bytes: int = 0
    is_complete: bool = False
    raw_media: Attachment | None = None
    media: CleanMedia | None = None
    first_token_ms: float | None = None
    latency_ms: float | None = None
    report: Chunk = field(default_factory=Chunk)

    @property
    def progress(self) -> Progress:
        return Progress(len(self.text), self.n_sent, self.is_complete)

    @property
    def is_sent(self) -> bool:
        return self.is_complete and self.n_sent == len(self.text)

    def take(self, chunk: Chunk) -> None:
        """Add what came, and keep the newest of everything the provider reports; nothing after the end."""
        if self.is_complete:
            return
        self.n_chunks += 1
        text = strip_controls(chunk.text)
        self.text += text
        self.n_bytes += len(text.encode(errors="replace"))
        self.raw_media = chunk.media or self.raw_media
        news = {name: value for name in REPORTED if (value := getattr(chunk, name)) not in ("", None)}
        if any(getattr(self.report, name) != value for name, value in news.items()):  # nearly always the same model
            self.report = replace(self.report, **news)

    def end(self, finish_reason: str = "") -> None:
        """No more comes; a reason of ours wins over the provider's."""
        self.is_complete = True
        if finish_reason:
            self.report = replace(self.report, finish_reason=finish_reason)


REPORTED = ("finish_reason", "model", "fingerprint", "input_tokens", "output_tokens")


@dataclass
class Run:
    """A turn of a battle while it is answered."""

    battle_id: UUID
    modality: Modality
    pacing: Pacing
    seq: int
    answers: Sequence[Answer]
    moderation: Moderation | None = None

    @property
    def is_unseen(self) -> bool:
        """Whether the voter still looks at two empty sides."""
        return not any(answer.n_sent for answer in self.answers)
