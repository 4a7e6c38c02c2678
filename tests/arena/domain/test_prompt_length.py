"""Bands of length, bounds inclusive."""

import pytest

from arena.domain.prompt_length import prompt_length_of


@pytest.mark.parametrize(
    ("n", "band"), [(0, "short"), (100, "short"), (101, "medium"), (1_000, "medium"), (1_001, "long"), (10**6, "long")]
)
def test_band_of_a_length(n, band):
    assert prompt_length_of(n) == band
