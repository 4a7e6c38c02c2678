"""What if the broker is killed, hangs, forgets, or is away exactly when somebody votes? (F05, F06, F07, F09)"""

import signal

import pytest

from tests.services.balance import assert_books_balance
from tests.services.client import Client, Crowd
from tests.services.programs import wait_until

pytestmark = pytest.mark.timeout(300)
LONGEST_VOTE_S = 1.5
SEQUENCED_WITHIN_S = 60


@pytest.mark.postgresql
def test_killed_redis_stops_no_vote(site):
    with Crowd(site.urls) as log:
        log.wait_for(5)
        site.valkey.kill()
        log.wait_for(15)
        site.valkey.start()
        log.wait_for(5)

    assert log.n_retries == 0
    assert_books_balance(site, log)


@pytest.mark.postgresql
def test_redis_that_hangs_keeps_no_voter_waiting(site):
    with Crowd(site.urls, n_clients=2) as log:
        log.wait_for(5)
        log.votes.clear()
        site.valkey.process.send_signal(signal.SIGSTOP)
        try:
            log.wait_for(40)
        finally:
            site.valkey.process.send_signal(signal.SIGCONT)
        slowest = log.latency_s(0.99)

    assert (log.n_retries, slowest <= LONGEST_VOTE_S) == (0, True), f"slowest vote: {slowest:.2f} s"
    assert_books_balance(site, log)


@pytest.mark.postgresql
def test_redis_that_forgets_everything_loses_no_vote(site):
    with Crowd(site.urls) as log:
        for _ in range(3):
            log.wait_for(5)
            site.valkey.restart()  # nothing is kept: every message is lost

    assert_books_balance(site, log)


@pytest.mark.both_databases
def test_vote_without_a_broker_is_taken_and_sequenced_later(site):
    with Client(site.urls) as client:
        battle = client.start()["id"]
        close_broker(site)
        answer = client.vote(battle, "b")
        n_pending = site.books.n_pending()
        open_broker(site)

    assert (answer.status_code, n_pending) == (201, 1)
    assert client.log.latency_s(1) <= LONGEST_VOTE_S
    wait_until(lambda: site.books.n_pending() == 0, SEQUENCED_WITHIN_S, "the sweep finds the vote")
    assert_books_balance(site, client.log)


def close_broker(site):
    if site.is_production:
        site.valkey.kill()
    else:
        site.worker.kill()
        (site.directory / "broker").rename(site.directory / "away")


def open_broker(site):
    if site.is_production:
        site.valkey.start()
    else:
        (site.directory / "away").rename(site.directory / "broker")
        site.worker.start()
