"""How is a PostgreSQL database copied at one moment, and brought back at once? Table by table, by COPY.

pg_dump must be at least as new as the server, and is not there in most places that run only this site. COPY is part of
the protocol; the tables themselves are made by our own migrations. Reasons: docs/decisions/0006-backups.md.
Next file to read: sqlite.py, which does the same elsewhere.
"""

from pathlib import Path

import psycopg
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from arena.domain.errors import BackupFault
from arena.models import Ledger
from arena.services.backups.archive import CHUNK_BYTES, DatabaseCopy, Head, Table
from arena.services.backups.schema import applied_migrations, migrate_to, needs_migrating

OF_MIGRATIONS = "django_migrations"
FUNCTIONS_OF_TRIGGERS = "arena_refuse(), arena_refuse_move()"  # of migrations 0002, 0007_kept_identities
WAIT_FOR_LOCKS = "10s"
COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
    " AND is_generated = 'NEVER' ORDER BY ordinal_position"
)
SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1"


def copy_out(folder: Path) -> DatabaseCopy:
    """All rows as of one moment. Raises BackupFault where code and database are of different versions."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        migrations = applied_migrations()
        if needs_migrating(migrations):
            raise BackupFault("the database is older than this code: take the backup with the code that the site runs")
        tables = tuple(Table(name, _columns(cursor, name)) for name in _tables() if name != OF_MIGRATIONS)
        for table in tables:
            _write(cursor, table, folder)
        cursor.execute(SEQUENCES)
        sequences = {name: value for name, value in cursor.fetchall() if value is not None}
        return DatabaseCopy("postgresql", migrations, _heads(), tables, sequences)


def bring_back(folder: Path, said: DatabaseCopy) -> None:
    """In the place of all tables, in one transaction. Raises BackupFault."""
    try:
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_FOR_LOCKS}'")
            _drop_all(cursor)
            migrate_to(said.migrations)
            _fill(cursor, folder, said)
            if _heads() != said.ledgers:
                raise BackupFault("its ledgers are not those that the manifest speaks of")
            call_command("migrate", verbosity=0)
            cursor.execute("ANALYZE")
    except (OperationalError, psycopg.OperationalError) as error:
        raise BackupFault(f"the database is in use or ended: stop the site first ({_first_line(error)})") from error
    except (DatabaseError, psycopg.Error) as error:  # COPY goes past Django, whose errors are others
        raise BackupFault(f"its rows do not fit into the tables ({_first_line(error)})") from error


def _fill(cursor: CursorWrapper, folder: Path, said: DatabaseCopy) -> None:
    existing = set(_tables())
    for table in said.tables:
        if table.name not in existing or set(table.columns) - set(_columns(cursor, table.name)):
            raise BackupFault(f"it holds a table {table.name[:60]!r} that this code does not make")
    for table in said.tables:
        cursor.execute(f"DELETE FROM {_quoted(table.name)}")  # what a migration put there
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # migrations made them immediate; tables refer to each other
    for table in said.tables:
        _read(cursor, table, folder)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name, value in (said.sequences or {}).items():
        cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, value])


def _write(cursor: CursorWrapper, table: Table, folder: Path) -> None:
    with (
        file_of(table, folder).open("wb") as place,
        cursor.copy(f"COPY {_named(table)} TO STDOUT") as rows,
    ):
        for piece in rows:
            place.write(piece)


def _read(cursor: CursorWrapper, table: Table, folder: Path) -> None:
    with (
        file_of(table, folder).open("rb") as source,
        cursor.copy(f"COPY {_named(table)} FROM STDIN") as rows,
    ):
        while piece := source.read(CHUNK_BYTES):
            rows.write(piece)


def file_of(table: Table, folder: Path) -> Path:
    return folder / "tables" / f"{table.name}.copy"


def _drop_all(cursor: CursorWrapper) -> None:
    names = [*_tables(), *([OF_MIGRATIONS] if OF_MIGRATIONS in _all_tables() else [])]
    if names:
        cursor.execute(f"DROP TABLE {', '.join(map(_quoted, dict.fromkeys(names)))} CASCADE")
    cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTIONS_OF_TRIGGERS} CASCADE")


def _tables() -> list[str]:
    """Of the site that exist; others in the same database are left alone."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _all_tables() -> list[str]:
    return connection.introspection.table_names()


def _columns(cursor: CursorWrapper, table: str) -> tuple[str, ...]:
    cursor.execute(COLUMNS, [table])
    return tuple(name for (name,) in cursor.fetchall())


def _heads() -> tuple[Head, ...]:
    heads = Ledger.objects.order_by("arena__slug").values_list("arena__slug", "size", "root")
    return tuple(Head(slug, size, bytes(root).hex()) for slug, size, root in heads)


def _named(table: Table) -> str:
    return f"{_quoted(table.name)} ({', '.join(map(_quoted, table.columns))})"


def _quoted(name: str) -> str:
    """Names of a manifest are checked against those of the database before, and quoted all the same."""
    return connection.ops.quote_name(name.replace('"', '""'))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
