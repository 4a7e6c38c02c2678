"""What a row is about stays what it was: the database refuses to move an entry, endpoint, prompt or output elsewhere.

Whoever moved an entry to another arena would take a model with its votes off a board without a trace. On SQLite a
migration that makes one of these tables anew loses its trigger, and has to create it again (tests/arena/test_migrations).
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEPT_COLUMNS = {
    "arena_entry": ("arena_id", "contestant_id"),
    "arena_endpoint": ("contestant_id",),
    "arena_prompt": ("arena_id",),
    "arena_output": ("prompt_id", "contestant_id"),
}
POSTGRES_FUNCTION = """
CREATE FUNCTION arena_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are immutable in what they belong to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def create_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    is_postgresql = editor.connection.vendor == "postgresql"
    if is_postgresql:
        editor.execute(POSTGRES_FUNCTION, params=None)  # None: the % in it is no placeholder
    for table, columns in KEPT_COLUMNS.items():
        moved = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in columns)
        then = (
            "EXECUTE FUNCTION arena_refuse_move()"
            if is_postgresql
            else f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are immutable in what they belong to'); END"
        )
        editor.execute(f"CREATE TRIGGER {table}_no_move BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({moved}) {then}")


def drop_triggers(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    is_postgresql = editor.connection.vendor == "postgresql"
    for table in KEPT_COLUMNS:
        editor.execute(f"DROP TRIGGER {table}_no_move" + (f" ON {table}" if is_postgresql else ""))
    if is_postgresql:
        editor.execute("DROP FUNCTION arena_refuse_move()")


class Migration(migrations.Migration):
    dependencies = [("arena", "0006_reported_models")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
