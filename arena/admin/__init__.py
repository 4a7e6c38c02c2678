"""What can operators do? Django's own admin, with our words. Next file to read: catalog.py."""

from arena.admin import battles, boards, catalog, entries, moderation, spending, voters

__all__ = ["battles", "boards", "catalog", "entries", "moderation", "spending", "voters"]
