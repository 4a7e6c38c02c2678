"""Is the time that of the database, whatever a web host believes?"""

import time
from datetime import UTC, datetime, timedelta

import pytest

from arena.queries.clock import database_now

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_time_is_now_in_utc():
    now = database_now()

    assert now.utcoffset() == timedelta(0)
    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)


def test_clock_of_this_process_is_not_asked(monkeypatch):
    before = database_now()
    monkeypatch.setattr(time, "time", lambda: 0.0)

    assert timedelta(0) <= database_now() - before < timedelta(seconds=5)
