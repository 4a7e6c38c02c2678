"""What if a worker is killed in the middle of its work, or there are too many of them? (F02, F03, F08, F21)"""

import pytest

from arena.failpoints import KILLED
from tests.services.balance import assert_books_balance
from tests.services.client import Client, Crowd
from tests.services.programs import wait_until
from tests.services.seed import STORED

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(300)]
DIES_WITHIN_S = 40
PUBLISHED_WITHIN_S = 45
DELIVER_EIGHT_TIMES = f"""
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from celery import current_app
from arena.jobs import PUBLISH, SEQUENCE
from arena.queries.catalog import arena_by_slug
from arena.tasks import publish, sequence

arena_id = arena_by_slug({STORED!r}).pk
for job in [SEQUENCE, PUBLISH] * 4:
    current_app.send_task(job, args=[arena_id])
with ThreadPoolExecutor(8) as pool:
    list(pool.map(lambda job: job(arena_id), [sequence, publish] * 4))
"""


@pytest.mark.parametrize("n_kills", [2, pytest.param(20, marks=[pytest.mark.long, pytest.mark.timeout(1200)])])
def test_killed_worker_counts_no_vote_twice(site, n_kills):
    with Crowd(site.urls) as log:
        for n in range(n_kills):
            log.wait_for(5 + n % 7)
            site.worker.kill()
            site.worker.start()

    assert_books_balance(site, log)


def test_sequencer_killed_halfway_leaves_nothing_behind(site):
    log = vote_without_worker(site, 3)
    before = site.books.heads(), site.books.n_pending()

    for failpoint in ("seq:before_insert", "seq:after_insert", "seq:before_commit"):
        code, _ = site.command("publish", "--arena", STORED, ARENA_FAILPOINT=failpoint)
        after = site.books.heads(), site.books.n_pending()

        assert (failpoint, code, after) == (failpoint, KILLED, before)
    site.heal()

    assert_books_balance(site, log)


def test_worker_that_dies_at_each_delivery_leaves_the_work_to_a_sound_one(site):
    log = vote_without_worker(site, 3)
    before = site.books.heads(), site.books.n_pending()

    dying = site.add_worker(ARENA_FAILPOINT="seq:before_commit")
    wait_until(lambda: "exitcode 9" in dying.log or "WorkerLost" in dying.log, DIES_WITHIN_S, "the worker's child dies")
    after = site.books.heads(), site.books.n_pending()
    site.heal()

    assert after == before
    assert_books_balance(site, log)


def test_publisher_killed_halfway_publishes_nothing_then_once(site):
    log = vote_without_worker(site, 2)
    before = site.books.snapshots(STORED)

    for failpoint in ("publish:after_fit", "publish:before_pointer"):
        code, _ = site.command("publish", "--arena", STORED, ARENA_FAILPOINT=failpoint)

        assert (failpoint, code, site.books.snapshots(STORED)) == (failpoint, KILLED, before)
    site.heal()

    assert_books_balance(site, log)
    assert_board_is_current(site)


def test_job_delivered_eight_times_has_one_effect(site):
    log = vote_without_worker(site, 4)
    site.heal()

    first = site.run("-c", DELIVER_EIGHT_TIMES)
    assert_books_balance(site, log)
    assert_board_is_current(site)
    before = site.books.heads(), site.books.snapshots(STORED)
    second = site.run("-c", DELIVER_EIGHT_TIMES)
    after = site.books.heads(), site.books.snapshots(STORED)

    # Of a few random battles one model may have more than its share, which is a warning and right.
    said = [line for done in (first, second) for line in done.stderr.splitlines() if "above its cap" not in line]
    assert ([done.returncode for done in (first, second)], said) == ([0, 0], [])
    assert after == before


def test_two_workers_and_two_beats_count_each_vote_once(site):
    site.add_worker()
    if site.is_production:
        site.add_beat()

    with Crowd(site.urls) as log:
        log.wait_for(30)

    assert_books_balance(site, log)
    assert_board_is_current(site)


def vote_without_worker(site, n_votes):
    """Votes that wait in the outbox."""
    site.worker.kill()
    with Client(site.urls) as client:
        for n in range(n_votes):
            client.vote(client.start()["id"], ("a", "b", "tie", "both_bad")[n % 4])
    return client.log


def assert_board_is_current(site):
    """The newest snapshot stands on the whole ledger and is the current one; none was published twice."""
    [size] = [size for arena_id, size, _ in site.books.heads() if arena_id == site.books.arena_id(STORED)]
    wait_until(
        lambda: [snapshot[1] for snapshot in site.books.snapshots(STORED)][-1:] == [size],
        PUBLISHED_WITHIN_S,
        "the board stands on the whole ledger",
    )
    snapshots = site.books.snapshots(STORED)
    sizes = [ledger_size for _, ledger_size, _, _ in snapshots]
    assert sizes == sorted(set(sizes))
    assert [is_current for _, _, _, is_current in snapshots] == [0] * (len(snapshots) - 1) + [1]
    assert all(n_rows for _, _, n_rows, _ in snapshots)
