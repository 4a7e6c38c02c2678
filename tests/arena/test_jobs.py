"""Is the doorbell rung after the commit, and is a dead broker only a line in the log?"""

import shutil
import threading
import time

import pytest
from celery import Celery, current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from arena import jobs, tasks
from arena.jobs import PUBLISH, PUBLISH_SLICE, SEQUENCE, SWEEP_BATTLES, Doorbell, enqueue_on_commit
from tests.servers import LOOPBACK, free_port

SHORT = {"socket_timeout": 1, "socket_connect_timeout": 1, "max_retries": 0}
RING_WITHIN_S = 10
LOGGED_AS = [("WARNING", "arena.jobs")]


class Recorder:
    """A broker that writes down what was rung for, and then fails if it is told to."""

    def __init__(self):
        self.rung = []
        self.error = None

    def send_task(self, name, args, **options):
        self.rung.append((name, args, options))
        if self.error:
            raise self.error


@pytest.fixture(autouse=True)
def _own_doorbell(monkeypatch):
    monkeypatch.setattr(jobs, "_bell", Doorbell())


@pytest.fixture
def broker(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(jobs, "current_app", recorder)
    return recorder


def wait_until(is_so):
    deadline = time.monotonic() + RING_WITHIN_S
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert is_so()


def logged(caplog):
    return [(record.levelname, record.name) for record in caplog.records]


def test_names_are_those_of_tasks():
    assert {SEQUENCE, PUBLISH, PUBLISH_SLICE, SWEEP_BATTLES} <= set(current_app.tasks)
    assert tasks.sequence.name == SEQUENCE


@pytest.mark.django_db
def test_bell_rings_after_the_commit_with_ids_only(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_on_commit(SEQUENCE, 7)
        assert jobs._bell.thread is None

    wait_until(lambda: broker.rung)
    assert broker.rung == [(SEQUENCE, (7,), {"retry": False, "ignore_result": True})]


@pytest.mark.django_db(transaction=True)
def test_bell_stays_silent_if_nothing_was_committed(broker):
    with transaction.atomic():
        enqueue_on_commit(SEQUENCE, 7)
        transaction.set_rollback(True)

    assert (jobs._bell.thread, broker.rung) == (None, [])


def test_same_job_that_waits_is_rung_for_once(broker):
    with jobs._bell.is_wanted:
        for args in ((7,), (7,), (8,)):
            jobs._bell.waiting[SEQUENCE, args] = None
    jobs._bell.ring(PUBLISH, (7,))

    wait_until(lambda: len(broker.rung) == 3)
    assert [(name, args) for name, args, _ in broker.rung] == [(SEQUENCE, (7,)), (SEQUENCE, (8,)), (PUBLISH, (7,))]


def test_hanging_broker_keeps_nobody_waiting(monkeypatch):
    entered, released, sent = threading.Event(), threading.Event(), []

    def hang(name, args):
        entered.set()
        released.wait(RING_WITHIN_S)
        sent.append(args)

    monkeypatch.setattr(jobs, "_send", hang)
    began = time.monotonic()
    jobs._bell.ring(SEQUENCE, (7,))
    assert entered.wait(RING_WITHIN_S)
    jobs._bell.ring(SEQUENCE, (8,))

    assert time.monotonic() - began < RING_WITHIN_S / 2
    assert list(jobs._bell.waiting) == [(SEQUENCE, (8,))]
    released.set()
    wait_until(lambda: sent == [(7,), (8,)])


@pytest.mark.parametrize(
    "error",
    [OperationalError("refused"), RedisError("gone"), ConnectionResetError(), TimeoutError(), OSError(28)],
    ids=repr,
)
def test_broker_that_fails_is_a_line_in_the_log_and_the_next_ring_works(broker, error, caplog):
    broker.error = error
    jobs._bell.ring(SEQUENCE, (7,))
    wait_until(lambda: caplog.records)
    broker.error = None
    jobs._bell.ring(SEQUENCE, (8,))

    wait_until(lambda: len(broker.rung) == 2)
    assert logged(caplog) == LOGGED_AS
    assert SEQUENCE in caplog.text


def test_dead_redis_is_a_line_in_the_log(monkeypatch, caplog):
    url = f"redis://{LOOPBACK}:{free_port()}/0"
    dead = Celery(broker=url, broker_transport_options=SHORT, set_as_current=False)
    monkeypatch.setattr(jobs, "current_app", dead)

    jobs._bell.ring(SEQUENCE, (7,))

    wait_until(lambda: caplog.records)
    assert logged(caplog) == LOGGED_AS


def test_folder_of_the_embedded_broker_that_is_gone_is_a_line_in_the_log(monkeypatch, caplog, tmp_path):
    folder = tmp_path / "gone"
    folder.mkdir()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(tmp_path)}
    broken = Celery(broker="filesystem://localhost", broker_transport_options=options, set_as_current=False)
    shutil.rmtree(folder)
    monkeypatch.setattr(jobs, "current_app", broken)

    jobs._bell.ring(SEQUENCE, (7,))

    wait_until(lambda: caplog.records)
    assert logged(caplog) == LOGGED_AS
