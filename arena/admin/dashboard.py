"""What does an operator see first? Alarms, then what runs, what it costs and what waits; each number opens its rows.

Next file to read: queries/dashboard.py.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from arena.admin.sparklines import Sparkline, sparkline
from arena.domain.audit import ChangeState
from arena.domain.battle_state import WRITING_STATES, BattleState, VoidReason
from arena.domain.metadata import VoterKind
from arena.domain.spending import CapScope
from arena.models.votes import LIVE
from arena.queries.alarms import current_alarms
from arena.queries.dashboard import Board, Dashboard, Latency, ModelTraffic, Window, read_dashboard
from arena.queries.spending import Spend

PAGE = "admin:dashboard"
MS_PER_S = 1_000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figure:
    """A number with its name, and the rows behind it. n_rows : how many they are; None for a sum of money or an age."""

    label: str
    value: str
    link: str
    n_rows: int | None
    note: str = ""
    is_bad: bool = False


def addresses() -> list[URLPattern]:
    return [path("dashboard/", admin.site.admin_view(show), name="dashboard")]


def show(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("arena.view_battle"):
        raise PermissionDenied
    found = read_dashboard()
    context = admin.site.each_context(request) | {
        "title": "Dashboard",
        "here": "dashboard",
        "now": found.now,
        "alarms": current_alarms(),
        "courses": _courses(found),
        "days": _days(found),
        "window": _window(found.window),
        "since": found.window.since,
        "models": [_model(model, found.window) for model in found.window.models],
        "money": _money(found),
        "waiting": _waiting(found),
        "boards": [_board(board, found.now) for board in found.boards],
    }
    return render(request, "operators/dashboard.html", context)


def rows(model: str, /, **filters: object) -> str:
    """The list of the rows behind a number."""
    address = reverse(f"admin:arena_{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def counted(label: str, n: int, link: str, note: str = "", is_bad: bool = False) -> Figure:
    """A number of rows."""
    return Figure(label, f"{n:,}", link, n, note, is_bad)


def _battles(begin: datetime, end: datetime, **filters: object) -> str:
    """Those that were begun here from begin on, before end."""
    return rows("battle", created_at__gte=begin, created_at__lt=end, import_key__isnull=True, **filters)


def _votes(begin: datetime, end: datetime) -> str:
    within = {"created_at__gte": begin, "created_at__lt": end}
    return rows("vote", **within, voter_kind__exact=VoterKind.HUMAN, source__exact=LIVE)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True)
class Course:
    """A number a day. total : of all days together."""

    name: str
    today: Figure
    total: Figure
    line: Sparkline


def _courses(found: Dashboard) -> list[Course]:
    first, last, end = found.days[0].day, found.days[-1].day, found.days[-1].day + DAY
    courses = []
    for name, link, values in (
        ("Battles", _battles, [day.n_battles for day in found.days]),
        ("Votes of people", _votes, [day.n_votes for day in found.days]),
    ):
        title = f"{name} a day, {first:%d %b} to {last:%d %b}: at most {max(values):,}"
        today = counted(name, values[-1], link(_midnight(last), _midnight(end)))
        total = counted(name, sum(values), link(_midnight(first), _midnight(end)))
        courses.append(Course(name, today, total, sparkline(values, title)))
    return courses


def _days(found: Dashboard) -> list[tuple[date, Figure, Figure]]:
    """Of each day: battles, votes of people."""
    return [
        (day.day, counted("battles", day.n_battles, _battles(*span)), counted("votes", day.n_votes, _votes(*span)))
        for day in found.days
        for span in [(_midnight(day.day), _midnight(day.day + DAY))]
    ]


def _window(window: Window) -> list[Figure]:
    n = window.n_battles or 1

    def battles(label: str, value: int, *, is_bad: bool = False, **filters: object) -> Figure:
        share = f"{100 * value / n:.0f} % of battles" if value and label != "Battles" else ""
        return counted(label, value, _battles(*_span(window), **filters), share, is_bad)

    return [
        battles("Battles", window.n_battles),
        battles("Voted", window.n_voted, state__exact=BattleState.VOTED),
        battles("Open", window.n_open, state__in=",".join([*WRITING_STATES, BattleState.READY])),
        battles("Expired", window.n_expired, state__exact=BattleState.EXPIRED),
        battles("Skipped", window.n_skipped, void_reason__exact=VoidReason.SKIPPED),
        battles(
            "Failed",
            window.n_failed,
            is_bad=window.n_failed > 0,
            void_reason__in=f"{VoidReason.FAILED},{VoidReason.LOST}",
        ),
        battles("Held back by the check", window.n_moderated, void_reason__exact=VoidReason.MODERATED),
        _latency("First words, half of calls within", window.first_token, _calls(window, "first-words")),
        _latency("Whole answers, half within", window.whole, _calls(window, "whole")),
    ]


def _span(window: Window) -> tuple[datetime, datetime]:
    """Up to and with the moment at which it was read."""
    return window.since, window.until + timedelta(microseconds=1)


def _calls(window: Window, call: str, **filters: object) -> str:
    begin, end = _span(window)
    return rows("response", battle__created_at__gte=begin, battle__created_at__lt=end, call=call, **filters)


def _latency(label: str, latency: Latency, link: str) -> Figure:
    of = f"of {latency.n:,} calls; 19 of 20 within {_seconds(latency.p95)}" if latency.n else ""
    return Figure(label, _seconds(latency.p50), link, latency.n, of)


def _seconds(value_ms: float | None) -> str:
    return "none" if value_ms is None else f"{value_ms / MS_PER_S:.1f} s"


@dataclass(frozen=True)
class ModelLine:
    """failed, first_token, whole, cost : with an empty value where there is nothing to say."""

    name: str
    url: str
    battles: Figure
    share: Figure
    width: float
    failed: Figure
    first_token: Figure
    whole: Figure
    cost: Figure
    is_paused: bool


def _model(model: ModelTraffic, window: Window) -> ModelLine:
    contestant, spend = model.contestant, model.money.today if model.money else None
    own = {"model": contestant.pk}
    of_model = _battles(*_span(window), **own)
    rate = model.failure_rate
    failed = "" if rate is None else f"{100 * rate:.1f} %"
    used = f"{spend.used_usd:.2f}" if spend and spend.used_usd else ""
    today = {"scope__exact": CapScope.MODEL_DAY, "begins__exact": window.until.date()}
    return ModelLine(
        name=contestant.name,
        url=reverse("admin:arena_contestant_change", args=[contestant.pk]),
        battles=counted("battles", model.n_battles, of_model),
        share=Figure("share", f"{100 * model.share:.0f} %", of_model, model.n_battles),
        width=round(100 * model.share, 1),
        failed=Figure("failed", failed, _calls(window, "failed", **own), model.n_failed, is_bad=bool(rate)),
        first_token=_pair("first words", model.first_token, _calls(window, "first-words", **own)),
        whole=_pair("whole", model.whole, _calls(window, "whole", **own)),
        cost=Figure("cost", used, rows("spendingtotal", contestant__id__exact=contestant.pk, **today), None),
        is_paused=model.is_paused,
    )


def _pair(label: str, latency: Latency, link: str) -> Figure:
    value = "" if latency.p50 is None else f"{latency.p50 / MS_PER_S:.1f} / {(latency.p95 or 0) / MS_PER_S:.1f}"
    return Figure(label, value, link, latency.n)


def _money(found: Dashboard) -> list[tuple[Figure, float | None]]:
    """Of each period: what was spent, and the share of the cap in per cent."""
    today = found.now.date()
    return [
        (
            Figure(
                name,
                f"{spend.used_usd:.2f} USD",
                rows("spendingtotal", scope__exact=scope, begins__exact=begins),
                None,
                _cap(spend),
            ),
            _share(spend),
        )
        for name, spend, scope, begins in (
            ("today", found.today, CapScope.DAY, today),
            ("this month", found.month, CapScope.MONTH, today.replace(day=1)),
        )
    ]


def _cap(spend: Spend) -> str:
    return "no cap" if spend.cap_usd is None else f"of {spend.cap_usd:.2f} USD"


def _share(spend: Spend) -> float | None:
    return None if spend.share is None else round(100 * min(1.0, spend.share), 1)


def _waiting(found: Dashboard) -> list[Figure]:
    oldest = "" if found.oldest_pending is None else f"the oldest for {_age(found.now - found.oldest_pending)}"
    changes = rows("pendingchange", state__exact=ChangeState.WAITING, expires_at__gt=found.now)
    return [
        counted("Votes not yet in the ledger", found.n_pending, rows("vote", ledger="waiting"), oldest),
        counted("Battles being answered", found.n_answering, rows("battle", state__in=",".join(WRITING_STATES))),
        counted("Complaints to decide on", found.n_open_reports, rows("report")),
        counted("Changes that wait for a second owner", found.n_pending_changes, changes),
        counted(
            "Models paused by the breaker",
            len(found.paused),
            rows("endpoint", paused_at__isnull=False, is_enabled__exact=1),
            ", ".join(endpoint.contestant.name for endpoint in found.paused[:4]),
            bool(found.paused),
        ),
    ]


def _board(board: Board, now: datetime) -> tuple[str, Figure, str, Figure]:
    """Arena, its board's age, timetable, what it does not count yet."""
    every = f"every {_age(timedelta(seconds=board.every_s))}"
    behind = f"{board.n_behind:,} new entries" if board.n_behind else "up to date"
    news = rows("ledgerentry", ledger__arena__id__exact=board.arena_id, seq__gte=board.n_known)
    if board.made_at is None:
        age = Figure("age", "none yet", rows("snapshot", arena__id__exact=board.arena_id), None)
    else:
        link = reverse("admin:arena_snapshot_change", args=[board.snapshot_id])
        age = Figure("age", f"{_age(now - board.made_at)} old", link, None)
    return board.name, age, every, Figure("behind", behind, news, board.n_behind)


def _age(age: timedelta) -> str:
    """In the largest unit that says something."""
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
