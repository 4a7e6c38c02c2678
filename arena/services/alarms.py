"""Who is told when something goes wrong, and when it is over? Once each, and once a day while it lasts.

    queries.alarms -> notices (what is wrong) -> messages (an outbox) -> e-mail, webhook

A message that cannot be sent waits and is tried again; one whose sender died between sending and noting it is sent
twice, never not at all. Next files to read: queries/alarms.py, providers/webhooks.py.
"""

import logging
import smtplib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from arena.domain.alarms import ENDS_AFTER, MAX_TRIES, REPEAT_AFTER, SEEN_EVERY, AlarmEvent, Channel, retry_after
from arena.models import AlarmMessage, AlarmNotice
from arena.providers.base import ProviderError
from arena.providers.webhooks import post_signed
from arena.queries.alarm_messages import configured_channels
from arena.queries.alarms import Alarm, current_alarms
from arena.queries.clock import database_now

WEBHOOK_KEY = "ARENA_KEY_ALARM_WEBHOOK"
KEPT_FOR = timedelta(days=90)
FIELD_LENGTHS = {name: AlarmNotice._meta.get_field(name).max_length for name in ("about", "sentence", "link")}

log = logging.getLogger(__name__)


def watch_alarms() -> list[Alarm]:
    """Look once, and tell what is new. What is wrong now."""
    alarms = current_alarms()
    now = database_now()
    channels = configured_channels()
    _note(alarms, channels, now)
    for channel in channels:
        _send_due(channel, now)
    AlarmNotice.objects.filter(ended_at__lt=now - KEPT_FOR).delete()
    return alarms


def _note(alarms: Sequence[Alarm], channels: Sequence[Channel], now: datetime) -> None:
    for alarm in alarms:
        with transaction.atomic():
            _note_one(alarm, channels, now)
    for notice in AlarmNotice.objects.filter(ended_at=None, seen_at__lt=now - ENDS_AFTER):
        with transaction.atomic():
            if AlarmNotice.objects.filter(pk=notice.pk, ended_at=None).update(ended_at=now):
                _write(notice, AlarmEvent.ENDED, channels, now)


def _note_one(alarm: Alarm, channels: Sequence[Channel], now: datetime) -> None:
    said = {name: getattr(alarm, name)[:length] for name, length in FIELD_LENGTHS.items()}
    about = said.pop("about")
    new = said | {"since": alarm.since, "raised_at": now, "seen_at": now, "told_at": now}
    notice, is_new = AlarmNotice.objects.get_or_create(name=alarm.name, about=about, ended_at=None, defaults=new)
    if is_new:
        _write(notice, AlarmEvent.RAISED, channels, now)
        return
    AlarmNotice.objects.filter(pk=notice.pk, seen_at__lte=now - SEEN_EVERY).update(seen_at=now, **said)
    # Of several workers that look at once one goes on.
    long_ago = AlarmNotice.objects.filter(pk=notice.pk, told_at=notice.told_at, told_at__lte=now - REPEAT_AFTER)
    if long_ago.update(told_at=now):
        _write(notice, AlarmEvent.REPEATED, channels, now)


def _write(notice: AlarmNotice, event: AlarmEvent, channels: Sequence[Channel], now: datetime) -> None:
    AlarmMessage.objects.bulk_create(
        AlarmMessage(notice=notice, channel=channel, event=event, created_at=now, next_try_at=now)
        for channel in channels
    )


def _send_due(channel: Channel, now: datetime) -> None:
    """All that is due in one message: a bad night fills no mailbox."""
    due = AlarmMessage.objects.filter(channel=channel, sent_at=None, next_try_at__lte=now, n_tries__lt=MAX_TRIES)
    messages = [message for message in due.select_related("notice").order_by("id") if _claim(message, now)]
    if not messages:
        return
    ours = AlarmMessage.objects.filter(pk__in=[message.pk for message in messages])
    try:
        SENDERS[channel](messages, now)
    except (ProviderError, smtplib.SMTPException, OSError) as error:
        # What a mail server says may quote the login; its kind of error is enough.
        failure = str(error) if isinstance(error, ProviderError) else f"{type(error).__name__} of the mail server"
        log.warning("alarms cannot be sent by %s: %s", channel.label, failure)
        ours.update(failure=failure[:200])
    else:
        ours.update(sent_at=now, failure="")


def _claim(message: AlarmMessage, now: datetime) -> bool:
    """Whether this try is ours; of several workers one gets it."""
    n_tries = message.n_tries + 1
    claimed = AlarmMessage.objects.filter(pk=message.pk, n_tries=message.n_tries, sent_at=None)
    return claimed.update(n_tries=n_tries, next_try_at=now + retry_after(n_tries)) == 1


def _send_email(messages: Sequence[AlarmMessage], now: datetime) -> None:
    first = messages[0]
    more = f" (and {len(messages) - 1} more)" if len(messages) > 1 else ""
    subject = f"[Fairground] {AlarmEvent(first.event).label}: {first.notice.name} {first.notice.about}{more}"
    EmailMessage(
        subject=" ".join(subject.split()),
        body="\n\n".join(map(_paragraph, messages)) + "\n",
        to=list(settings.ALARM_EMAILS),
    ).send()


def _paragraph(message: AlarmMessage) -> str:
    notice = message.notice
    since = f" Since {notice.since:%d %b %H:%M} UTC." if notice.since and not notice.ended_at else ""
    label = AlarmEvent(message.event).label.capitalize()
    return f"{label}: {notice.sentence}{since}\n{_address(notice)}"


def _send_webhook(messages: Sequence[AlarmMessage], now: datetime) -> None:
    body = {"site": settings.PUBLIC_URL, "alarms": [_as_json(message) for message in messages]}
    post_signed(url=settings.ALARM_WEBHOOK, key_name=WEBHOOK_KEY, body=body, now=now)


def _as_json(message: AlarmMessage) -> Mapping[str, str | None]:
    notice = message.notice
    return {
        "event": message.event,
        "name": notice.name,
        "about": notice.about,
        "sentence": notice.sentence,
        "since": notice.since and notice.since.isoformat(),
        "link": _address(notice),
    }


def _address(notice: AlarmNotice) -> str:
    return f"{settings.PUBLIC_URL}{notice.link}"


SENDERS: Mapping[Channel, Callable[[Sequence[AlarmMessage], datetime], None]] = {
    Channel.EMAIL: _send_email,
    Channel.WEBHOOK: _send_webhook,
}
