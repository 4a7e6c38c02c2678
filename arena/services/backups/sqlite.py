"""How is a SQLite database copied while votes come in, and brought back at once? By SQLite's own online copy.

Next file to read: postgresql.py, which does the same elsewhere.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from arena.domain.errors import BackupFault
from arena.services.backups.archive import DATABASE_FILE, DatabaseCopy, Head
from arena.services.backups.schema import needs_migrating

STAGED = "restored"
HEADS = "SELECT a.slug, l.size, l.root FROM arena_ledger l JOIN arena_arena a ON a.id = l.arena_id ORDER BY a.slug"


def copy_out(folder: Path) -> DatabaseCopy:
    """A copy of one moment; whoever writes meanwhile does not wait."""
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        return _described(copy)


def check(file: Path, said: DatabaseCopy) -> None:
    """Raises BackupFault if the copy is damaged or is not the one that the manifest speaks of."""
    try:
        with closing(sqlite3.connect(file)) as copy:
            copy.execute("PRAGMA ignore_check_constraints=ON")  # they ask functions that Django brings
            is_sound = copy.execute("PRAGMA quick_check").fetchone() == ("ok",)
            found = _described(copy)
    except sqlite3.DatabaseError as error:
        raise BackupFault("its database cannot be read") from error
    if not is_sound or found != said:
        raise BackupFault("its database is damaged or is not the one that the manifest speaks of")


def bring_back(folder: Path, said: DatabaseCopy) -> None:
    """In the place of all rows, in one transaction of SQLite. Raises BackupFault."""
    file = folder / DATABASE_FILE
    if needs_migrating(said.migrations):
        with _as_database(file):
            executor = MigrationExecutor(connections[STAGED])
            executor.migrate(executor.loader.graph.leaf_nodes())
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        try:
            copy.backup(connection.connection, progress=_give_up_when_busy)
        except sqlite3.Error as error:
            raise BackupFault(f"the database cannot be written: {error}") from error
    call_command("migrate", verbosity=0)  # the rows that it adds after migrations, such as names of permissions


def _described(copy: sqlite3.Connection) -> DatabaseCopy:
    migrations = copy.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    heads = tuple(Head(slug, size, bytes(root).hex()) for slug, size, root in copy.execute(HEADS))
    return DatabaseCopy("sqlite", tuple(migrations), heads)


def _give_up_when_busy(status: int, remaining: int, total: int) -> None:
    """Python would try for ever; SQLite has waited for its busy time-out already."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise BackupFault("the database is in use: stop the site first")


@contextmanager
def _as_database(file: Path) -> Iterator[None]:
    """A file as another database of Django's."""
    connections.databases[STAGED] = connections.databases["default"] | {"NAME": str(file)}
    try:
        yield
    finally:
        connections[STAGED].close()
        del connections[STAGED]
        del connections.databases[STAGED]
