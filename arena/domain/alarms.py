"""Words of alarms that are told to people: by which way, and what of it. Next file to read: services/alarms.py."""

from datetime import timedelta

from arena.domain.words import Word

REPEAT_AFTER = timedelta(days=1)
# An alarm that comes and goes is one alarm: it has ended when it was not seen for so long.
ENDS_AFTER = timedelta(minutes=5)
SEEN_EVERY = timedelta(seconds=30)  # two workers that look at once write once
FIRST_RETRY = timedelta(minutes=1)
MAX_TRIES = 8  # each waits twice as long as the one before: two hours in all; then the next message is tried


class Channel(Word):
    EMAIL = "email", "e-mail"
    WEBHOOK = "webhook", "webhook"


class AlarmEvent(Word):
    RAISED = "raised", "wrong"
    REPEATED = "repeated", "still wrong"
    ENDED = "ended", "over"


def retry_after(n_tries: int) -> timedelta:
    """How long to wait after so many tries that failed."""
    return FIRST_RETRY * 2 ** max(0, n_tries - 1)
