"""How does work leave the process for a worker? Names of jobs, rung after commit. Next file to read: tasks.py.

The broker is a doorbell: if it cannot be rung, the sweep finds the work in the database a few seconds later. It is rung
from a thread of its own, so that a broker that hangs keeps no voter waiting.
"""

import logging
import threading
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

SEQUENCE = "arena.tasks.sequence"
PUBLISH = "arena.tasks.publish"
PUBLISH_SLICE = "arena.tasks.publish_slice"
LABEL_PROMPTS = "arena.tasks.label_prompts"
SWEEP_BATTLES = "arena.tasks.sweep_battles"
NOTE_WORKER = "arena.tasks.note_worker"
WATCH_ALARMS = "arena.tasks.watch_alarms"

log = logging.getLogger(__name__)


def enqueue_on_commit(name: str, *args: str | int) -> None:
    """Ring for a job when the present transaction is durable. Neither waits nor raises for a broker that is down."""
    transaction.on_commit(partial(_bell.ring, name, args), robust=True)


class Doorbell:
    """Jobs that wait to be rung for, each once however often it was asked for, and the thread that rings."""

    def __init__(self) -> None:
        self.waiting: dict[tuple[str, tuple[str | int, ...]], None] = {}
        self.is_wanted = threading.Condition()
        self.thread: threading.Thread | None = None

    def ring(self, name: str, args: tuple[str | int, ...]) -> None:
        with self.is_wanted:
            self.waiting[name, args] = None
            if self.thread is None or not self.thread.is_alive():  # also after a fork, where threads are left behind
                self.thread = threading.Thread(target=self._run, name="doorbell", daemon=True)
                self.thread.start()
            self.is_wanted.notify()

    def _run(self) -> None:
        while True:
            with self.is_wanted:
                self.is_wanted.wait_for(lambda: self.waiting)
                name, args = next(iter(self.waiting))
                del self.waiting[name, args]
            _send(name, args)


def _send(name: str, args: tuple[str | int, ...]) -> None:
    try:
        current_app.send_task(name, args=args, retry=False, ignore_result=True)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("broker unreachable, the sweep will find %s: %s", name, type(error).__name__)


_bell = Doorbell()
