"""What is configured, what is missing, what degrades? Findings for `manage.py doctor`, in an operator's words."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import redis
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from arena.domain.words import Word
from arena.providers.keys import keys_file_problem, known_key_names, said_fingerprint

PING_TIMEOUT_S = 2.0


class Weight(Word):
    GOOD = "ok", "fine"
    NOTE = "note", "good to know"
    DEGRADED = "degraded", "works, with less"
    BROKEN = "broken", "does not work"


@dataclass(frozen=True)
class Finding:
    weight: Weight
    about: str
    sentence: str


def examine() -> Iterator[Finding]:
    """All findings, the mode first."""
    yield _mode()
    database_works = yield from _database()
    yield from _redis()
    yield _worker()
    if database_works:
        yield _migrations()
    yield from _keys()
    yield _address()
    yield from _access()


def durability_fault() -> str | None:
    """Why a commit might not survive a crash of this database; None if it does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for setting in ("fsync", "synchronous_commit"):
                cursor.execute(f"SHOW {setting}")
                value = cursor.fetchone()[0]
                if value == "off":
                    return f"PostgreSQL runs with {setting}=off: acknowledged votes could be lost in a crash."
            return None
        cursor.execute("PRAGMA journal_mode")
        journal = cursor.fetchone()[0]
        cursor.execute("PRAGMA synchronous")
        level = cursor.fetchone()[0]
    if journal.lower() != "wal" or level < 2:
        return f"SQLite runs with journal_mode={journal}, synchronous={level}: acknowledged votes could be lost."
    return None


def _mode() -> Finding:
    if settings.IS_EMBEDDED:
        sentence = "Embedded: one web process and one worker on this machine, no Redis. Set REDIS_URL for more."
        return Finding(Weight.NOTE, "mode", sentence)
    return Finding(Weight.GOOD, "mode", "Production: Redis between any number of web and worker processes.")


def _database() -> Generator[Finding, None, bool]:
    """What it finds; then whether the database answers."""
    vendor = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}[connection.vendor]
    try:
        fault = durability_fault()
    except DatabaseError as error:
        yield Finding(Weight.BROKEN, "database", f"{vendor} cannot be reached: {error}".strip())
        return False
    if fault:
        yield Finding(Weight.BROKEN, "database", fault)
    else:
        yield Finding(Weight.GOOD, "database", f"{vendor} answers; commits are durable.")
    if connection.vendor == "sqlite" and not settings.IS_EMBEDDED:
        sentence = "SQLite with Redis: several writing processes wait for each other. Set DATABASE_URL to PostgreSQL."
        yield Finding(Weight.DEGRADED, "database", sentence)
    return True


def _redis() -> Iterator[Finding]:
    if settings.IS_EMBEDDED:
        return
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except redis.RedisError as error:
        sentence = f"Not reachable ({type(error).__name__}). Votes are safe; live text comes every two seconds."
        yield Finding(Weight.BROKEN, "redis", sentence)
    else:
        yield Finding(Weight.GOOD, "redis", "Answers.")
    finally:
        client.close()


def _worker() -> Finding:
    try:
        workers = current_app.control.inspect(timeout=PING_TIMEOUT_S).ping() or {}
    except (BrokerError, OSError):
        workers = {}
    if workers:
        return Finding(Weight.GOOD, "worker", f"{len(workers)} answer.")
    sentence = "None answers. Votes are accepted and wait; boards stay as they are until a worker runs."
    return Finding(Weight.DEGRADED, "worker", sentence)


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(Weight.BROKEN, "tables", f"{len(waiting)} migrations wait: python3 manage.py migrate")
    return Finding(Weight.GOOD, "tables", "Up to date.")


def _keys() -> Iterator[Finding]:
    """Which keys this process would use: names and fingerprints, never a value."""
    if problem := keys_file_problem():
        yield Finding(Weight.DEGRADED, "keys", f"The keys file {problem}.")
    for name in known_key_names():
        yield Finding(Weight.GOOD, "keys", f"{name} is set{said_fingerprint(name)}.")


def _address() -> Finding:
    if settings.SESSION_COOKIE_SECURE:
        return Finding(Weight.GOOD, "address", "HTTPS: secure cookies, strict transport.")
    sentence = "Plain HTTP. For a public site set ARENA_PUBLIC_URL=https://... and put a TLS proxy in front."
    return Finding(Weight.NOTE, "address", sentence)


def _access() -> Iterator[Finding]:
    if settings.IS_SECOND_FACTOR_REQUIRED:
        yield Finding(Weight.GOOD, "staff", "The admin opens with a second factor only.")
    else:
        sentence = "A password alone opens the admin. For more set ARENA_STAFF_SECOND_FACTOR=required."
        yield Finding(Weight.NOTE, "staff", sentence)
    if settings.IS_SECOND_PERSON_REQUIRED:
        yield Finding(Weight.GOOD, "staff", "A second owner confirms rules of boards and exclusions of many votes.")
    else:
        sentence = "One owner decides alone on rules and exclusions. With two, set ARENA_SECOND_PERSON=required."
        yield Finding(Weight.NOTE, "staff", sentence)
    if settings.SINGLE_SIGN_ON is not None:
        yield Finding(Weight.GOOD, "members", f"Come by the sign-in of {settings.SINGLE_SIGN_ON.issuer}.")
