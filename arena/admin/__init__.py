"""What can operators do? Django's own admin, with our words. Next file to read: catalog.py."""

from arena.admin import (
    alarms,
    audit,
    battles,
    boards,
    catalog,
    changes,
    entries,
    judges,
    moderation,
    people,
    spending,
    tokens,
    voters,
)

__all__ = [
    "alarms",
    "audit",
    "battles",
    "boards",
    "catalog",
    "changes",
    "entries",
    "judges",
    "moderation",
    "people",
    "spending",
    "tokens",
    "voters",
]
