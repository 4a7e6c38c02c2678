"""Which background jobs run when, on which queue? Next file to read: arena/tasks.py.

The broker is a doorbell: every job is found again by a sweep of the database, so a lost message costs seconds only.
Messages are therefore not acknowledged: a worker whose acknowledgement failed because Redis hung for some seconds would
wait for a free place among its messages for ever, and a job that kills its worker would be delivered again at once.
"""

import os

from celery import Celery
from kombu import Exchange, Queue
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SEQUENCE_EVERY_S = 5
PUBLISH_CHECK_EVERY_S = 5
BATTLE_SWEEP_EVERY_S = 10
LABEL_EVERY_S = 20
JUDGE_EVERY_S = 20
HEARTBEAT_EVERY_S = 20
ALARMS_EVERY_S = 60
HOUSEKEEPING_EVERY_S = 24 * 60 * 60

TRANSPORT_ALIASES["files"] = "config.file_broker:Transport"
app = Celery("fairground")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["arena"])
app.conf.task_default_queue = "quick"
app.conf.task_queues = [Queue(name, Exchange(name), routing_key=name, no_ack=True) for name in ("quick", "fits")]
app.conf.task_routes = {"arena.tasks.publish*": {"queue": "fits"}}
TIMETABLE = {
    "sequence": {"task": "arena.tasks.sequence_all", "schedule": SEQUENCE_EVERY_S},
    "publish": {"task": "arena.tasks.publish_due", "schedule": PUBLISH_CHECK_EVERY_S},
    "slices": {"task": "arena.tasks.publish_slices_due", "schedule": PUBLISH_CHECK_EVERY_S},
    "labels": {"task": "arena.tasks.label_prompts", "schedule": LABEL_EVERY_S},
    "judges": {"task": "arena.tasks.judge_battles", "schedule": JUDGE_EVERY_S},
    "heartbeat": {"task": "arena.tasks.note_worker", "schedule": HEARTBEAT_EVERY_S},
    "battles": {"task": "arena.tasks.sweep_battles", "schedule": BATTLE_SWEEP_EVERY_S},
    "alarms": {"task": "arena.tasks.watch_alarms", "schedule": ALARMS_EVERY_S},
    "housekeeping": {"task": "arena.tasks.clear_old_sessions", "schedule": HOUSEKEEPING_EVERY_S},
}
# A bell that nobody heard before the next one is not worth answering.
app.conf.beat_schedule = {
    name: entry | {"options": {"expires": entry["schedule"]}} for name, entry in TIMETABLE.items()
}
