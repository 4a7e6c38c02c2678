"""Votes, ledger entries and published boards can be inserted and read, and nothing else: the database itself refuses."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

IMMUTABLE_TABLES = (
    "arena_vote",
    "arena_ledgerentry",
    "arena_snapshot",
    "arena_snapshotrow",
    "arena_samplersnapshot",
    "arena_entrystep",
    "arena_auditentry",
)
OPERATIONS = ("UPDATE", "DELETE")
TRUNCATE = "TRUNCATE"  # PostgreSQL's way around triggers on rows

POSTGRES_FUNCTION = """
CREATE FUNCTION arena_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are immutable', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def create_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES_FUNCTION, params=None)  # None: the % in it is no placeholder
    for table in IMMUTABLE_TABLES:
        for operation in _operations(editor):
            name = f"{table}_no_{operation.lower()}"
            if editor.connection.vendor == "postgresql":
                each = "STATEMENT" if operation == TRUNCATE else "ROW"
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH {each} EXECUTE FUNCTION arena_refuse()"
                )
            else:
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are immutable'); END"
                )


def drop_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    on_table = editor.connection.vendor == "postgresql"
    for table in IMMUTABLE_TABLES:
        for operation in _operations(editor):
            name = f"{table}_no_{operation.lower()}"
            editor.execute(f"DROP TRIGGER {name} ON {table}" if on_table else f"DROP TRIGGER {name}")
    if on_table:
        editor.execute("DROP FUNCTION arena_refuse()")


def _operations(editor: BaseDatabaseSchemaEditor) -> tuple[str, ...]:
    return (*OPERATIONS, TRUNCATE) if editor.connection.vendor == "postgresql" else OPERATIONS


class Migration(migrations.Migration):
    dependencies = [("arena", "0001_initial")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
