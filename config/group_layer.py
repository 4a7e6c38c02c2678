"""How does live text get from one web process to another? By Redis' publish and subscribe, to groups only.

Next file to read: arena/events.py, which sends; arena/live/consumers.py, which listens.
"""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer

from arena.gathering import Gatherer


class GroupLayer(RedisPubSubChannelLayer):
    """Channels' layer for hundreds of small messages a second: while some are on their way, the next ones gather.

    Nothing is ever sent to one socket alone, so a socket opens without asking Redis, also while Redis is away.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.senders: WeakKeyDictionary[RedisPubSubLoopLayer, Sender] = WeakKeyDictionary()

    async def new_channel(self, prefix: str = "specific.") -> str:
        layer = self._get_layer()
        name = f"{layer.prefix}{prefix}{uuid.uuid4().hex}"
        layer.channels[name] = asyncio.Queue()
        return name

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Returns when Redis has it; raises what Redis raises."""
        layer = self._get_layer()
        if layer not in self.senders:
            self.senders[layer] = Sender(layer)
        await self.senders[layer].send(layer._get_group_channel_name(group), self.serialize(message))


class Sender:
    """What one event loop publishes."""

    def __init__(self, layer: RedisPubSubLoopLayer) -> None:
        [self.shard] = layer._shards
        self.gatherer: Gatherer[tuple[str, bytes], None] = Gatherer(self._publish)

    async def send(self, channel: str, data: bytes) -> None:
        await self.gatherer.put((channel, data))

    async def _publish(self, messages: Sequence[tuple[str, bytes]]) -> list[None]:
        async with self.shard._lock:
            self.shard._ensure_redis()
            pipeline = self.shard._redis.pipeline(transaction=False)
            for channel, data in messages:
                pipeline.publish(channel, data)
            await pipeline.execute()
        return [None] * len(messages)
