"""How do tests do one thing many times at once, and see whether it had one effect?

Next file to read: factories.py.
"""

import threading
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connections

WAIT_S = 60


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, in the order of the calls; all start at the same moment, in threads."""
    results: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(k: int) -> None:
        try:
            barrier.wait(WAIT_S)
            results[k] = calls[k]()
        except Exception as error:
            results[k] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(k,), daemon=True) for k in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert not any(thread.is_alive() for thread in threads), "a thread is stuck"
    return results


def whole_database() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of ours and of the sessions, comparable with ==."""
    models = [*apps.get_app_config("arena").get_models(), *apps.get_app_config("sessions").get_models()]
    return {
        model._meta.db_table: [_comparable(row) for row in model._default_manager.order_by("pk").values()]
        for model in models
    }


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
