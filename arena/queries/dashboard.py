"""How is the site doing? What operators look at first, in a number of queries that does not grow with the rows.

Days that are over are counted once; of the last 24 hours the newest battles are read. Next file to read: alarms.py.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
from django.db import connection
from django.db.models import Q

from arena.domain.audit import ChangeState
from arena.domain.battle_state import WRITING_STATES, BattleState, Side, VoidReason
from arena.domain.metadata import VoterKind
from arena.domain.moderation import HELD_BACK
from arena.models import (
    Battle,
    Contestant,
    Endpoint,
    Leaderboard,
    Ledger,
    PendingChange,
    PendingVote,
    Response,
    Vote,
)
from arena.models.votes import LIVE
from arena.queries.battles import HAS_FAILED
from arena.queries.clock import database_now
from arena.queries.reports import n_open_reports
from arena.queries.spending import ModelSpend, Spend, model_spending, site_spending

N_DAYS = 14
WINDOW = timedelta(hours=24)
MAX_BATTLES = 4_000
"""The newest of the window that are read for shares, failures and latencies; more would say the same, later."""
REAL_CALL = Q(output__isnull=True, battle__import_key__isnull=True) & (Q(latency_ms__isnull=False) | HAS_FAILED)
CALLS = {
    "made": REAL_CALL,
    "failed": REAL_CALL & HAS_FAILED,
    "first-words": REAL_CALL & Q(first_token_ms__gt=0),
    "whole": REAL_CALL & Q(latency_ms__gt=0),
}
"""Responses that a model was asked for, by what is known of them: the same rows are counted here and listed there."""
SETTLED = timedelta(hours=2)  # after its end; a transaction that began before it may still have been open


@dataclass(frozen=True)
class Day:
    day: date
    n_battles: int
    n_votes: int


@dataclass(frozen=True)
class Latency:
    """Milliseconds over n real calls; None where there were none."""

    n: int
    p50: float | None
    p95: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> "Latency":
        if not values:
            return cls(0, None, None)
        p50, p95 = np.percentile(np.array(values), (50, 95))
        return cls(len(values), float(p50), float(p95))


@dataclass(frozen=True)
class ModelTraffic:
    """One model in the window: battles it was in, real calls of it and how many failed."""

    contestant: Contestant
    n_battles: int
    share: float
    n_calls: int
    n_failed: int
    first_token: Latency
    whole: Latency
    money: ModelSpend | None
    is_paused: bool

    @property
    def failure_rate(self) -> float | None:
        return self.n_failed / self.n_calls if self.n_calls else None


@dataclass(frozen=True)
class Window:
    """since : from when on; later than a day ago where the newest battles filled it.   until : when it was read.

    Every battle is voted, open, expired, skipped, failed (nobody's fault but ours) or held back by a check.
    """

    since: datetime
    until: datetime
    n_battles: int
    n_voted: int
    n_open: int
    n_expired: int
    n_skipped: int
    n_failed: int
    n_moderated: int
    first_token: Latency
    whole: Latency
    models: Sequence[ModelTraffic]


@dataclass(frozen=True)
class Board:
    """snapshot_id, made_at : None before the first.   n_known : entries of the ledger that the board knows.

    n_behind : those that it does not.
    """

    arena_id: int
    snapshot_id: int | None
    n_known: int
    slug: str
    name: str
    every_s: int
    made_at: datetime | None
    n_behind: int


@dataclass(frozen=True)
class Dashboard:
    now: datetime
    days: Sequence[Day]
    window: Window
    today: Spend
    month: Spend
    n_pending: int
    oldest_pending: datetime | None
    n_answering: int
    n_open_reports: int
    n_pending_changes: int
    boards: Sequence[Board]
    paused: Sequence[Endpoint]


def read_dashboard() -> Dashboard:
    now = database_now()
    today, month = site_spending(now)
    pending = PendingVote.objects.order_by("id")
    paused = list(
        Endpoint.objects.filter(is_enabled=True, paused_at__isnull=False)
        .select_related("contestant")
        .order_by("paused_at")
    )
    return Dashboard(
        now=now,
        days=_days(now),
        window=_window(now),
        today=today,
        month=month,
        n_pending=pending.count(),
        oldest_pending=pending.values_list("vote__created_at", flat=True).first(),
        n_answering=Battle.objects.filter(state__in=WRITING_STATES).count(),
        n_open_reports=n_open_reports(),
        n_pending_changes=PendingChange.objects.filter(state=ChangeState.WAITING, expires_at__gt=now).count(),
        boards=_boards(),
        paused=paused,
    )


def _days(now: datetime) -> list[Day]:
    today = now.date()
    return [_day(today - timedelta(days=k), now) for k in reversed(range(N_DAYS))]


def _day(day: date, now: datetime) -> Day:
    """A day that is over is remembered, under the name of its database: a test has another one every time."""
    end = datetime.combine(day + timedelta(days=1), time(), UTC)
    read = _remembered if now > end + SETTLED else _remembered.__wrapped__
    return read(str(connection.settings_dict["NAME"]), day)


@lru_cache(maxsize=64)
def _remembered(database: str, day: date) -> Day:
    begin = datetime.combine(day, time(), UTC)
    within = Q(created_at__gte=begin, created_at__lt=begin + timedelta(days=1))
    return Day(
        day,
        n_battles=Battle.objects.filter(within, import_key__isnull=True).count(),
        n_votes=Vote.objects.filter(within, voter_kind=VoterKind.HUMAN, source=LIVE).count(),
    )


def _window(now: datetime) -> Window:
    battles = list(
        Battle.objects.filter(created_at__gte=now - WINDOW, created_at__lte=now, import_key__isnull=True)
        .order_by("-created_at")
        .values_list("created_at", "state", "void_reason", "contestant_a", "contestant_b")[:MAX_BATTLES]
    )
    since = battles[-1][0] if len(battles) == MAX_BATTLES else now - WINDOW
    states = Counter(state for _, state, *_ in battles)
    reasons = Counter(reason for _, _, reason, *_ in battles)
    calls = _calls(since, now)
    return Window(
        since=since,
        until=now,
        n_battles=len(battles),
        n_voted=states[BattleState.VOTED],
        n_open=sum(states[state] for state in (*WRITING_STATES, BattleState.READY)),
        n_expired=states[BattleState.EXPIRED],
        n_skipped=reasons[VoidReason.SKIPPED],
        n_failed=reasons[VoidReason.FAILED] + reasons[VoidReason.LOST],
        n_moderated=reasons[VoidReason.MODERATED],
        first_token=Latency.of([call.first_token_ms for of in calls.values() for call in of if call.first_token_ms]),
        whole=Latency.of([call.latency_ms for of in calls.values() for call in of if call.latency_ms]),
        models=_models(battles, calls, now),
    )


@dataclass(frozen=True)
class _Call:
    first_token_ms: float | None
    latency_ms: float | None
    is_failed: bool


def _calls(since: datetime, until: datetime) -> dict[int, list[_Call]]:
    """Real calls by contestant: what was answered live, or should have been."""
    asked = Response.objects.filter(REAL_CALL, battle__created_at__gte=since, battle__created_at__lte=until)
    rows = asked.order_by().values_list(
        "side", "battle__contestant_a", "battle__contestant_b", "first_token_ms", "latency_ms", "error_kind"
    )
    calls: defaultdict[int, list[_Call]] = defaultdict(list)
    for side, a, b, first_token_ms, latency_ms, error_kind in rows:
        calls[a if side == Side.A else b].append(_Call(first_token_ms, latency_ms, error_kind not in ("", HELD_BACK)))
    return calls


def _models(battles: Sequence[tuple], calls: dict[int, list[_Call]], now: datetime) -> list[ModelTraffic]:
    """By battles, the most first."""
    met = Counter(pk for *_, a, b in battles for pk in (a, b))
    money = {spend.contestant.pk: spend for spend in model_spending(now)}
    contestants = Contestant.objects.select_related("endpoint").in_bulk({*met, *calls})
    traffic = [
        ModelTraffic(
            contestant=contestant,
            n_battles=met[pk],
            share=met[pk] / len(battles) if battles else 0.0,
            n_calls=len(calls.get(pk, ())),
            n_failed=sum(call.is_failed for call in calls.get(pk, ())),
            first_token=Latency.of([call.first_token_ms for call in calls.get(pk, ()) if call.first_token_ms]),
            whole=Latency.of([call.latency_ms for call in calls.get(pk, ()) if call.latency_ms]),
            money=money.get(pk),
            is_paused=contestant.is_paused,
        )
        for pk, contestant in contestants.items()
    ]
    return sorted(traffic, key=lambda model: (-model.n_battles, model.contestant.slug))


def _boards() -> list[Board]:
    """The newest whole board of every arena, by slug."""
    heads = Ledger.objects.order_by("arena__slug").values_list(
        "arena", "arena__slug", "arena__name", "arena__publish_every_s", "size"
    )
    boards = Leaderboard.objects.filter(slice_key="").order_by("current__created_at")
    newest = {
        arena: (pk, at, size)
        for arena, pk, at, size in boards.values_list("arena", "current", "current__created_at", "current__ledger_size")
    }
    return [
        Board(arena, pk, n_known, slug, name, every_s, made_at, size - n_known)
        for arena, slug, name, every_s, size in heads
        for pk, made_at, n_known in [newest.get(arena, (None, None, 0))]
    ]
