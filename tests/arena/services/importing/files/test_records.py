"""Does a row answer in the type that is asked for, or say what is wrong with it?"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from arena.domain.errors import ImportFault
from arena.services.importing.files.places import Place
from arena.services.importing.files.records import MAX_TEXT_LENGTH, Record, storable

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def record(value: Any) -> Record:
    return Record(Place("f.jsonl", 7), {"x": value})


@pytest.mark.parametrize(
    ("ask", "value", "answer"),
    [
        (lambda r: r.text("x"), "a\r\nb", "a\r\nb"),
        (lambda r: r.text("x"), "a\x00\ud800b", "a\ufffd\ufffdb"),
        (lambda r: r.line("x", 10), "  a b ", "a b"),
        (lambda r: r.line("x", 10), None, ""),
        (lambda r: r.line("x", 10), 81, "81"),
        (lambda r: r.identifier("x"), "a", "a"),
        (lambda r: r.number("x"), "7.5", 7.5),
        (lambda r: r.number("x"), 7, 7.0),
        (lambda r: r.number("x"), "", None),
        (lambda r: r.flag("x"), "False", False),
        (lambda r: r.flag("x"), True, True),
        (lambda r: r.flag("x"), 1, True),
        (lambda r: r.flag("x"), None, None),
        (lambda r: r.day("x"), "2023-09-06", date(2023, 9, 6)),
        (lambda r: r.moment("x"), "2026-11-23T12:00Z", NOON),
        (lambda r: r.moment("x"), "2026-11-23 12:00:00", NOON),
        (lambda r: r.moment("x"), "2026-11-23T13:00:00+01:00", NOON),
        (lambda r: r.moment("x"), NOON.timestamp(), NOON),
        (lambda r: r.moment("x"), str(NOON.timestamp()), NOON),
        (lambda r: r.moment("x"), NOON.replace(tzinfo=None), NOON),
        (lambda r: r.moment("x"), None, None),
        (lambda r: r.items("x"), [1], [1]),
        (lambda r: r.first_of(("y", "x")), 0, "x"),
        (lambda r: r.first_of(("y", "x")), "", None),
    ],
)
def test_answers(ask: Callable[[Record], Any], value: Any, answer: Any) -> None:
    assert ask(record(value)) == answer


@pytest.mark.parametrize(
    ("ask", "value", "problem"),
    [
        (lambda r: r.text("x"), None, "x is missing"),
        (lambda r: r.text("x"), 5, "x is 5, not a text"),
        (lambda r: r.text("x"), "a" * (MAX_TEXT_LENGTH + 1), "x has 524,289 characters, at most 524,288 are taken"),
        (lambda r: r.line("x", 3), "abcd", "x is 'abcd', not at most 3 characters"),
        (lambda r: r.line("x", 9), "a\nb", "x is 'a\\nb', not one line of text"),
        (lambda r: r.line("x", 9), True, "x is True, not one line of text"),
        (lambda r: r.identifier("x"), "  ", "x is missing"),
        (lambda r: r.number("x"), "seven", "x is 'seven', not a number"),
        (lambda r: r.number("x"), True, "x is True, not a number"),
        (lambda r: r.number("x"), float("inf"), "x is inf, not a number"),
        (lambda r: r.number("x", above=0), -1, "x is -1, not a number above 0"),
        (lambda r: r.flag("x"), "maybe", "x is 'maybe', not true or false"),
        (lambda r: r.day("x"), "2025-13-01", "x is '2025-13-01', not a date such as 2026-11-23"),
        (lambda r: r.moment("x"), "yesterday", "x is 'yesterday', not a time"),
        (lambda r: r.moment("x"), 1e30, "x is 1e+30, not a time"),
        (lambda r: r.moment("x"), -5, "x is -5, not a number above 0"),
        (lambda r: r.items("x"), "a", "x is 'a', not a list"),
        (lambda r: r.items("x"), "a" * 100, f"x is '{'a' * 59}..., not a list"),
    ],
)
def test_faults_name_place_field_and_value(ask: Callable[[Record], Any], value: Any, problem: str) -> None:
    with pytest.raises(ImportFault) as caught:
        ask(record(value))

    assert str(caught.value) == f"f.jsonl, line 7: {problem}"


def test_storable_leaves_everything_else() -> None:
    text = " \r\n\t<svg>\u202e</s>é\U0001f600 "

    assert storable(text) == text
