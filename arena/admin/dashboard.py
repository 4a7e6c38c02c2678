"""What does an operator see first? Alarms, then what runs, what it costs and what waits; each number opens its rows.

Next file to read: queries/dashboard.py.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from arena.admin.sparklines import Sparkline, sparkline
from arena.domain.battle_state import WRITING_STATES, BattleState, VoidReason
from arena.queries.alarms import current_alarms
from arena.queries.dashboard import Board, Dashboard, Latency, ModelTraffic, Window, read_dashboard
from arena.queries.spending import Spend

PAGE = "admin:dashboard"
MS_PER_S = 1_000


@dataclass(frozen=True)
class Figure:
    """A number with its name, and the rows behind it."""

    label: str
    value: str
    link: str
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
        "days": found.days,
        "window": _window(found.window),
        "since": found.window.since,
        "models": [_model(model) for model in found.window.models],
        "money": _money(found),
        "waiting": _waiting(found),
        "boards": [_board(board, found.now) for board in found.boards],
    }
    return render(request, "operators/dashboard.html", context)


def rows(model: str, **filters: object) -> str:
    """The list of the rows behind a number."""
    address = reverse(f"admin:arena_{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def _courses(found: Dashboard) -> list[tuple[str, str, str, str, Sparkline]]:
    """Of each: name, today, in all, rows, line."""
    since = f"{found.days[0].day} 00:00:00+00:00"
    lines = []
    for name, model, values in (
        ("Battles", "battle", [day.n_battles for day in found.days]),
        ("Votes of people", "vote", [day.n_votes for day in found.days]),
    ):
        title = f"{name} a day, {found.days[0].day:%d %b} to {found.days[-1].day:%d %b}: at most {max(values):,}"
        link = rows(model, created_at__gte=since)
        lines.append((name, f"{values[-1]:,}", f"{sum(values):,}", link, sparkline(values, title)))
    return lines


def _window(window: Window) -> list[Figure]:
    since = window.since.strftime("%Y-%m-%d %H:%M:%S+00:00")
    n = window.n_battles or 1

    def battles(label: str, value: int, *, is_bad: bool = False, **filters: object) -> Figure:
        share = f"{100 * value / n:.0f} % of battles" if value and label != "Battles" else ""
        return Figure(label, f"{value:,}", rows("battle", created_at__gte=since, **filters), share, is_bad)

    return [
        battles("Battles", window.n_battles),
        battles("Voted", window.n_voted, state__exact=BattleState.VOTED),
        battles("Open", window.n_open, state__in=",".join([*WRITING_STATES, BattleState.READY])),
        battles("Skipped", window.n_skipped, void_reason__exact=VoidReason.SKIPPED),
        battles(
            "Failed",
            window.n_failed,
            is_bad=window.n_failed > 0,
            void_reason__in=f"{VoidReason.FAILED},{VoidReason.LOST}",
        ),
        Figure(
            "First words, half of calls within", _seconds(window.first_token.p50), "#models", _p95(window.first_token)
        ),
        Figure("Whole answers, half within", _seconds(window.whole.p50), "#models", _p95(window.whole)),
    ]


def _p95(latency: Latency) -> str:
    return f"19 of 20 within {_seconds(latency.p95)}" if latency.p95 is not None else ""


def _seconds(value_ms: float | None) -> str:
    return "none" if value_ms is None else f"{value_ms / MS_PER_S:.1f} s"


@dataclass(frozen=True)
class ModelLine:
    name: str
    url: str
    battles: Figure
    share: str
    width: float
    failed: str
    is_failing: bool
    first_token: str
    whole: str
    cost: str
    cost_link: str
    is_paused: bool


def _model(model: ModelTraffic) -> ModelLine:
    contestant, spend = model.contestant, model.money.today if model.money else None
    rate = model.failure_rate
    return ModelLine(
        name=contestant.name,
        url=reverse("admin:arena_contestant_change", args=[contestant.pk]),
        battles=Figure("battles", f"{model.n_battles:,}", rows("battle", q=contestant.slug)),
        share=f"{100 * model.share:.0f} %",
        width=round(100 * model.share, 1),
        failed="" if rate is None else f"{100 * rate:.1f} %",
        is_failing=bool(rate),
        first_token=_pair(model.first_token),
        whole=_pair(model.whole),
        cost=f"{spend.used_usd:.2f}" if spend and spend.used_usd else "",
        cost_link=rows("spendingtotal", contestant__id__exact=contestant.pk),
        is_paused=model.is_paused,
    )


def _pair(latency: Latency) -> str:
    return "" if latency.p50 is None else f"{latency.p50 / MS_PER_S:.1f} / {(latency.p95 or 0) / MS_PER_S:.1f}"


def _money(found: Dashboard) -> list[tuple[str, str, str, float | None, str]]:
    """Of each: period, spent, cap in words, share of the cap in per cent, rows."""
    return [
        (name, f"{spend.used_usd:.2f} USD", _cap(spend), _share(spend), rows("spendingtotal", scope__exact=scope))
        for name, spend, scope in (("Today", found.today, "day"), ("This month", found.month, "month"))
    ]


def _cap(spend: Spend) -> str:
    return "no cap" if spend.cap_usd is None else f"of {spend.cap_usd:.2f} USD"


def _share(spend: Spend) -> float | None:
    return None if spend.share is None else round(100 * min(1.0, spend.share), 1)


def _waiting(found: Dashboard) -> list[Figure]:
    oldest = "" if found.oldest_pending is None else f"the oldest for {_age(found.now - found.oldest_pending)}"
    return [
        Figure("Votes not yet in the ledger", f"{found.n_pending:,}", rows("vote", ledger="waiting"), oldest),
        Figure("Battles being answered", f"{found.n_answering:,}", rows("battle", state__in="drawn,answering")),
        Figure(
            "Models paused by the breaker",
            f"{len(found.paused)}",
            rows("endpoint", paused_at__isnull=False),
            ", ".join(endpoint.contestant.name for endpoint in found.paused[:4]),
            bool(found.paused),
        ),
    ]


def _board(board: Board, now: datetime) -> tuple[str, str, str, str, str]:
    """Arena, its board's age, timetable, what it does not count yet, rows."""
    age = "none yet" if board.made_at is None else f"{_age(now - board.made_at)} old"
    behind = f"{board.n_behind:,} new entries" if board.n_behind else "up to date"
    link = rows("snapshot", arena__id__exact=board.arena_id)
    return board.name, age, f"every {_age(timedelta(seconds=board.every_s))}", behind, link


def _age(age: timedelta) -> str:
    """In the largest unit that says something."""
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
