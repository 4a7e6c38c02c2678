"""Which messages go to browsers, and what is in each? Next file to read: live/consumers.py.

The names and payloads are public (docs/api.md). Nothing here may name a contestant before the vote.
"""

import asyncio
import logging
import time
from dataclasses import asdict, dataclass
from typing import Any, Literal

from channels.layers import get_channel_layer
from redis import RedisError

LAYER_ERRORS = (RedisError, OSError)  # a TimeoutError is an OSError
SEND_TIMEOUT_S = 1.0
QUIET_AFTER_FAILURE_S = 5.0

log = logging.getLogger(__name__)
_quiet_until = 0.0


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


async def send_to_battle(battle_id: str, *events: Event) -> None:
    """To every browser of this battle, in whichever web process it is; events of one moment travel together.

    Never raises for a layer that is down or hangs: what is saved reaches each browser from the database as well.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        async with asyncio.timeout(SEND_TIMEOUT_S):
            message = {"type": "forward", "events": [payload(event) for event in events]}
            await get_channel_layer().group_send(battle_group(battle_id), message)
    except LAYER_ERRORS as error:
        _quiet_until = time.monotonic() + QUIET_AFTER_FAILURE_S
        log.warning("channel layer down, browsers read the database: %s", type(error).__name__)
