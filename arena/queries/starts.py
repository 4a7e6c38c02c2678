"""How often did a voter begin a battle, how many of them got a vote, and how fast? Next: services/starts.py."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from arena.domain.battle_state import WRITING_STATES, BattleState, Branch, VoidReason
from arena.domain.start_limits import LEAST_VOTED_SHARE, MIN_ABANDONABLE
from arena.models import Battle, Vote
from arena.models.votes import LIVE

DAY = timedelta(days=1)
ABANDONMENT_PERIOD = timedelta(days=30)
OURS = (VoidReason.FAILED, VoidReason.LOST, VoidReason.MODERATED)  # not the voter's doing


@dataclass(frozen=True)
class Starts:
    """Of one voter."""

    n_window: int
    n_live: int
    n_answering: int
    n_open: int
    n_day: int
    n_day_voted: int

    def is_abandoning(self, at_least: int) -> bool:
        return self.n_day >= at_least and self.n_day_voted < LEAST_VOTED_SHARE * self.n_day


def starts_of(voter_id: UUID, now: datetime, window: timedelta) -> Starts:
    in_window, answering = Q(created_at__gt=now - window), Q(state__in=WRITING_STATES)
    counted = Battle.objects.filter(voter=voter_id, created_at__gt=now - DAY).aggregate(
        n_window=Count("id", filter=in_window),
        n_live=Count("id", filter=in_window & Q(is_live=True)),
        n_answering=Count("id", filter=answering),
        n_open=Count("id", filter=answering | Q(state=BattleState.READY)),
        n_day=Count("id", filter=~Q(void_reason__in=OURS)),
        n_day_voted=Count("id", filter=Q(state=BattleState.VOTED)),
    )
    return Starts(**counted)


def is_faster_than_reading(voter_id: UUID, n_votes: int, limit_ms: int) -> bool:
    """Whether the middle one of the last votes came sooner after the answers than anybody reads."""
    votes = Vote.objects.filter(battle__voter=voter_id, source=LIVE, elapsed_ms__isnull=False)
    elapsed = [ms for ms in votes.order_by("-id").values_list("elapsed_ms", flat=True)[:n_votes] if ms is not None]
    return len(elapsed) == n_votes and median(elapsed) < limit_ms


def is_new(voter_id: UUID) -> bool:
    return not Battle.objects.filter(voter=voter_id).exists()


def abandoning(voter_ids: Collection[UUID | None], now: datetime) -> set[UUID]:
    """Those of these voters who leave most battles without a vote, as nobody does who judges whatever comes.

    Who waits for one model and votes on it alone begins some thirty battles for each vote.
    """
    if settings.START_LIMITS is None:
        return set()
    begun = Battle.objects.filter(voter__in=voter_ids, created_at__gt=now - ABANDONMENT_PERIOD)
    rows = (
        begun.exclude(Q(void_reason__in=OURS) | Q(branch=Branch.IMPORT))
        .order_by()
        .values_list("voter")
        .annotate(n=Count("id"), n_voted=Count("id", filter=Q(state=BattleState.VOTED)))
    )
    return {voter for voter, n, n_voted in rows if n >= MIN_ABANDONABLE and n_voted < LEAST_VOTED_SHARE * n}
