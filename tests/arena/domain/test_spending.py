"""Costs in whole nano-dollars, never rounded in favour of the cap."""

from decimal import Decimal

import pytest

from arena.domain.spending import Price, PriceSource, most_tokens, nano, usd

PRICE = Price(Decimal("2"), Decimal("10"), Decimal(0), PriceSource.STATED)


def test_a_cost_is_that_of_the_tokens_in_and_out():
    assert PRICE.cost_usd(12, 34) == Decimal("0.000364")


def test_less_than_a_nano_dollar_counts_as_one():
    price = Price(Decimal("0.000001"), Decimal(0), Decimal(0), PriceSource.STATED)

    assert price.cost_usd(1, 0) == Decimal("0.000000001")
    assert nano(Decimal("0.0000000001")) == 1


def test_amounts_go_there_and_back():
    assert usd(nano(Decimal("12.345678901"))) == Decimal("12.345678901")


def test_an_answer_that_is_no_text_has_a_price_of_its_own():
    assert Price(Decimal(0), Decimal(0), Decimal("0.04"), PriceSource.STATED).cost_usd(100, 0) == Decimal("0.04")


@pytest.mark.parametrize(
    ("texts", "n_pictures", "tokens"), [([], 0, 0), (["abc"], 0, 19), (["你好"], 0, 22), (["a", "b"], 2, 6034)]
)
def test_there_are_never_more_tokens_than_bytes(texts, n_pictures, tokens):
    assert most_tokens(texts, n_pictures) == tokens


def test_half_a_surrogate_can_be_counted():
    assert most_tokens(["\ud800"]) == 17
