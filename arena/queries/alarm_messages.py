"""By which ways are alarms told, and do they arrive? Next files to read: alarms.py, services/alarms.py."""

from django.conf import settings
from django.db.models import Max

from arena.domain.alarms import Channel
from arena.models import AlarmMessage


def configured_channels() -> list[Channel]:
    """Those that the environment names."""
    wanted = {Channel.EMAIL: settings.ALARM_EMAILS, Channel.WEBHOOK: settings.ALARM_WEBHOOK}
    return [channel for channel in Channel if wanted[channel]]


def failing_since(channel: Channel) -> AlarmMessage | None:
    """The first message that failed after the last that was sent; None where the last one arrived."""
    messages = AlarmMessage.objects.filter(channel=channel)
    last_sent = messages.aggregate(last=Max("sent_at"))["last"]
    failed = messages.filter(sent_at=None).exclude(failure="")
    if last_sent is not None:
        failed = failed.filter(next_try_at__gt=last_sent)
    return failed.order_by("id").first()
