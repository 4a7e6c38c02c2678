"""What if the database goes away, or is locked, while people vote? (F10, F15; the long matrix)"""

import sqlite3
import time
from contextlib import closing

import pytest

from tests.services.balance import assert_books_balance
from tests.services.client import Crowd

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
LOCKED_S = 6


@pytest.mark.postgresql
@pytest.mark.parametrize("end", ["restart", "kill"])
def test_postgresql_that_ends_loses_no_acknowledged_vote(site, end):
    with Crowd(site.urls) as log:
        for _ in range(3):
            log.wait_for(10)
            getattr(site.postgresql, end)()
            if end == "kill":
                site.postgresql.start()

    assert log.n_retries > 0
    assert_books_balance(site, log)


def test_locked_sqlite_loses_no_acknowledged_vote(site):
    with Crowd(site.urls) as log:
        log.wait_for(5)
        with closing(sqlite3.connect(site.sqlite_path, timeout=20, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(LOCKED_S)
            connection.execute("ROLLBACK")
        log.wait_for(10)

    assert_books_balance(site, log)
