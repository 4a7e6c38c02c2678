"""What does a model cost, what may be spent, and what is? Next file to read: services/spending.py."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import httpx2
import numpy as np
from django.conf import settings
from django.db.models import Q, Sum

from arena.domain.spending import (
    DEFAULT_CAPS_USD,
    UNKNOWN_ANSWER_TOKENS,
    CapScope,
    Price,
    PriceSource,
    nano,
    usd,
)
from arena.models import Contestant, Endpoint, SpendingCap, SpendingTotal
from arena.providers.egress import is_allowed
from arena.providers.prices import listed_price
from arena.queries.catalog import Field

FREE_PROVIDERS = ("demo",)
MEDIA_PROVIDERS = ("openai-images", "openai-speech")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Caps:
    """Limits in nano-dollars; None is no limit."""

    general: dict[CapScope, int | None]
    by_model: dict[int, int | None]

    def limit(self, scope: CapScope, contestant_id: int | None = None) -> int | None:
        if scope is CapScope.MODEL_DAY and contestant_id in self.by_model:
            return self.by_model[contestant_id]
        return self.general.get(scope)


@dataclass(frozen=True)
class Spend:
    """Of one day or month, in USD. cap_usd : None where there is none."""

    spent_usd: Decimal
    reserved_usd: Decimal
    cap_usd: Decimal | None

    @property
    def used_usd(self) -> Decimal:
        return self.spent_usd + self.reserved_usd

    @property
    def share(self) -> float | None:
        """Of the cap that is used; None without a cap, 1 for a cap of nothing."""
        if self.cap_usd is None:
            return None
        return float(self.used_usd / self.cap_usd) if self.cap_usd else 1.0


@dataclass(frozen=True)
class ModelSpend:
    """What one model costs. price_source : whether the numbers rest on a price that somebody stated."""

    contestant: Contestant
    today: Spend
    month_usd: Decimal
    price: Price


def price_of(contestant: Contestant) -> Price:
    """As stated; else as listed; else nothing for a server of one's own, and the worst price for all others."""
    endpoint: Endpoint | None = getattr(contestant, "endpoint", None)
    if endpoint is None or endpoint.provider in FREE_PROVIDERS:
        return Price(NOTHING, NOTHING, NOTHING, PriceSource.OWN)
    if endpoint.provider in MEDIA_PROVIDERS:
        return _media_price(contestant, endpoint)
    stated = (contestant.input_price_usd, contestant.output_price_usd)
    return text_price(stated, endpoint.model_name, endpoint.base_url)


def text_price(stated: tuple[Decimal | None, Decimal | None], model_name: str, base_url: str) -> Price:
    """Of a model that reads and writes text. stated : what somebody said of input and output, None for nothing."""
    input_usd, output_usd = stated
    if input_usd is not None and output_usd is not None:
        return Price(input_usd, output_usd, NOTHING, PriceSource.STATED)
    if listed := listed_price(model_name, base_url):
        other, source = listed, PriceSource.LISTED
    elif _is_own(base_url):
        other, source = (NOTHING, NOTHING), PriceSource.OWN
    else:
        other, source = (settings.UNKNOWN_PRICE_USD,) * 2, PriceSource.UNKNOWN
    return Price(
        other[0] if input_usd is None else input_usd, other[1] if output_usd is None else output_usd, NOTHING, source
    )


def with_prices(contestant_ids: Iterable[int]) -> dict[int, Contestant]:
    """Contestants with all that decides their price, by id."""
    return Contestant.objects.select_related("endpoint").in_bulk(list(contestant_ids))


def current_caps() -> Caps:
    """The operator's rows, over the defaults."""
    general: dict[CapScope, int | None] = {scope: nano(limit) for scope, limit in DEFAULT_CAPS_USD.items()}
    by_model: dict[int, int | None] = {}
    for cap in SpendingCap.objects.all():
        limit = None if cap.limit_usd is None else nano(cap.limit_usd)
        if cap.contestant_id is None:
            general[CapScope(cap.scope)] = limit
        else:
            by_model[cap.contestant_id] = limit
    return Caps(general, by_model)


def total_key(scope: CapScope, day: date, contestant_id: int | None = None, voter_id: UUID | None = None) -> str:
    """The one row that a cap is measured by. Sorted, keys give the one order in which rows are locked."""
    period = f"{day:%Y-%m}" if scope is CapScope.MONTH else f"{day:%Y-%m-%d}"
    subject = {CapScope.MODEL_DAY: f"/{contestant_id}", CapScope.VOTER_DAY: f"/{voter_id}"}.get(scope, "")
    return f"{scope.value}/{period}{subject}"


def within_budget(field: Field, voter_id: UUID, now: datetime) -> Field:
    """The field without live answers that found no room in a budget of this day or month.

    Known before the draw, so that the probability of a pair is that among those who can be paid for.
    """
    shared = [total_key(scope, now.date(), voter_id=voter_id) for scope in CapScope if scope is not CapScope.MODEL_DAY]
    short = SpendingTotal.objects.filter(refused_nano__isnull=False).filter(
        Q(key__in=shared) | Q(scope=CapScope.MODEL_DAY, begins=now.date())
    )
    if not short:
        return field
    caps = current_caps()
    full = [total for total in short if _has_no_room(total, caps)]
    models = {total.contestant_id for total in full if total.contestant_id is not None}
    return without_paid(field, models if len(models) == len(full) else None)


def without_paid(field: Field, contestant_ids: Iterable[int | None] | None) -> Field:
    """The field without live answers of these contestants, or (None) of all that cost anything."""
    if contestant_ids is None:
        priced = with_prices(field.contestant_ids)
        contestant_ids = [pk for pk, contestant in priced.items() if not price_of(contestant).is_free]
    return replace(field, is_live=field.is_live & ~np.isin(field.contestant_ids, list(contestant_ids)))


def site_spending(now: datetime) -> tuple[Spend, Spend]:
    """Today and this month, all models together."""
    caps, found = current_caps(), _totals(total_key(scope, now.date()) for scope in (CapScope.DAY, CapScope.MONTH))
    return (
        _spend(found.get(total_key(CapScope.DAY, now.date())), caps.limit(CapScope.DAY)),
        _spend(found.get(total_key(CapScope.MONTH, now.date())), caps.limit(CapScope.MONTH)),
    )


def voter_spending(voter_id: UUID, cap_usd: Decimal | None, now: datetime) -> Spend:
    """Today's calls for one voter, against a cap of their own: what a judge may cost."""
    key = total_key(CapScope.VOTER_DAY, now.date(), voter_id=voter_id)
    return _spend(_totals([key]).get(key), None if cap_usd is None else nano(cap_usd))


def model_spending(now: datetime) -> list[ModelSpend]:
    """Every model with an endpoint, by slug: today against its cap, this month, and the price that is counted."""
    caps, today = current_caps(), now.date()
    of_month = SpendingTotal.objects.filter(scope=CapScope.MODEL_DAY, begins__gte=today.replace(day=1))
    by_month = dict(of_month.order_by().values_list("contestant").annotate(Sum("spent_nano")))
    of_today = {total.contestant_id: total for total in of_month.filter(begins=today)}
    return [
        ModelSpend(
            contestant,
            today=_spend(of_today.get(contestant.pk), caps.limit(CapScope.MODEL_DAY, contestant.pk)),
            month_usd=usd(by_month.get(contestant.pk, 0)),
            price=price_of(contestant),
        )
        for contestant in Contestant.objects.filter(endpoint__isnull=False).select_related("endpoint").order_by("slug")
    ]


def _media_price(contestant: Contestant, endpoint: Endpoint) -> Price:
    """Pictures and sounds are paid by the piece."""
    if contestant.answer_price_usd is not None:
        return Price(NOTHING, NOTHING, contestant.answer_price_usd, PriceSource.STATED)
    if _is_own(endpoint.base_url):
        return Price(NOTHING, NOTHING, NOTHING, PriceSource.OWN)
    worst = Price(NOTHING, settings.UNKNOWN_PRICE_USD, NOTHING, PriceSource.UNKNOWN).cost_usd(0, UNKNOWN_ANSWER_TOKENS)
    return Price(NOTHING, NOTHING, worst, PriceSource.UNKNOWN)


def _is_own(base_url: str) -> bool:
    """A server that the operator allowed by name is the operator's: whoever runs it pays for it otherwise."""
    try:
        return is_allowed(httpx2.URL(base_url), settings.EGRESS_ALLOW)
    except httpx2.InvalidURL:
        return False


def _has_no_room(total: SpendingTotal, caps: Caps) -> bool:
    limit = caps.limit(CapScope(total.scope), total.contestant_id)
    return limit is not None and total.spent_nano + total.reserved_nano + (total.refused_nano or 0) > limit


def _totals(keys: Iterable[str]) -> dict[str, SpendingTotal]:
    return {total.key: total for total in SpendingTotal.objects.filter(key__in=list(keys))}


def _spend(total: SpendingTotal | None, limit: int | None) -> Spend:
    cap = None if limit is None else usd(limit)
    if total is None:
        return Spend(NOTHING, NOTHING, cap)
    return Spend(usd(total.spent_nano), usd(total.reserved_nano), cap)
