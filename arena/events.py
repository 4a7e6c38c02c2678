"""Which messages go to browsers, and what is in each? Next file to read: live/consumers.py.

The names and payloads are public (docs/api.md). Nothing here may name a contestant before the vote.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from channels.layers import get_channel_layer


@dataclass(frozen=True)
class Delta:
    """More text of one side; seq counts over both sides of the battle."""

    side: str
    turn: int
    seq: int
    text: str
    type: Literal["delta"] = "delta"


@dataclass(frozen=True)
class StateChange:
    state: str
    type: Literal["state"] = "state"


@dataclass(frozen=True)
class Fault:
    code: str
    type: Literal["error"] = "error"


@dataclass(frozen=True)
class NewSnapshot:
    id: int
    type: Literal["snapshot"] = "snapshot"


Event = Delta | StateChange | Fault | NewSnapshot


def battle_group(battle_id: str) -> str:
    return f"battle.{battle_id}"


def payload(event: Event) -> dict[str, Any]:
    return asdict(event)


async def send_to_battle(battle_id: str, event: Event) -> None:
    """To every browser of this battle, in whichever web process it is."""
    await get_channel_layer().group_send(battle_group(battle_id), {"type": "forward", "event": payload(event)})
