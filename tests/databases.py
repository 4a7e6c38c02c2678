"""How do the tests get a SQLite and a PostgreSQL test database in one run?

Each is migrated once into a template; the test database is a copy of it, and a test that commits is followed by a new
copy. (Django would empty every table instead, which the append-only tables of the arena refuse.)
Switching points the one Django of this process, in all its threads, at the other database.
Next file to read: conftest.py.
"""

import itertools
import os
import runpy
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit, urlunsplit

import psycopg
from asgiref.local import Local
from asgiref.sync import SyncToAsync
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase

ALIAS = "default"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
VENDORS = (SQLITE, POSTGRESQL)
SETTINGS_FILE = Path(__file__).resolve().parent.parent / "config" / "settings.py"


class SQLiteDatabase:
    """A file, so that threads and live servers see it, with the options of production."""

    vendor = SQLITE

    def __init__(self, directory: Path) -> None:
        self.template = directory / "template.sqlite3"
        self.numbers = itertools.count()
        self.path = self._new_path()

    def use(self) -> None:
        """Make it the database of this process."""
        if not self.path.exists():
            point_django_at(production_settings(f"sqlite:///{self.template}"))
            call_command("migrate", verbosity=0)
            self.restore()
        point_django_at(production_settings(f"sqlite:///{self.path}"))

    def restore(self) -> None:
        """Make it as it was after the migrations."""
        close_everywhere()
        for leftover in (f"{self.path}", f"{self.path}-wal", f"{self.path}-shm"):
            Path(leftover).unlink(missing_ok=True)
        # Under a new name, for SQLite finds the log of a file by name: a thread that a test left behind writes into
        # nothing, and not into the log of the next test.
        self.path = self._new_path()
        shutil.copyfile(self.template, self.path)
        connections.settings[ALIAS]["NAME"] = str(self.path)

    def fresh_url(self) -> str:
        """DATABASE_URL of another one, empty."""
        return f"sqlite:///{self._new_path()}"

    def destroy(self) -> None:
        for file in self.path.parent.glob("*.sqlite3*"):
            file.unlink()

    def _new_path(self) -> Path:
        return self.template.with_name(f"test{next(self.numbers)}.sqlite3")


class PostgreSQLDatabase:
    """A database on a real server, with the options of production."""

    vendor = POSTGRESQL

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.name = f"test_arena_{os.getpid()}"
        self.template = f"{self.name}_template"
        self.names: set[str] = set()

    def use(self) -> None:
        """Make it the database of this process."""
        if self.name not in self.names:
            point_django_at(production_settings(self._create(self.template)))
            call_command("migrate", verbosity=0)
            self.names.add(self.name)
            self.restore()
        point_django_at(production_settings(self._url(self.name)))

    def restore(self) -> None:
        """Make it as it was after the migrations."""
        close_everywhere()
        self._execute(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}" STRATEGY FILE_COPY',
        )

    def fresh_url(self) -> str:
        """DATABASE_URL of another one, empty."""
        return self._create(f"{self.name}_fresh{len(self.names)}")

    def destroy(self) -> None:
        self._execute(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in sorted(self.names)))

    def _create(self, name: str) -> str:
        self.names.add(name)
        self._execute(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0',
        )
        return self._url(name)

    def _url(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server_url)._replace(path=f"/{name}"))

    def _execute(self, *statements: str) -> None:
        with psycopg.connect(self.server_url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


AnyDatabase = SQLiteDatabase | PostgreSQLDatabase


def production_settings(url: str) -> dict[str, Any]:
    """What config/settings.py makes of DATABASE_URL=url: the file is read once more, so nothing is written twice."""
    with mock.patch.dict(os.environ, DATABASE_URL=url):
        return runpy.run_path(str(SETTINGS_FILE))["DATABASES"][ALIAS]


def point_django_at(database: dict[str, Any]) -> None:
    """Make `database` the default of every thread."""
    close_everywhere()
    settings.DATABASES[ALIAS] = connections.settings[ALIAS] = database
    connections.configure_settings(connections.settings)
    connections._connections = Local(connections.thread_critical)  # threads forget their old connection objects
    apps.get_model("contenttypes", "ContentType").objects.clear_cache()
    cache.clear()


def close_everywhere() -> None:
    """Close the connections of this thread and of the thread in which asgiref runs synchronous code."""
    _close()
    SyncToAsync.single_thread_executor.submit(_close).result()


def _close() -> None:
    connection = connections[ALIAS]
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


@contextmanager
def restored_by(restore: Callable[[], None]) -> Iterator[None]:
    """Within the block a committing test ends with `restore` instead of Django's flush of every table."""

    def teardown(_: TransactionTestCase) -> None:
        restore()

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", teardown):
        yield
