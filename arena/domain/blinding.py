"""What may an outsider see of a battle before the vote? A type without a field that could name a contestant.

Next file to read: arena/queries/battles.py, the only place that makes these values.
"""

from dataclasses import dataclass
from datetime import datetime

from arena.domain.battle_state import BattleState, VoidReason


@dataclass(frozen=True)
class BlindMedia:
    url: str
    media_type: str


@dataclass(frozen=True)
class BlindTurn:
    prompt: str
    text: str
    media: tuple[BlindMedia, ...]
    is_done: bool
    is_declined: bool = False
    attachments: tuple[BlindMedia, ...] = ()


@dataclass(frozen=True)
class BlindSide:
    turns: tuple[BlindTurn, ...]


@dataclass(frozen=True)
class BlindBattle:
    id: str
    arena: str
    state: BattleState
    void_reason: VoidReason | None
    prompt_id: str
    prompt: str
    language: str
    commitment: str | None
    expires_at: datetime | None
    last_seq: int
    is_live: bool  # both sides were asked now, and can be asked further
    max_turns: int
    a: BlindSide
    b: BlindSide
