"""How do jobs travel on a machine without Redis? As files, each of which appears whole or not at all.

kombu's own file transport shows a message while it is still being written. A worker that reads it then ends; a web
process that is killed then leaves a message that ends the worker. Next file to read: celery.py.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import filesystem
from kombu.transport.filesystem import LOCK_EX, exchange_queue_t, lock
from kombu.utils.json import dumps

MS_PER_S = 1_000


class Channel(filesystem.Channel):
    """Writes beside the place, then moves there."""

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        name = f"{round(time.monotonic() * MS_PER_S)}_{uuid.uuid4()}.{queue}.msg"
        _write_whole(Path(self.data_folder_out) / name, dumps(message))

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (self.control_folder / "binding").open("w") as guard:
            lock(guard, LOCK_EX)
            table = self.get_table(exchange)
            if binding not in table:
                _write_whole(self._exchange_file(exchange), dumps([binding, *table]))


class Transport(filesystem.Transport):
    Channel = Channel


def _write_whole(place: Path, text: str) -> None:
    part = place.with_name(f".{uuid.uuid4()}")
    part.write_text(text)
    part.replace(place)
