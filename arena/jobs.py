"""How does work leave the process for a worker? Names of jobs, rung after commit. Next file to read: tasks.py.

The broker is a doorbell: if it cannot be rung, the sweep finds the work in the database a few seconds later.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

SEQUENCE = "arena.tasks.sequence"
PUBLISH = "arena.tasks.publish"
SWEEP_BATTLES = "arena.tasks.sweep_battles"

log = logging.getLogger(__name__)


def enqueue_on_commit(name: str, *args: str | int) -> None:
    """Ring for a job when the present transaction is durable. Never raises for a dead broker."""
    transaction.on_commit(partial(_ring, name, args), robust=True)


def _ring(name: str, args: tuple[str | int, ...]) -> None:
    try:
        current_app.send_task(name, args=args, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("broker unreachable, the sweep will find %s: %s", name, type(error).__name__)
