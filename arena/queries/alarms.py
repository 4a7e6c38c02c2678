"""What should wake an operator? Each alarm with its name, since when, one sentence, and where its rows are.

All of it is read, nothing is remembered: an alarm ends when its reason does. Next file to read: dashboard.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse

from arena.domain.battle_state import BattleState, VoidReason
from arena.domain.metadata import EntryStatus
from arena.domain.moderation import CHECK_FAILED, Check
from arena.domain.spending import CapScope
from arena.models import (
    Arena,
    Battle,
    Endpoint,
    Heartbeat,
    Judge,
    Leaderboard,
    Ledger,
    PairCount,
    PendingVote,
    Response,
    Vote,
)
from arena.models.operations import WORKER
from arena.providers.keys import has_key, keys_file_problem
from arena.queries.alarm_messages import configured_channels, failing_since
from arena.queries.clock import database_now
from arena.queries.shares import weekly_shares
from arena.queries.spending import Spend, model_spending, site_spending

VOTES_WAIT = timedelta(seconds=60)
WORKER_SILENT = timedelta(minutes=2)
SNAPSHOT_LATE = timedelta(minutes=5)  # beyond the timetable of the arena
SPEND_NEAR = 0.8  # of a cap
CHECK_FAILED_WITHIN = timedelta(hours=1)  # later nobody knows whether the check still fails
JUDGE_FAILURES = 3  # in a row; with fewer it was a moment
PASSED = (BattleState.READY, BattleState.VOTED)
SHARES_HOLD_S = 60  # shares of a week change slowly and cost most


@dataclass(frozen=True)
class Alarm:
    """name : one word for programs, with what it is about.   since : None where the moment is not known."""

    name: str
    about: str
    since: datetime | None
    sentence: str
    link: str


def current_alarms() -> list[Alarm]:
    """All that is wrong now, the most urgent kind first."""
    now = database_now()
    return [
        *_worker(now),
        *_messages(),
        *_votes(now),
        *_keys_file(),
        *_snapshots(now),
        *_endpoints(),
        *_checks(now),
        *_judges(),
        *_spending(now),
        *_shares(now),
    ]


def _worker(now: datetime) -> Iterator[Alarm]:
    seen = Heartbeat.objects.filter(name=WORKER).values_list("seen_at", flat=True).first()
    if seen is None or now - seen > WORKER_SILENT:
        heard = f"since {seen:%H:%M} UTC" if seen else "yet"
        sentence = f"No worker was heard {heard}: votes are safe and wait, boards stay as they are."
        yield Alarm("worker-silent", WORKER, seen, sentence, reverse("admin:dashboard"))


def _messages() -> Iterator[Alarm]:
    """Ways by which alarms cannot be told."""
    for channel in configured_channels():
        failing = failing_since(channel)
        if failing is not None:
            sentence = f"Alarms cannot be sent by {channel.label}: {failing.failure}."
            link = f"{reverse('admin:arena_alarmmessage_changelist')}?{urlencode({'channel__exact': channel.value})}"
            yield Alarm("alarms-not-sent", channel.value, failing.created_at, sentence, link)


def _votes(now: datetime) -> Iterator[Alarm]:
    oldest = PendingVote.objects.order_by("id").values_list("vote__created_at", flat=True).first()
    if oldest is not None and now - oldest > VOTES_WAIT:
        minutes = int((now - oldest).total_seconds() // 60)
        sentence = f"Votes wait for their place in the ledger, the oldest for {minutes} minutes."
        yield Alarm("votes-waiting", "ledger", oldest, sentence, reverse("admin:dashboard"))


def _keys_file() -> Iterator[Alarm]:
    if problem := keys_file_problem():
        sentence = f"The keys file {problem}. Keys that were read before stay in use until it is repaired."
        yield Alarm("keys-unreadable", "keys file", None, sentence, reverse("admin:dashboard"))


def _snapshots(now: datetime) -> Iterator[Alarm]:
    """Arenas with entries in the ledger that no board counts yet, though the timetable said so long ago."""
    heads = dict(Ledger.objects.values_list("arena", "size"))
    boards = Leaderboard.objects.filter(slice_key="").order_by("arena__slug", "current__created_at")
    fields = ("arena", "arena__slug", "arena__name", "arena__publish_every_s")
    # One row an arena, that of the newest of its boards.
    newest = {row[0]: row for row in boards.values_list(*fields, "current__created_at", "current__ledger_size")}
    for arena_id, slug, name, every_s, made_at, size in newest.values():
        late_at = made_at + timedelta(seconds=every_s) + SNAPSHOT_LATE
        if heads.get(arena_id, 0) > size and now > late_at:
            sentence = f"The board of {name} is of {made_at:%d %b %H:%M} UTC; votes have come since."
            link = f"{reverse('admin:arena_snapshot_changelist')}?{urlencode({'arena__id__exact': arena_id})}"
            yield Alarm("snapshot-late", slug, late_at, sentence, link)
    yield from _first_boards(now, set(newest))


def _first_boards(now: datetime, with_board: set[int]) -> Iterator[Alarm]:
    """Arenas whose first board does not come, though votes that count have been tallied."""
    tallied = Exists(PairCount.objects.filter(arena=OuterRef("pk")))
    for arena in Arena.objects.filter(tallied).exclude(pk__in=with_board).order_by("slug"):
        votes = Vote.objects.filter(battle__arena=arena, is_ranked=True, source__in=arena.counted_sources)
        first = votes.order_by("id").values_list("created_at", flat=True).first()
        late_at = first + timedelta(seconds=arena.publish_every_s) + SNAPSHOT_LATE if first else now
        if now > late_at:
            sentence = f"{arena.name} has no board yet; the first vote came at {first:%d %b %H:%M} UTC."
            yield Alarm("snapshot-late", arena.slug, late_at, sentence, reverse("admin:dashboard"))


def _endpoints() -> Iterator[Alarm]:
    """Of models that compete: whose breaker is open, whose key is missing, who seems to be another one now."""
    competing = Endpoint.objects.filter(is_enabled=True, contestant__entries__status=EntryStatus.ACTIVE)
    for endpoint in competing.select_related("contestant").distinct().order_by("contestant__slug"):
        name, slug = endpoint.contestant.name, endpoint.contestant.slug
        link = reverse("admin:arena_endpoint_change", args=[endpoint.pk])
        if endpoint.paused_at is not None:
            sentence = f"{name} is paused, its endpoint fails: {endpoint.last_error or 'no reason known'}."
            yield Alarm("breaker-open", slug, endpoint.paused_at, sentence, link)
        elif not has_key(endpoint.key_name):
            yield Alarm("key-missing", slug, None, f"{name} is not asked: {endpoint.key_name} is not set.", link)
        if endpoint.model_changed_at is not None:
            before, now = endpoint.reported_models[-2:]
            sentence = (
                f"{name} reports that it is {now}, and was {before} before. Make a new version of it, so that votes "
                "stay with what was asked; or say on the page of endpoints that it is the same model."
            )
            rows = f"{reverse('admin:arena_endpoint_changelist')}?{urlencode({'q': slug})}"
            yield Alarm("model-changed", slug, endpoint.model_changed_at, sentence, rows)


def _checks(now: datetime) -> Iterator[Alarm]:
    """Of arenas whose texts an endpoint checks: while it fails everything is held back, and voters see no battle."""
    for arena in Arena.objects.filter(moderation=Check.ENDPOINT).order_by("slug"):
        link = reverse("admin:arena_arena_change", args=[arena.pk])
        if not has_key(arena.moderation_key_name):
            sentence = f"{arena.name} holds everything back: {arena.moderation_key_name}, for its check, is not set."
            yield Alarm("key-missing", f"check:{arena.slug}", None, sentence, link)
        elif failed := _failed_check(arena, now - CHECK_FAILED_WITHIN):
            error = failed.error.partition(CHECK_FAILED)[2].removeprefix(": ")
            sentence = f"{arena.name} holds everything back, because its check fails: {error}."
            yield Alarm("check-failing", arena.slug, failed.battle.created_at, sentence, link)


def _failed_check(arena: Arena, since: datetime) -> Response | None:
    """The text that was held back last, if the check failed on it and nothing passed after it."""
    battles = Battle.objects.filter(arena=arena, created_at__gt=since)
    held = battles.filter(void_reason=VoidReason.MODERATED).order_by("-created_at").first()
    if held is None:
        return None
    passed = battles.filter(created_at__gt=held.created_at, is_live=True, state__in=PASSED)
    failed = held.responses.select_related("battle").filter(error__contains=CHECK_FAILED)
    return None if passed.exists() else failed.first()


def _judges() -> Iterator[Alarm]:
    for judge in Judge.objects.filter(is_enabled=True).select_related("arena").order_by("arena__slug", "name"):
        link, about = reverse("admin:arena_judge_change", args=[judge.pk]), f"{judge.arena.slug}:{judge.name}"
        if not has_key(judge.key_name):
            sentence = f"The judge {judge.name} of {judge.arena.name} is not asked: {judge.key_name} is not set."
            yield Alarm("key-missing", f"judge:{about}", None, sentence, link)
        elif judge.n_failures >= JUDGE_FAILURES:
            sentence = f"The judge {judge.name} of {judge.arena.name} fails: {judge.last_error or 'no reason known'}."
            yield Alarm("judge-failing", about, None, sentence, link)


def _spending(now: datetime) -> Iterator[Alarm]:
    link = reverse("admin:arena_spendingtotal_changelist")
    day, month = site_spending(now)
    midnight = datetime.combine(now.date(), time(), UTC)
    yield from _near(day, CapScope.DAY, "The whole site", midnight, link)
    yield from _near(month, CapScope.MONTH, "The whole site", midnight.replace(day=1), link)
    for model in model_spending(now):
        yield from _near(model.today, CapScope.MODEL_DAY, model.contestant.name, midnight, link)


def _near(spend: Spend, scope: CapScope, who: str, since: datetime, link: str) -> Iterator[Alarm]:
    if spend.share is not None and spend.share >= SPEND_NEAR and spend.used_usd > 0:
        period = "this month" if scope is CapScope.MONTH else "today"
        sentence = f"{who} has used {spend.used_usd:.2f} of {spend.cap_usd:.2f} USD {period}."
        yield Alarm("spend-near-cap", f"{scope.value}:{who}", since, sentence, link)


def _shares(now: datetime) -> Iterator[Alarm]:
    moment = int(now.timestamp()) // SHARES_HOLD_S
    for arena in Arena.objects.order_by("slug"):
        yield from _shares_of(arena, arena.created_at, str(arena.pairing), str(arena.share_caps), moment)


@lru_cache(maxsize=64)
def _shares_of(arena: Arena, born: datetime, pairing: str, caps: str, moment: int) -> tuple[Alarm, ...]:
    """Remembered for a minute; the arguments beside the arena tell it from what it was."""
    found = []
    for week in weekly_shares(arena, n_weeks=1):
        for share in week.alarms:
            sentence = (
                f"{share.group.label} {share.label} has {100 * share.share:.0f} % of the battles of {arena.name} this "
                f"week, above its cap of {100 * (share.cap or 0):.0f} %."
            )
            about, since = f"{arena.slug}:{share.group}:{share.name}", datetime.combine(week.start, time(), UTC)
            found.append(Alarm("share-above-cap", about, since, sentence, reverse("web:shares", args=[arena.slug])))
    return tuple(found)
