"""How is it shown who was shown how often? Shares of drawn battles by week, with caps and alarms.

Next file to read: queries/shares.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from arena.domain.shares import ModelGroup
from arena.models import SamplerSnapshot
from arena.queries.catalog import arena_by_slug
from arena.queries.pairing import newest_sampler
from arena.queries.shares import Share, Week, weekly_shares
from arena.visitors import viewer_of
from arena.web.errors import BadQuery
from arena.web.numbers import count
from arena.web.page import page

LINE_WIDTH, LINE_HEIGHT = 160.0, 28.0  # of the picture of all weeks, in its own units
MARGIN = 3.0


@dataclass(frozen=True)
class ShownShare:
    """One row: the newest week, a bar with the cap, and the line of all weeks. Positions in per cent or picture units.

    line : points of the polyline, oldest week first.   weeks : the shares in words, newest first.
    """

    label: str
    address: str
    share: str
    n_battles: str
    width: float
    is_alarm: bool
    line: str
    last_x: float
    last_y: float
    weeks: list[str]


@page("GET", query=("by",))
def shares(request: HttpRequest, arena: str) -> HttpResponse:
    found = arena_by_slug(arena, viewer_of(request))
    group = _read_group(request)
    weeks = weekly_shares(found)
    context: dict[str, Any] = {
        "arena": found,
        "group": group,
        "groups": list(ModelGroup),
        "weeks": [week.start for week in weeks],
        "rule": _rule(newest_sampler(found)),
    }
    return render(request, "arena/shares.html", context | _shown(weeks, group))


def share_in_words(share: float) -> str:
    return f"{100 * share:.1f} %"


def _read_group(request: HttpRequest) -> ModelGroup:
    asked = request.GET.get("by", ModelGroup.MODEL)
    if asked not in list(ModelGroup):
        raise BadQuery(f"by={asked}", f"by={', '.join(ModelGroup)}")
    return ModelGroup(asked)


def _shown(weeks: Sequence[Week], group: ModelGroup) -> dict[str, Any]:
    if not weeks:
        return {}
    by_week = [{share.name: share for share in week.of(group)} for week in weeks]
    newest = weeks[0]
    cap = next((share.cap for share in newest.of(group)), None)
    known = {name: share for week in reversed(by_week) for name, share in week.items()}
    names = sorted(known, key=lambda name: (-_share(by_week[0], name), known[name].label.casefold()))
    top = max([cap or 0.0, *(share.share for week in by_week for share in week.values())], default=0.0) or 1.0
    return {
        "newest": newest,
        "n_drawn": count(newest.n_drawn),
        "cap": "" if cap is None else share_in_words(cap),
        "cap_x": None if cap is None else _percent(cap / top),
        "cap_y": None if cap is None else _height(cap / top),
        "alarms": [(week.start, share.label, share_in_words(share.share)) for week in weeks for share in week.alarms],
        "rows": [_row(known[name], by_week, top) for name in names],
    }


def _row(share: Share, by_week: list[dict[str, Share]], top: float) -> ShownShare:
    newest = by_week[0].get(share.name)
    values = [_share(week, share.name) for week in by_week]
    points = [(_across(k, len(values)), _height(value / top)) for k, value in enumerate(reversed(values))]
    return ShownShare(
        label=share.label,
        address=reverse("web:model", args=[share.name]) if share.group is ModelGroup.MODEL else "",
        share=share_in_words(values[0]),
        n_battles=count(newest.n_battles if newest else 0),
        width=_percent(values[0] / top),
        is_alarm=bool(newest and newest.is_alarm),
        line=" ".join(f"{x:g},{y:g}" for x, y in points),
        last_x=points[-1][0],
        last_y=points[-1][1],
        weeks=[share_in_words(value) for value in values],
    )


def _share(week: dict[str, Share], name: str) -> float:
    return week[name].share if name in week else 0.0


def _percent(part: float) -> float:
    return round(100 * part, 2)


def _across(k: int, n: int) -> float:
    return round(MARGIN + (LINE_WIDTH - 2 * MARGIN) * (k / (n - 1) if n > 1 else 0.5), 2)


def _height(part: float) -> float:
    return round(LINE_HEIGHT - MARGIN - (LINE_HEIGHT - 2 * MARGIN) * part, 2)


def _rule(sampler: SamplerSnapshot | None) -> dict[str, Any] | None:
    """What the table of now was made by, and whom the operator weighs differently."""
    if sampler is None:
        return None
    weighed = zip(sampler.ids, sampler.exposures, strict=True)
    return {
        "name": sampler.rule,
        "settings": sampler.settings,
        "made_at": sampler.created_at,
        "digest": sampler.digest,
        "exposures": [(slug, f"{exposure:g}") for slug, exposure in weighed if exposure != 1],
    }
