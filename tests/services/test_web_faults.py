"""What if a web process is killed while people vote, or while both sides write? (F01, F04)"""

from uuid import UUID

import httpx2
import pytest

from tests.services.balance import assert_books_balance
from tests.services.client import Client, Crowd
from tests.services.programs import wait_until
from tests.services.seed import STORED

pytestmark = [pytest.mark.both_databases, pytest.mark.timeout(300)]
SWEPT_WITHIN_S = 45


@pytest.mark.parametrize("n_kills", [3, pytest.param(30, marks=[pytest.mark.long, pytest.mark.timeout(1200)])])
def test_killed_web_process_loses_no_vote(site, n_kills):
    with Crowd(site.urls) as log:
        for n in range(n_kills):
            log.wait_for(5)
            web = site.webs[n % len(site.webs)]
            web.kill()
            web.start()

    assert log.n_retries > 0
    assert_books_balance(site, log)


def test_vote_is_safe_from_the_commit_on_and_its_lost_answer_is_replayed(site):
    with Client(site.urls[:1]) as client:
        battle = client.start()["id"]
        restart(site, ARENA_FAILPOINT="vote:before_commit")
        with pytest.raises(httpx2.TransportError):
            client.vote_once(battle, "tie")
        before_commit = site.books.votes(STORED).get(UUID(battle))
        restart(site, ARENA_FAILPOINT="vote:after_commit")
        with pytest.raises(httpx2.TransportError):
            client.vote_once(battle, "tie")
        after_commit = site.books.votes(STORED)[UUID(battle)]
        restart(site)

        first, second = client.vote(battle, "tie"), client.vote(battle, "tie")

    assert (before_commit, [vote.outcome for vote in after_commit]) == (None, ["tie"])
    assert (first.status_code, first.headers["Idempotent-Replay"]) == (200, "true")
    assert first.json() == second.json()
    assert_books_balance(site, client.log)


def test_battle_whose_web_process_died_is_void_and_a_new_one_is_offered(site):
    with Client(site.urls[:1]) as client:
        lost = client.start("demo")["id"]
        site.webs[0].kill()
        left_in = site.books.state_of(UUID(lost))[0]
        site.webs[0].start()
        site.wait_until_open(site.urls[0])
        site.books.age(UUID(lost))  # a real one is given up after HEARTBEAT_LIMIT_S

        wait_until(lambda: site.books.state_of(UUID(lost)) == ("void", "lost"), SWEPT_WITHIN_S, "the sweep voids it")
        seen = client.battle(lost)
        refused = client.vote(lost, "a")
        new = client.start("demo")

    assert left_in in ("drawn", "answering")
    assert (seen["state"], seen["void_reason"]) == ("void", "lost")
    assert (refused.status_code, refused.json()["code"]) == (410, "void")
    assert new["state"] in ("drawn", "answering", "ready")


def test_web_process_that_is_told_to_end_says_so_of_its_battles(site):
    with Client(site.urls[:1]) as client:
        lost = client.start("demo")["id"]

        site.webs[0].stop()

    assert site.books.state_of(UUID(lost)) == ("void", "lost")


def restart(site, **more):
    site.webs[0].kill()
    site.webs[0].start(**more)
    site.wait_until_open(site.urls[0])
