"""May every task run twice, and many times at once, as if it had run once?

A task of arena.tasks without a scene here fails the first test.
"""

from datetime import timedelta

import pytest
from celery import current_app
from django.contrib.sessions.models import Session
from django.db import transaction

from arena import tasks
from arena.domain.metadata import VoterKind
from arena.domain.slices import Slice
from arena.jobs import LABEL_PROMPTS, NOTE_WORKER, PUBLISH, PUBLISH_SLICE, SEQUENCE, SWEEP_BATTLES, WATCH_ALARMS
from arena.models import Arena, Judge, SliceRequest
from arena.queries.audit import faults
from arena.queries.clock import database_now
from arena.services.judging import save_judge
from arena.services.leaderboards import publish_arena
from arena.services.slices import ask_for_board
from config.celery import app
from tests.concurrency import at_once, whole_database
from tests.factories import SLUGS, make_battle, make_prompt, make_stored_arena, make_vote, make_voter

AT_ONCE = 4
# What differs between two runs that did the same: numbers of rows, and when.
INCIDENTAL = ("id", "session_key")
INCIDENTAL_ENDINGS = ("_id", "_at")


def votes_that_wait():
    """Two arenas with votes of people and a judge, one of them to be excluded."""
    arena, other = make_stored_arena(), make_stored_arena("other")
    for k, outcome in enumerate(("a", "b", "tie", "both_bad", "a", "b")):
        make_vote(arena, *SLUGS[k % 3 : k % 3 + 2], outcome)
    make_vote(arena, *SLUGS[:2], "a", make_voter(is_flagged=True))
    make_vote(other, *SLUGS[:2], "b", make_voter(VoterKind.JUDGE))
    return (arena.pk,)


def no_arguments(prepare):
    def prepared():
        prepare()
        return ()

    return prepared


def battles_that_ended():
    arena = make_stored_arena()
    now = database_now()
    make_battle(arena, *SLUGS[:2], expires_at=now - timedelta(seconds=1))
    make_battle(arena, *SLUGS[:2], state="answering", heartbeat_at=now - timedelta(minutes=5))
    make_battle(arena, *SLUGS[:2])
    return ()


def nothing():
    return ()


def slice_that_is_wanted():
    arena = make_stored_arena()
    prompt = make_prompt(arena, "de1", language="de")
    for outcome in ("a", "b", "a", "tie"):
        make_vote(arena, *SLUGS[:2], outcome)
        make_vote(arena, *SLUGS[:2], outcome, prompt=prompt)
    publish_arena(arena_id=arena.pk)
    ask_for_board(arena_slug=arena.slug, slice_=Slice(language=("de",)))
    return (SliceRequest.objects.get().pk,)


def sessions_of_long_ago():
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=database_now() + timedelta(days=days))
    return ()


def judge_whose_endpoint_is_forbidden():
    """It fails before a packet leaves, and is then not due."""
    arena = make_stored_arena()
    judge = Judge(
        arena=arena, name="j", base_url="http://169.254.1.1/v1", model_name="j", input_price_usd=0, is_enabled=True
    )
    save_judge(judge=judge)
    make_prompt(arena, "pool")
    make_vote(arena, *SLUGS[:2], "a", prompt=arena.prompts.get(key="pool"))
    return ()


def prompts_without_labels():
    make_prompt(make_stored_arena(), "new", text="Please write a Python function that reverses a list of numbers.")
    return ()


SCENES = {
    SEQUENCE: votes_that_wait,
    "arena.tasks.sequence_all": no_arguments(votes_that_wait),
    PUBLISH: votes_that_wait,
    "arena.tasks.publish_due": no_arguments(votes_that_wait),
    PUBLISH_SLICE: slice_that_is_wanted,
    "arena.tasks.publish_slices_due": no_arguments(slice_that_is_wanted),
    SWEEP_BATTLES: battles_that_ended,
    "arena.tasks.judge_battles": judge_whose_endpoint_is_forbidden,
    NOTE_WORKER: nothing,
    WATCH_ALARMS: nothing,  # a worker that was never heard is an alarm
    LABEL_PROMPTS: prompts_without_labels,
    "arena.tasks.clear_old_sessions": sessions_of_long_ago,
}
of_tasks = pytest.mark.parametrize("name", list(SCENES), ids=lambda name: name.removeprefix("arena.tasks."))


def run(name, arguments):
    current_app.tasks[name](*arguments)


def without_incidentals(database):
    """Each table's rows as a sorted list of what they say."""
    return {
        table: sorted(
            repr({k: v for k, v in row.items() if k not in INCIDENTAL and not k.endswith(INCIDENTAL_ENDINGS)})
            for row in rows
        )
        for table, rows in database.items()
    }


def test_every_task_has_a_scene():
    names = {name for name in current_app.tasks if name.startswith(f"{tasks.__name__}.")}

    assert names == set(SCENES)


def test_timetable_rings_only_for_tasks_that_are_there():
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(SCENES)


@pytest.mark.django_db
@of_tasks
def test_task_does_something(name):
    arguments = SCENES[name]()
    before = whole_database()

    run(name, arguments)

    assert whole_database() != before


@pytest.mark.django_db
@pytest.mark.both_databases
@of_tasks
def test_task_run_twice_is_as_if_run_once(name):
    arguments = SCENES[name]()
    run(name, arguments)
    once = whole_database()

    run(name, arguments)

    assert whole_database() == once


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@of_tasks
def test_task_run_many_times_at_once_is_as_if_run_once(name):
    arguments = SCENES[name]()
    with transaction.atomic():
        run(name, arguments)
        once = without_incidentals(whole_database())
        transaction.set_rollback(True)

    results = at_once(*[lambda: run(name, arguments)] * AT_ONCE)

    assert results == [None] * AT_ONCE
    assert without_incidentals(whole_database()) == once
    assert [fault for arena in Arena.objects.all() for fault in faults(arena)] == []
