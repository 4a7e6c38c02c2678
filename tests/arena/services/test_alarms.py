"""Is each alarm told once, again after a day, and once when it is over, by every way, and is a failure seen?"""

import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core import mail
from django.db.models import F

from arena.models import AlarmMessage, AlarmNotice
from arena.providers.webhooks import signature
from arena.queries.alarms import Alarm, current_alarms
from arena.queries.clock import database_now
from arena.services import alarms
from arena.services.alarms import watch_alarms
from arena.services.heartbeats import note_heartbeat
from tests.servers import LOOPBACK, free_port

KEY = "canary-of-the-webhook"
ALARM = Alarm("breaker-open", "ada-1", None, "Ada is paused, its endpoint fails.", "/admin/arena/endpoint/1/change/")
OTHER = replace(ALARM, about="bob-2", sentence="Bob is paused, its endpoint fails.")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ringing(monkeypatch, settings):
    """The alarms that ring, to change."""
    settings.PUBLIC_URL = "https://arena.example"
    settings.PROVIDER_KEYS = {"ARENA_KEY_ALARM_WEBHOOK": KEY}
    settings.ALARM_EMAILS, settings.ALARM_WEBHOOK = ("night@arena.example",), ""
    found = [ALARM]
    monkeypatch.setattr(alarms, "current_alarms", lambda: list(found))
    return found


@contextmanager
def receiver(status=200, location=""):
    """A server that keeps what it is told, as (headers, body), and answers with this status."""
    told = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Type", "text/plain")
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args):
            pass

    with HTTPServer((LOOPBACK, 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}/hook", told
        finally:
            server.shutdown()
            thread.join()


def later(**time):
    """Let so much time pass for all that is kept."""
    by = timedelta(**time)
    AlarmNotice.objects.update(seen_at=F("seen_at") - by, told_at=F("told_at") - by)
    AlarmMessage.objects.update(next_try_at=F("next_try_at") - by)
    AlarmMessage.objects.filter(sent_at__isnull=False).update(sent_at=F("sent_at") - by)


def subjects():
    return [message.subject for message in mail.outbox]


def test_alarm_is_told_once_again_after_a_day_and_when_it_is_over(ringing):
    watch_alarms()
    watch_alarms()
    later(hours=23)
    watch_alarms()
    assert subjects() == ["[Fairground] wrong: breaker-open ada-1"]

    later(hours=2)
    watch_alarms()
    watch_alarms()
    assert subjects()[1:] == ["[Fairground] still wrong: breaker-open ada-1"]

    ringing.clear()
    watch_alarms()
    later(minutes=6)
    watch_alarms()
    watch_alarms()
    assert subjects()[2:] == ["[Fairground] over: breaker-open ada-1"]
    assert (mail.outbox[0].to, mail.outbox[0].body) == (
        ["night@arena.example"],
        "Wrong: Ada is paused, its endpoint fails.\nhttps://arena.example/admin/arena/endpoint/1/change/\n",
    )


def test_alarm_that_comes_and_goes_is_one(ringing):
    watch_alarms()
    ringing.clear()
    later(minutes=2)
    watch_alarms()
    ringing.append(ALARM)
    watch_alarms()

    assert (subjects(), AlarmNotice.objects.count()) == (["[Fairground] wrong: breaker-open ada-1"], 1)


def test_many_alarms_are_one_message(ringing):
    ringing.append(OTHER)

    watch_alarms()

    assert subjects() == ["[Fairground] wrong: breaker-open ada-1 (and 1 more)"]
    assert "Bob is paused" in mail.outbox[0].body


def test_webhook_is_signed_and_holds_no_key(settings):
    with receiver() as (url, told):
        settings.ALARM_WEBHOOK, settings.EGRESS_ALLOW = url, (LOOPBACK,)
        watch_alarms()

    ((headers, body),) = told
    assert headers["X-Fairground-Signature"] == signature(KEY, headers["X-Fairground-Timestamp"], body)
    assert json.loads(body) == {
        "site": "https://arena.example",
        "alarms": [
            {
                "event": "raised",
                "name": "breaker-open",
                "about": "ada-1",
                "sentence": "Ada is paused, its endpoint fails.",
                "since": None,
                "link": "https://arena.example/admin/arena/endpoint/1/change/",
            }
        ],
    }
    assert KEY not in body.decode() + str(headers)


def test_what_fails_is_tried_again_and_rings_itself(settings, caplog):
    settings.ALARM_EMAILS = ()
    with receiver(status=500) as (url, told):
        settings.ALARM_WEBHOOK, settings.EGRESS_ALLOW = url, (LOOPBACK,)
        watch_alarms()
        watch_alarms()
    assert (len(told), caplog.messages) == (1, ["alarms cannot be sent by webhook: answered with status 500"])
    note_heartbeat(name="worker")
    assert [alarm.sentence for alarm in current_alarms()] == [
        "Alarms cannot be sent by webhook: answered with status 500."
    ]

    with receiver() as (url, told):
        settings.ALARM_WEBHOOK = url
        later(minutes=2)
        watch_alarms()
    assert (len(told), current_alarms()) == (1, [])


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("https://10.0.0.1/hook", "not reachable (ForbiddenAddress)"),
        ("http://hooks.example/", "not reachable (ForbiddenAddress)"),
        (f"http://{LOOPBACK}:1/", "not reachable (ConnectError)"),
        ("no address", "not reachable (ForbiddenAddress)"),
    ],
)
def test_address_that_cannot_be_told(settings, url, failure):
    settings.ALARM_WEBHOOK, settings.EGRESS_ALLOW = url, (LOOPBACK,)

    watch_alarms()

    assert AlarmMessage.objects.get(channel="webhook").failure == failure


def test_redirect_is_not_followed(settings):
    with receiver() as (target, told), receiver(302, target) as (url, _):
        settings.ALARM_WEBHOOK, settings.EGRESS_ALLOW = url, (LOOPBACK,)
        watch_alarms()

    assert (told, AlarmMessage.objects.get(channel="webhook").failure) == ([], "not reachable (UnacceptableAnswer)")


def test_webhook_without_its_key_is_not_sent(settings):
    settings.PROVIDER_KEYS = {}
    with receiver() as (url, told):
        settings.ALARM_WEBHOOK, settings.EGRESS_ALLOW = url, (LOOPBACK,)
        watch_alarms()

    failure = AlarmMessage.objects.get(channel="webhook").failure
    assert (told, failure) == (
        [],
        "ARENA_KEY_ALARM_WEBHOOK is not set, neither in the environment nor in the keys file",
    )


def test_mail_server_that_is_down_says_no_login(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD = LOOPBACK, free_port(), KEY

    watch_alarms()

    assert AlarmMessage.objects.get().failure == "ConnectionRefusedError of the mail server"


def test_nobody_to_tell_is_no_fault(settings):
    settings.ALARM_EMAILS = ()

    watch_alarms()

    assert (AlarmNotice.objects.count(), AlarmMessage.objects.count(), mail.outbox) == (1, 0, [])


def test_old_notices_go(ringing):
    watch_alarms()
    AlarmNotice.objects.update(ended_at=database_now() - timedelta(days=91))
    ringing.clear()

    watch_alarms()

    assert AlarmNotice.objects.count() == 0
