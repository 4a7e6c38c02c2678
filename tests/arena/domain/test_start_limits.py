"""ARENA_LIMITS as an operator writes it."""

import pytest

from arena.domain.start_limits import InvalidLimits, StartLimits


@pytest.mark.parametrize("text", ["on", "", " ON "])
def test_the_defaults(text):
    assert StartLimits.from_text(text) == StartLimits()


def test_none_at_all():
    assert StartLimits.from_text("off") is None


def test_some_changed():
    assert StartLimits.from_text("live=30, open=100") == StartLimits(live=30, open=100)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("votes=3", "there is no limit 'votes'; there are window_s, stored, live"),
        ("live", "live is a number of at least 1, not ''"),
        ("live=0", "live is a number of at least 1, not '0'"),
        ("live=-1", "live is a number of at least 1, not '-1'"),
        ("live=1e3", "live is a number of at least 1, not '1e3'"),
        ("live=٣", "live is a number of at least 1"),
        ("live=1,,", "there is no limit ''"),
    ],
)
def test_anything_else_is_refused_by_name(text, problem):
    with pytest.raises(InvalidLimits, match="ARENA_LIMITS") as error:
        StartLimits.from_text(text)

    assert problem in str(error.value)
