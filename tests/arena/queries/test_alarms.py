"""Does each thing that goes wrong ring, and does it fall silent when it is over?"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from arena.domain.metadata import EntryStatus
from arena.models import Arena, Battle, Endpoint, Heartbeat, Judge, SpendingCap, SpendingTotal
from arena.queries import alarms
from arena.queries.alarms import current_alarms
from arena.queries.clock import database_now
from arena.services.endpoints import accept_model, note_reported_model
from arena.services.heartbeats import note_heartbeat
from arena.services.judging import save_judge
from arena.services.leaderboards import publish_arena
from arena.services.ledger import sequence_arena
from arena.services.versions import new_version
from tests.factories import SLUGS, enter, make_arena, make_battle, make_stored_arena, make_vote

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


def test_check_without_its_key_rings(settings):
    arena = make_arena(moderation="endpoint", moderation_base_url="https://m.example/v1")
    assert ringing() == []

    Arena.objects.update(moderation_key_name="ARENA_KEY_NOWHERE")
    (alarm,) = current_alarms()

    assert (alarm.name, alarm.about) == ("key-missing", "check:text")
    assert alarm.sentence == "Text holds everything back: ARENA_KEY_NOWHERE, for its check, is not set."
    assert alarm.link.endswith(f"/arena/{arena.pk}/change/")
    Arena.objects.update(moderation="words")
    assert ringing() == []


def failed_check(arena, minutes_ago):
    battle = make_battle(arena, *SLUGS[:2], state="void", void_reason="moderated")
    battle.responses.update(error="the prompt: the check failed: no answer", error_kind="moderation")
    Battle.objects.filter(pk=battle.pk).update(created_at=database_now() - timedelta(minutes=minutes_ago))
    return battle


def test_failing_check_rings_until_something_passes_or_an_hour_has_gone():
    arena = make_arena(moderation="endpoint", moderation_base_url="https://m.example/v1")
    failed_check(arena, minutes_ago=61)
    assert ringing() == []

    failed_check(arena, minutes_ago=5)
    (alarm,) = current_alarms()

    assert (alarm.name, alarm.about) == ("check-failing", "text")
    assert alarm.sentence == "Text holds everything back, because its check fails: no answer."
    make_battle(arena, *SLUGS[:2], is_live=True)
    assert ringing() == []


def test_what_a_check_objects_to_is_no_alarm():
    arena = make_arena(moderation="endpoint", moderation_base_url="https://m.example/v1")
    failed_check(arena, minutes_ago=5).responses.update(error="the prompt: flagged by the endpoint")

    assert ringing() == []


def test_failing_judge_rings_and_one_without_its_key():
    arena = make_arena()
    judge = Judge(arena=arena, name="Jury", base_url="https://judges.example/v1", model_name="j", is_enabled=True)
    save_judge(judge=judge)
    Judge.objects.update(n_failures=2, last_error="no answer")
    assert ringing() == []

    Judge.objects.update(n_failures=3)
    (alarm,) = current_alarms()

    assert (alarm.name, alarm.about) == ("judge-failing", "text:Jury")
    assert alarm.sentence == "The judge Jury of Text fails: no answer."
    Judge.objects.update(key_name="ARENA_KEY_NOWHERE")
    assert ringing() == [("key-missing", "judge:text:Jury")]
    Judge.objects.update(is_enabled=False)
    assert ringing() == []


def test_model_that_became_another_rings_until_it_has_a_version_or_an_operator_knows_it():
    contestant = enter(make_arena(), SLUGS[0], name="Quillon")
    Endpoint.objects.create(contestant=contestant, provider="openai", base_url="https://m.example/v1")
    for name in ("quillon-05", "quillon-11"):
        note_reported_model(contestant_id=contestant.pk, name=name)

    (alarm,) = current_alarms()

    assert (alarm.name, alarm.about, alarm.since) == (
        "model-changed",
        SLUGS[0],
        Endpoint.objects.get().model_changed_at,
    )
    assert alarm.sentence.startswith("Quillon reports that it is quillon-11, and was quillon-05 before. Make a new ver")
    assert alarm.link.endswith(f"/endpoint/?q={SLUGS[0]}")
    with transaction.atomic():
        new_version(contestant_id=contestant.pk, slug="quillon-2", name="Quillon 2", version="11", by="ada")
        assert ringing() == []
        transaction.set_rollback(True)
    assert ringing() == [("model-changed", SLUGS[0])]
    accept_model(contestant_id=contestant.pk)
    assert ringing() == []


def test_keys_file_that_cannot_be_read_rings(settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys"
    settings.KEYS_FILE.write_bytes(b"ARENA_KEY_A=1\nARENA_KEY_B=canary\xfc\n")

    (alarm,) = current_alarms()

    assert (alarm.name, alarm.about) == ("keys-unreadable", "keys file")
    assert alarm.sentence == (
        "The keys file has lines that cannot be read: 2. Keys that were read before stay in use until it is repaired."
    )
    settings.KEYS_FILE.write_text("ARENA_KEY_A=1\n")
    assert ringing() == []


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
