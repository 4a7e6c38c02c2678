"""What a model costs by which rule, and what the operator sees of it."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from arena.domain.spending import CapScope, PriceSource
from arena.models import Endpoint, SpendingCap, SpendingTotal
from arena.queries.clock import database_now
from arena.queries.spending import current_caps, model_spending, price_of, site_spending, total_key
from tests.factories import make_contestant

pytestmark = pytest.mark.django_db
OPENAI = "https://api.openai.com/v1"
ELSEWHERE = "https://models.example/v1"


def priced(provider="openai", url=OPENAI, name="gpt-4o", **prices):
    contestant = make_contestant(f"model-{provider}", **prices)
    Endpoint.objects.create(contestant=contestant, provider=provider, base_url=url, model_name=name)
    return price_of(contestant)


def test_a_stated_price_wins():
    price = priced(input_price_usd=Decimal(1), output_price_usd=Decimal(2))

    assert (price.input_usd, price.output_usd, price.source) == (1, 2, PriceSource.STATED)


def test_what_is_not_stated_comes_from_the_public_list():
    price = priced(input_price_usd=Decimal(1))

    assert (price.input_usd, price.output_usd, price.source) == (1, 10, PriceSource.LISTED)


def test_what_nobody_knows_counts_as_the_worst_price(settings: Settings):
    settings.UNKNOWN_PRICE_USD = Decimal(75)

    price = priced(url=ELSEWHERE)

    assert (price.input_usd, price.output_usd, price.source) == (75, 75, PriceSource.UNKNOWN)


@pytest.mark.parametrize("provider", ["openai", "openai-images"])
def test_a_server_of_ones_own_costs_nothing(settings: Settings, provider):
    settings.EGRESS_ALLOW = ("models.example",)

    price = priced(provider, url=ELSEWHERE)

    assert (price.is_free, price.source) == (True, PriceSource.OWN)


def test_pictures_are_paid_by_the_piece(settings: Settings):
    settings.UNKNOWN_PRICE_USD = Decimal(60)

    assert priced("openai-images").cost_usd(9, 0) == Decimal("0.3")
    assert priced("openai-speech", answer_price_usd=Decimal("0.04")).cost_usd(9, 0) == Decimal("0.04")


def test_demo_models_and_stored_outputs_cost_nothing():
    assert priced("demo").is_free
    assert price_of(make_contestant("stored")).is_free


def test_without_a_word_of_the_operator_the_site_is_capped():
    caps = current_caps()

    assert caps.limit(CapScope.DAY) == 25 * 10**9
    assert caps.limit(CapScope.MODEL_DAY, 1) is None


def test_rows_of_the_operator_win_and_empty_means_no_limit():
    own = make_contestant("own")
    SpendingCap.objects.create(scope=CapScope.DAY, limit_usd=None)
    SpendingCap.objects.create(scope=CapScope.MODEL_DAY, limit_usd=Decimal(2))
    SpendingCap.objects.create(scope=CapScope.MODEL_DAY, contestant=own, limit_usd=Decimal("0.5"))

    caps = current_caps()

    assert caps.limit(CapScope.DAY) is None
    assert caps.limit(CapScope.MODEL_DAY, own.pk) == 500_000_000
    assert caps.limit(CapScope.MODEL_DAY, own.pk + 1) == 2 * 10**9


def test_the_dashboard_reads_today_and_the_month_against_the_caps():
    now = database_now()
    contestant = make_contestant("own", input_price_usd=Decimal(1), output_price_usd=Decimal(2))
    Endpoint.objects.create(contestant=contestant, provider="openai", base_url=OPENAI, model_name="x")
    for scope, of in ((CapScope.DAY, None), (CapScope.MONTH, None), (CapScope.MODEL_DAY, contestant)):
        key = total_key(scope, now.date(), of and of.pk)
        SpendingTotal.objects.create(
            key=key, scope=scope, begins=now.date(), contestant=of, spent_nano=5 * 10**9, reserved_nano=10**9
        )

    today, month = site_spending(now)
    (row,) = model_spending(now)

    assert (today.used_usd, today.cap_usd, today.share) == (6, 25, 0.24)
    assert (month.spent_usd, month.reserved_usd, month.cap_usd) == (5, 1, 250)
    assert (row.contestant, row.today.spent_usd, row.today.cap_usd, row.today.share) == (contestant, 5, None, None)
    assert (row.month_usd, row.price.source) == (5, PriceSource.STATED)
