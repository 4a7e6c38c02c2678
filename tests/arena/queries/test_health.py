"""Does the doctor see what is there, what is missing and what degrades?"""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from arena.queries import health
from arena.queries.health import Finding, Weight, durability_fault, examine
from tests.servers import LOOPBACK, free_port

GOOD, NOTE, DEGRADED, BROKEN = Weight.GOOD, Weight.NOTE, Weight.DEGRADED, Weight.BROKEN
NO_WORKER = "None answers. Votes are accepted and wait; boards stay as they are until a worker runs."
PLAIN_HTTP = "Plain HTTP. For a public site set ARENA_PUBLIC_URL=https://... and put a TLS proxy in front."
EMBEDDED = "Embedded: one web process and one worker on this machine, no Redis. Set REDIS_URL for more."


@pytest.fixture
def workers(monkeypatch):
    """The workers that answer: a dict to fill, or an error to raise."""
    answers = {}

    class Control:
        def inspect(self, timeout):
            return self

        def ping(self):
            if isinstance(answers.get("error"), Exception):
                raise answers["error"]
            return answers

    class App:
        control = Control()

    monkeypatch.setattr(health, "current_app", App)
    return answers


PASSWORD_ALONE = "A password alone opens the admin. For more set ARENA_STAFF_SECOND_FACTOR=required."
ONE_OWNER = "One owner decides alone on rules and exclusions. With two, set ARENA_SECOND_PERSON=required."


def of(about):
    return [finding for finding in examine() if finding.about == about]


@pytest.mark.django_db
def test_embedded_site_without_a_worker(workers):
    assert list(examine()) == [
        Finding(NOTE, "mode", EMBEDDED),
        Finding(GOOD, "database", "SQLite answers; commits are durable."),
        Finding(DEGRADED, "worker", NO_WORKER),
        Finding(GOOD, "tables", "Up to date."),
        Finding(NOTE, "address", PLAIN_HTTP),
        Finding(NOTE, "staff", PASSWORD_ALONE),
        Finding(NOTE, "staff", ONE_OWNER),
    ]


@pytest.mark.django_db
def test_production_with_everything(workers, settings, redis_url):
    settings.IS_EMBEDDED, settings.CELERY_BROKER_URL, settings.SESSION_COOKIE_SECURE = False, redis_url, True
    settings.IS_SECOND_FACTOR_REQUIRED = settings.IS_SECOND_PERSON_REQUIRED = True
    workers |= {"celery@one": {"ok": "pong"}, "celery@two": {"ok": "pong"}}
    slow = "SQLite with Redis: several writing processes wait for each other. Set DATABASE_URL to PostgreSQL."

    assert list(examine()) == [
        Finding(GOOD, "mode", "Production: Redis between any number of web and worker processes."),
        Finding(GOOD, "database", "SQLite answers; commits are durable."),
        Finding(DEGRADED, "database", slow),
        Finding(GOOD, "redis", "Answers."),
        Finding(GOOD, "worker", "2 answer."),
        Finding(GOOD, "tables", "Up to date."),
        Finding(GOOD, "address", "HTTPS: secure cookies, strict transport."),
        Finding(GOOD, "staff", "The admin opens with a second factor only."),
        Finding(GOOD, "staff", "A second owner confirms rules of boards and exclusions of many votes."),
    ]


@pytest.mark.django_db
def test_redis_that_is_down(workers, settings):
    settings.IS_EMBEDDED, settings.CELERY_BROKER_URL = False, f"redis://{LOOPBACK}:{free_port()}/0"

    (finding,) = of("redis")

    assert finding.weight is BROKEN
    assert finding.sentence.startswith("Not reachable (ConnectionError). Votes are safe")


@pytest.mark.django_db
@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError()], ids=repr)
def test_broker_that_is_down_is_no_worker(workers, error):
    workers["error"] = error

    assert of("worker") == [Finding(DEGRADED, "worker", NO_WORKER)]


@pytest.mark.django_db
@pytest.mark.postgresql
def test_postgresql_that_could_lose_votes(workers):
    """The server of the tests runs without fsync, as a production one must not."""
    sentence = "PostgreSQL runs with fsync=off: acknowledged votes could be lost in a crash."

    assert of("database") == [Finding(BROKEN, "database", sentence)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("level", "is_fault"), [("OFF", True), ("NORMAL", True), ("FULL", False), ("EXTRA", False)])
def test_sqlite_that_could_lose_votes(level, is_fault):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={level}")

    try:
        fault = durability_fault()
    finally:
        connection.close()

    assert (fault is not None) == is_fault
    assert not is_fault or "acknowledged votes could be lost" in fault


@pytest.mark.django_db
def test_database_that_is_down(workers, monkeypatch):
    def refuse():
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)

    assert of("database") == [Finding(BROKEN, "database", "SQLite cannot be reached: connection refused")]
    assert of("tables") == []


@pytest.mark.django_db
def test_tables_that_wait_for_migrations(workers, monkeypatch):
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [None, None])

    sentence = "2 migrations wait: python3 manage.py migrate"
    assert of("tables") == [Finding(BROKEN, "tables", sentence)]


@pytest.mark.django_db
def test_keys_are_known_by_name_and_fingerprint(workers, settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys"
    settings.KEYS_FILE.write_bytes(b"ARENA_KEY_A=sk-0123456789abcdef\nARENA_KEY_B=short\n\xfc\n")
    settings.PROVIDER_KEYS = {"ARENA_KEY_C": "sk-0123456789abcdef"}

    assert of("keys") == [
        Finding(DEGRADED, "keys", "The keys file has lines that cannot be read: 3."),
        Finding(GOOD, "keys", "ARENA_KEY_A is set, fingerprint 445b898f."),
        Finding(GOOD, "keys", "ARENA_KEY_B is set."),
        Finding(GOOD, "keys", "ARENA_KEY_C is set, fingerprint 445b898f."),
    ]
