"""May this voter begin a battle now? Limits of a voter and of a network, and a challenge for who looks like a program.

Asked and counted in the transaction of the start, with the voter's row locked, so that none of many starts at once
slips through. Next file to read: queries/starts.py for what is counted, challenges.py for the challenge.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from arena.domain.errors import ChallengeNeeded, TooManyStarts
from arena.domain.start_limits import StartLimits
from arena.models import Voter
from arena.queries.starts import Starts, is_faster_than_reading, is_new, starts_of
from arena.services.challenges import accept_solution
from arena.services.start_counters import count_up

HOUR_S = 3_600


@dataclass(frozen=True)
class Admission:
    """What count_start has to know of admit_start. limits : None where there are none."""

    limits: StartLimits | None
    network: str = ""
    now: datetime | None = None
    starts: Starts | None = None


def admit_start(*, voter: Voter, network: str, solution: str, now: datetime) -> Admission:
    """The first step of a start.

    network : as visitors.network_of says it; empty for callers without one.   solution : of a challenge, or empty.
    Raises TooManyStarts, ChallengeNeeded.
    """
    limits = settings.START_LIMITS
    if limits is None:
        return Admission(None)
    locked = Voter.objects.select_for_update().get(pk=voter.pk)
    starts = starts_of(voter.pk, now, timedelta(seconds=limits.window_s))
    if starts.n_window >= limits.stored:
        raise TooManyStarts
    if starts.n_open >= limits.open:
        raise TooManyStarts
    is_suspicious = _is_suspicious(locked, starts, limits, network, now)
    if solution and accept_solution(voter_id=voter.pk, solution=solution, now=now):
        Voter.objects.filter(pk=voter.pk).update(trusted_until=now + timedelta(seconds=limits.trust_s))
    elif is_suspicious and (locked.trusted_until is None or locked.trusted_until <= now):
        raise ChallengeNeeded
    return Admission(limits, network, now, starts)


def count_start(*, admission: Admission, is_live: bool) -> None:
    """The last step of a start, when it is known whether a model is asked. Raises TooManyStarts."""
    limits, now, starts = admission.limits, admission.now, admission.starts
    if limits is None or now is None or starts is None:
        return
    if is_live and starts.n_live >= limits.live:
        raise TooManyStarts
    if is_live and starts.n_answering >= limits.answering:
        raise TooManyStarts
    kinds = {"starts": limits.stored} | ({"live": limits.live} if is_live else {})
    for kind, of_voter in kinds.items():
        name, limit = f"{kind}/{admission.network}", of_voter * limits.network
        if admission.network and not count_up(name=name, limit=limit, window_s=limits.window_s, now=now):
            raise TooManyStarts


def _is_suspicious(voter: Voter, starts: Starts, limits: StartLimits, network: str, now: datetime) -> bool:
    if starts.is_abandoning(limits.abandoned):
        return True
    if network and not starts.n_day and is_new(voter.pk):
        return not count_up(name=f"new/{network}", limit=limits.new_voters, window_s=HOUR_S, now=now)
    return starts.n_day_voted >= limits.fast_votes and is_faster_than_reading(
        voter.pk, limits.fast_votes, limits.fast_ms
    )
