"""How does a sweep go through all arenas? One after the other, and what goes wrong in one holds up no other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


def in_each_arena(step: Callable[[int], T], arena_ids: Iterable[int]) -> list[T]:
    """What the step said in each arena.

    Raises ExceptionGroup when all have had their turn, if it failed anywhere; each failure is in the log by then.
    """
    said, errors = [], []
    for arena_id in arena_ids:
        try:
            said.append(step(arena_id))
        except Exception as error:
            log.exception("arena %s: %s failed; the others go on", arena_id, getattr(step, "__name__", step))
            error.add_note(f"in arena {arena_id}")
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"failed in {len(errors)} arenas", errors)
    return said
