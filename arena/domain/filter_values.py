"""How are the values of a filter written in an address? Words, days and ranges, read strictly and written one way.

Next files to read: slices.py and row_filter.py, the two filters of a board.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self, TypeVar

from arena.domain.errors import BadFilter
from arena.domain.words import Word

UNKNOWN = "unknown"
RANGE = ".."
MAX_VALUES = 60
MAX_SHOWN = 40  # characters of a bad value
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)
WordType = TypeVar("WordType", bound=Word)


@dataclass(frozen=True)
class DateRange:
    """Days of UTC, both ends included; None leaves an end open."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self.first is not None or self.last is not None

    def __str__(self) -> str:
        return f"{self.first or ''}{RANGE}{self.last or ''}" if self else ""


@dataclass(frozen=True)
class NumberRange:
    """Both ends included; None leaves an end open."""

    low: Decimal | None = None
    high: Decimal | None = None

    def __contains__(self, number: Decimal | float) -> bool:
        return (self.low is None or self.low <= number) and (self.high is None or number <= self.high)

    def __str__(self) -> str:
        return f"{_plain(self.low)}{RANGE}{_plain(self.high)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError."""
        low, high = (_read_number(end) for end in _two_ends(text))
        if low is not None and high is not None and low > high:
            raise ValueError("the lower end comes first")
        return cls(low, high)


ANY_DAY = DateRange()


def read_dates(values: Sequence[str]) -> DateRange:
    """A..B, A.., ..B, one day, or the values of two fields of a form, one of them empty perhaps. Raises ValueError."""
    if not any(values):
        return ANY_DAY
    if len(values) > 2:
        raise ValueError("there are two ends")
    if len(values) == 2:
        first, last = values
    elif RANGE in values[0]:
        first, last = _two_ends(values[0])
    else:
        first = last = values[0]
    days = DateRange(_read_day(first), _read_day(last))
    if days.first and days.last and days.first > days.last:
        raise ValueError("the first day comes first")
    return days


def read_words(parameter: str, words: type[WordType], values: Iterable[str]) -> tuple[WordType, ...]:
    """Each word once, in the order of the list. Raises BadFilter."""
    said = set(values)
    if unknown := sorted(said - set(words)):
        raise BadFilter(parameter, f"{shown(unknown[0])} is not one of {', '.join(words)}")
    return tuple(word for word in words if word in said)


def read_names(parameter: str, values: Iterable[str], is_name: Callable[[str], bool], what: str) -> tuple[str, ...]:
    """Each name once, in alphabetical order. Raises BadFilter."""
    names = sorted(set(values))
    for name in names:
        if not is_name(name):
            raise BadFilter(parameter, f"{shown(name)} is not {what}")
    return tuple(names)


def shown(value: str) -> str:
    """A bad value as an error may repeat it: short, and in ASCII."""
    return ascii(value[:MAX_SHOWN])


def check_number_of_values(parameter: str, values: Sequence[str]) -> None:
    """Raises BadFilter."""
    if len(values) > MAX_VALUES:
        raise BadFilter(parameter, f"at most {MAX_VALUES} values")


def read_one(parameter: str, values: Sequence[str], choices: Sequence[str]) -> str | None:
    """The one value, None if there is none. Raises BadFilter."""
    if not values:
        return None
    if len(values) > 1 or values[0] not in choices:
        raise BadFilter(parameter, f"say one of {', '.join(choices)}, once")
    return values[0]


def _two_ends(text: str) -> tuple[str, str]:
    ends = text.split(RANGE)
    if len(ends) != 2 or not any(ends):
        raise ValueError(f"a range is written LOW{RANGE}HIGH, with one end or both")
    return ends[0], ends[1]


def _read_day(text: str) -> date | None:
    if not text:
        return None
    if not DAY.fullmatch(text):
        raise ValueError("a day is written YYYY-MM-DD")
    return date.fromisoformat(text)


def _read_number(text: str) -> Decimal | None:
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise ValueError("a number has digits, and a point at most")
    return Decimal(text)


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
