"""Does `alarms` say what is wrong by its exit code and one line each?"""

import pytest
from django.core import mail
from django.core.management import call_command

from arena.services.heartbeats import note_heartbeat

pytestmark = pytest.mark.django_db


def test_nothing_is_wrong(capsys):
    note_heartbeat(name="worker")

    call_command("alarms")

    assert capsys.readouterr().out == "Nothing is wrong.\n"


def test_silent_worker_is_told_by_who_still_lives(capsys, settings):
    settings.ALARM_EMAILS = ("night@arena.example",)

    with pytest.raises(SystemExit) as ended:
        call_command("alarms", send=True)

    assert (ended.value.code, len(mail.outbox)) == (1, 1)
    assert capsys.readouterr().out == (
        "worker-silent  No worker was heard yet: votes are safe and wait, boards stay as they are.\n"
    )
