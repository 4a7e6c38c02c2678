"""Prices of the public lists: by endpoint and name, and nothing for what they do not know."""

from decimal import Decimal

import pytest

from arena.providers.prices import listed_price


def test_a_model_of_a_public_endpoint_is_listed():
    assert listed_price("gpt-4o", "https://api.openai.com/v1") == (Decimal("2.5"), Decimal("10"))


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("gpt-4o", "https://models.example/v1"),
        ("no-such-model", "https://api.openai.com/v1"),
        ("", "https://api.openai.com/v1"),
        ("gpt-4o", ""),
        ("../gpt", "not an address"),
    ],
)
def test_anything_else_is_unknown(name, url):
    assert listed_price(name, url) is None
