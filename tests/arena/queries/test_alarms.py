"""Does each thing that goes wrong ring, and does it fall silent when it is over?"""

from datetime import timedelta
from decimal import Decimal

import pytest

from arena.domain.metadata import EntryStatus
from arena.models import Arena, Endpoint, Heartbeat, SpendingCap, SpendingTotal
from arena.queries import alarms
from arena.queries.alarms import current_alarms
from arena.queries.clock import database_now
from arena.services.heartbeats import note_heartbeat
from arena.services.leaderboards import publish_arena
from arena.services.ledger import sequence_arena
from tests.factories import SLUGS, enter, make_arena, make_stored_arena, make_vote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _worker():
    note_heartbeat(name="worker")
    alarms._shares_of.cache_clear()


def ringing():
    return [(alarm.name, alarm.about) for alarm in current_alarms()]


def test_nothing_rings_while_all_is_well():
    arena = make_stored_arena()
    make_vote(arena, *SLUGS[:2], "a")
    publish_arena(arena_id=arena.pk)

    assert ringing() == []


def test_silent_worker_rings():
    seen = database_now() - timedelta(minutes=3)
    Heartbeat.objects.update(seen_at=seen)

    (alarm,) = current_alarms()

    assert (alarm.name, alarm.since) == ("worker-silent", seen)
    assert alarm.sentence.startswith(f"No worker was heard since {seen:%H:%M} UTC")


def test_votes_that_wait_ring(monkeypatch):
    arena = make_arena()
    make_vote(arena, *SLUGS[:2], "a")
    assert ringing() == []

    monkeypatch.setattr(alarms, "VOTES_WAIT", timedelta(0))
    assert ringing() == [("votes-waiting", "ledger")]
    sequence_arena(arena_id=arena.pk)
    assert ringing() == []


def test_board_that_never_came_rings(monkeypatch):
    arena = make_arena()
    make_vote(arena, *SLUGS[:2], "a")
    sequence_arena(arena_id=arena.pk)
    make_arena("empty")
    assert ringing() == []

    monkeypatch.setattr(alarms, "SNAPSHOT_LATE", timedelta(hours=-2))
    (alarm,) = current_alarms()
    assert (alarm.name, alarm.about) == ("snapshot-late", "text")
    assert alarm.sentence.startswith("Text has no board yet; the first vote came at ")


def test_late_board_rings_only_where_votes_have_come(monkeypatch):
    arena = make_stored_arena()
    make_vote(arena, *SLUGS[:2], "a")
    publish_arena(arena_id=arena.pk)
    Arena.objects.update(publish_every_s=1)
    monkeypatch.setattr(alarms, "SNAPSHOT_LATE", timedelta(seconds=-2))
    assert ringing() == []

    make_vote(arena, *SLUGS[:2], "b")
    sequence_arena(arena_id=arena.pk)

    assert ringing() == [("snapshot-late", "text")]


def test_open_breaker_and_missing_key_ring_for_models_that_compete():
    arena = make_arena()
    for slug, status in ((SLUGS[0], "active"), (SLUGS[1], "active"), (SLUGS[2], "draft")):
        contestant = enter(arena, slug, EntryStatus(status))
        Endpoint.objects.create(contestant=contestant, provider="openai", base_url="http://m.example", key_name="")
    Endpoint.objects.exclude(contestant__slug=SLUGS[1]).update(paused_at=database_now(), last_error="no")
    Endpoint.objects.filter(contestant__slug=SLUGS[1]).update(key_name="ARENA_KEY_NOWHERE")

    assert sorted(ringing()) == [("breaker-open", SLUGS[0]), ("key-missing", SLUGS[1])]


def test_spending_near_a_cap_rings():
    now = database_now()
    SpendingCap.objects.create(scope="day", limit_usd=Decimal(10))
    SpendingTotal.objects.create(
        key=f"day/{now:%Y-%m-%d}", scope="day", begins=now.date(), spent_nano=7_000_000_000, reserved_nano=500_000_000
    )
    assert ringing() == []

    SpendingTotal.objects.update(spent_nano=7_600_000_000)

    (alarm,) = current_alarms()
    assert (alarm.name, alarm.about) == ("spend-near-cap", "day:The whole site")
    assert alarm.sentence == "The whole site has used 8.10 of 10.00 USD today."


def test_share_above_its_cap_rings(monkeypatch):
    arena = make_stored_arena(share_caps={"organisation": 0.01})
    monkeypatch.setattr("arena.queries.shares.ALARM_CHANCE", 1.1)
    make_vote(arena, *SLUGS[:2], "a")

    assert ("share-above-cap", "text:organisation:unknown") in ringing()
