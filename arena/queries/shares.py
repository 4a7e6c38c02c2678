"""Who was shown how often? Weekly shares of drawn battles, with the caps that were promised: favours cannot be silent.

Next file to read: domain/shares.py for the groups, web/shares.py for the page.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from django.db.models import Count, Min
from scipy.special import bdtrc

from arena.domain.battle_state import Branch
from arena.domain.filter_values import UNKNOWN
from arena.domain.shares import InvalidShares, ModelGroup, share_caps_from
from arena.domain.weight_class import WeightClass
from arena.models import Arena, Battle, Contestant, SamplerSnapshot
from arena.queries.clock import database_now
from ratings.pairing import PairingSettings

N_WEEKS = 26
WEEK = timedelta(days=7)
SETTLED = timedelta(days=1)  # after its end a week changes no more, whatever was still being written
DRAWN = (Branch.SAMPLER, Branch.PINNED)
ALARM_CHANCE = 0.001
"""An alarm is a share above its cap that chance alone would give less often than once in a thousand weeks."""
MAX_KEPT = 1024  # weeks a process remembers


@dataclass(frozen=True)
class Share:
    """Drawn battles of a week with a model of this kind on one side or both. cap : None where none was promised."""

    group: ModelGroup
    name: str
    label: str
    n_battles: int
    share: float
    cap: float | None
    is_alarm: bool


@dataclass(frozen=True)
class Week:
    """start : its Monday, UTC.   n_drawn : battles drawn by the sampler.   n_directed : whose pair was asked for."""

    start: date
    n_drawn: int
    n_directed: int
    shares: tuple[Share, ...]

    def of(self, group: ModelGroup) -> list[Share]:
        return [share for share in self.shares if share.group is group]

    @property
    def alarms(self) -> list[Share]:
        return [share for share in self.shares if share.is_alarm]


@dataclass(frozen=True)
class _Battles:
    """Counts of one week: of drawn pairs of contestant ids, of tables drawn from, of directed battles."""

    pairs: tuple[tuple[int, int, int], ...]
    samplers: tuple[tuple[int, int], ...]
    n_directed: int


def weekly_shares(arena: Arena, n_weeks: int = N_WEEKS) -> list[Week]:
    """The last weeks in which a battle was drawn or asked for, newest first; at most so many weeks back."""
    now = database_now()
    live = Battle.objects.filter(arena=arena, branch__in=(*DRAWN, Branch.DIRECTED), created_at__isnull=False)
    first = live.aggregate(first=Min("created_at"))["first"]
    if first is None:
        return []
    start, earliest = _monday(now), _monday(first.astimezone(UTC))
    starts = [start - k * WEEK for k in range(n_weeks) if start - k * WEEK >= earliest]
    weeks = [(begin, _battles(arena, begin, now)) for begin in starts]
    contestants = Contestant.objects.in_bulk({pk for _, week in weeks for a, b, _ in week.pairs for pk in (a, b)})
    caps = _table_caps({pk for _, week in weeks for pk, _ in week.samplers})
    return [_week(arena, begin, week, contestants, caps) for begin, week in weeks if week.pairs or week.n_directed]


def _monday(moment: datetime) -> datetime:
    day = moment.date() - timedelta(days=moment.weekday())
    return datetime.combine(day, time.min, UTC)


def _battles(arena: Arena, start: datetime, now: datetime) -> _Battles:
    """What is settled is remembered; the arena's birth tells it from another one that had its number before."""
    is_settled = now - start - WEEK > SETTLED
    read = _remembered if is_settled else _remembered.__wrapped__
    return read(arena.pk, arena.created_at, start)


@lru_cache(maxsize=MAX_KEPT)
def _remembered(arena_id: int, born: datetime, start: datetime) -> _Battles:
    of_week = Battle.objects.filter(arena=arena_id, created_at__gte=start, created_at__lt=start + WEEK).order_by()
    drawn = of_week.filter(branch__in=DRAWN)
    return _Battles(
        pairs=tuple(drawn.values_list("contestant_a", "contestant_b").annotate(Count("id"))),
        samplers=tuple(drawn.filter(sampler__isnull=False).values_list("sampler").annotate(Count("id"))),
        n_directed=of_week.filter(branch=Branch.DIRECTED).count(),
    )


def _week(
    arena: Arena, start: datetime, week: _Battles, contestants: dict[int, Contestant], caps: dict[int, float]
) -> Week:
    n_drawn = sum(n for _, _, n in week.pairs)
    group_caps: dict[ModelGroup, float | None] = {**_group_caps(arena), ModelGroup.MODEL: _mean_cap(week, caps)}
    shares = [
        share for group in ModelGroup for share in _shares(group, week, contestants, n_drawn, group_caps.get(group))
    ]
    return Week(start.date(), n_drawn, week.n_directed, tuple(shares))


def _shares(
    group: ModelGroup, week: _Battles, contestants: dict[int, Contestant], n_drawn: int, cap: float | None
) -> Iterable[Share]:
    """By share, the largest first."""
    name_of = NAMES[group]
    counts: Counter[tuple[str, str]] = Counter()
    for a, b, n in week.pairs:
        for kind in {name_of(contestants[a]), name_of(contestants[b])}:
            counts[kind] += n
    for (name, label), n in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield Share(group, name, label, n, n / n_drawn, cap, cap is not None and _is_alarm(n, n_drawn, cap))


def _is_alarm(n: int, n_drawn: int, cap: float) -> bool:
    return n > cap * n_drawn and float(bdtrc(n - 1, n_drawn, cap)) < ALARM_CHANCE


def _group_caps(arena: Arena) -> dict[ModelGroup, float]:
    try:
        return share_caps_from(arena.share_caps)
    except InvalidShares:  # the form refuses these; a page about favours has to come all the same
        return {}


def _mean_cap(week: _Battles, caps: dict[int, float]) -> float | None:
    """Largest share that the week's tables would give one model, each weighed by the battles drawn from it."""
    n = sum(count for _, count in week.samplers)
    return sum(caps[pk] * count for pk, count in week.samplers) / n if n else None


def _table_caps(sampler_ids: set[int]) -> dict[int, float]:
    """(1 - eps) max(cap, 2 / m) + eps 2 / m: the rule's part below the cap, the rest drawn evenly over m models."""
    rows = SamplerSnapshot.objects.filter(pk__in=sampler_ids).values_list("pk", "settings", "ids")
    return {pk: _largest_share(PairingSettings(**json.loads(settings)), len(ids)) for pk, settings, ids in rows}


def _largest_share(settings: PairingSettings, n_models: int) -> float:
    even = 2 / n_models
    return (1 - settings.exploration) * max(settings.cap, even) + settings.exploration * even


def _or_unknown(text: str) -> tuple[str, str]:
    return text or UNKNOWN, text or UNKNOWN


def _class(contestant: Contestant) -> tuple[str, str]:
    weight_class = WeightClass(contestant.weight_class)
    return weight_class.value, weight_class.label


NAMES: dict[ModelGroup, Callable[[Contestant], tuple[str, str]]] = {
    ModelGroup.MODEL: lambda contestant: (contestant.slug, contestant.name),
    ModelGroup.ORGANISATION: lambda contestant: _or_unknown(contestant.organisation),
    ModelGroup.LICENCE: lambda contestant: _or_unknown(contestant.licence),
    ModelGroup.WEIGHT_CLASS: _class,
}
