"""What do the workers do? Ids in, one service call, nothing else. Next file to read: config/celery.py, the timetable.

Every job may run twice, late, or at the same time as itself; none is needed for a vote to be safe.
"""

import numpy as np
from celery import shared_task
from django.core.management import call_command

from arena.jobs import LABEL_PROMPTS, NOTE_WORKER, PUBLISH, PUBLISH_SLICE, SEQUENCE, SWEEP_BATTLES, WATCH_ALARMS
from arena.models.operations import WORKER
from arena.services.alarms import watch_alarms as watch
from arena.services.battles import sweep_battles as sweep
from arena.services.heartbeats import note_heartbeat
from arena.services.judging import judge_battles as judge
from arena.services.labels import label_prompts as label
from arena.services.leaderboards import publish_arena, publish_due
from arena.services.ledger import sequence_arena, sequence_pending
from arena.services.slices import fit_requested_slice
from arena.services.standard_slices import sweep_slices


@shared_task(name=SEQUENCE)
def sequence(arena_id: int) -> None:
    sequence_arena(arena_id=arena_id)


@shared_task(name="arena.tasks.sequence_all")
def sequence_all() -> None:
    sequence_pending()


@shared_task(name=PUBLISH)
def publish(arena_id: int) -> None:
    publish_arena(arena_id=arena_id)


@shared_task(name="arena.tasks.publish_due")
def publish_all_due() -> None:
    publish_due()


@shared_task(name=PUBLISH_SLICE)
def publish_slice(request_id: int) -> None:
    fit_requested_slice(request_id=request_id)


@shared_task(name="arena.tasks.publish_slices_due")
def publish_slices_due() -> None:
    sweep_slices()


@shared_task(name=LABEL_PROMPTS)
def label_prompts() -> None:
    label()


@shared_task(name="arena.tasks.judge_battles")
def judge_battles() -> None:
    judge(rng=np.random.default_rng())


@shared_task(name=NOTE_WORKER)
def note_worker() -> None:
    note_heartbeat(name=WORKER)


@shared_task(name=SWEEP_BATTLES)
def sweep_battles() -> None:
    sweep()


@shared_task(name=WATCH_ALARMS)
def watch_alarms() -> None:
    watch()


@shared_task(name="arena.tasks.clear_old_sessions")
def clear_old_sessions() -> None:
    call_command("clearsessions")
