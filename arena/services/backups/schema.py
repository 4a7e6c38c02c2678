"""Can this code keep the tables of a backup? The migrations on both sides say so. Next file to read: restoring.py."""

from collections.abc import Collection

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from arena.domain.errors import BackupFault

Migrations = Collection[tuple[str, str]]


def applied_migrations() -> tuple[tuple[str, str], ...]:
    """Of the database, in order."""
    return tuple(sorted(MigrationRecorder(connection).applied_migrations()))


def check_migrations(migrations: Migrations) -> None:
    """Raises BackupFault where this code does not know one of them: the backup is of a newer version."""
    unknown = sorted(set(migrations) - _known())
    if unknown:
        raise BackupFault(f"it is of another version, whose migration {'.'.join(unknown[0])} this code does not have")


def needs_migrating(migrations: Migrations) -> bool:
    """Whether this code has migrations that the backup has not seen."""
    return bool(_known() - set(migrations))


def migrate_to(migrations: Migrations) -> None:
    """From nothing to the tables that the backup is of; without the rows that the command `migrate` adds."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    last = [
        node
        for node in migrations
        if not any(child.key in migrations and child.key[0] == node[0] for child in graph.node_map[node].children)
    ]
    executor.migrate(sorted(last))


def _known() -> set[tuple[str, str]]:
    return set(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
