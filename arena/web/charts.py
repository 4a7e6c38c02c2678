"""How do numbers become positions in a picture? Scales, axes and the shapes that every chart is made of.

Charts are SVG made on the server: read without scripts, under a policy without inline styles, and beside a table.
Next file to read: pictures.py and history.py, which draw.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil, floor, log10

from django.utils.formats import date_format

from arena.web.numbers import count, points

WIDTH, HEIGHT = 720.0, 420.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 150.0, 16.0, 48.0  # room for words around the field of a plot
N_MARKS = 6
FEW_DAYS_S = 5 * 86_400.0
STEPS = (1, 2, 2.5, 5, 10)
Words = Callable[[float], str]


@dataclass(frozen=True)
class Scale:
    """From values to positions. A logarithmic one takes values above 0."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        low, high = self._unfold(self.low), self._unfold(self.high)
        return round(self.start + (self._unfold(value) - low) / (high - low) * (self.end - self.start), 1)

    def marks(self) -> list[float]:
        """Round values within the scale."""
        if self.is_log:
            decades = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
            wanted = [n * 10.0**decade for decade in decades for n in (1, 3)]
            return [value for value in wanted if self.low <= value <= self.high]
        step = round_step((self.high - self.low) / N_MARKS)
        first = ceil(self.low / step)
        return [k * step for k in range(first, floor(self.high / step) + 1)]

    def _unfold(self, value: float) -> float:
        return log10(value) if self.is_log else value


@dataclass(frozen=True)
class Mark:
    at: float
    label: str


@dataclass(frozen=True)
class Dot:
    """low, high : ends of a vertical interval, None without one."""

    x: float
    y: float
    label: str
    is_front: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """path : points of a polyline.   kind : "front", "course" or "band"."""

    path: str
    kind: str
    label: str = ""
    label_x: float = 0
    label_y: float = 0


@dataclass(frozen=True)
class Column:
    """A column of a picture of numbers by day."""

    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True)
class Plot:
    """Everything that a picture of two axes shows, in its own units."""

    title: str
    x_label: str
    y_label: str
    x_marks: Sequence[Mark]
    y_marks: Sequence[Mark]
    dots: Sequence[Dot] = ()
    lines: Sequence[Line] = ()
    columns: Sequence[Column] = ()
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    top: float = TOP
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


def round_step(step: float) -> float:
    """The next round number, 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(step))
    return next(n * power for n in STEPS if n * power >= step * (1 - 1e-9))


def x_scale(values: Sequence[float], *, is_log: bool = False) -> Scale:
    return _around(values, LEFT, WIDTH - RIGHT, is_log)


def y_scale(values: Sequence[float]) -> Scale:
    return _around(values, HEIGHT - BOTTOM, TOP, False)


def place_scale(n_places: int) -> Scale:
    """The first place on top."""
    return Scale(0.5, n_places + 0.5, TOP, HEIGHT - BOTTOM)


def marks_of(scale: Scale, words: Words) -> list[Mark]:
    return [Mark(scale.at(value), words(value)) for value in scale.marks()]


def path_of(line: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)


def moment_words(scale: Scale) -> Words:
    """Days, or hours where all is within a few days."""
    return day_words if scale.high - scale.low > FEW_DAYS_S else _hour_words


def day_words(seconds: float) -> str:
    return date_format(datetime.fromtimestamp(seconds, UTC), "SHORT_DATE_FORMAT")


def _hour_words(seconds: float) -> str:
    return date_format(datetime.fromtimestamp(seconds, UTC), "j M H:i")


def number_words(value: float) -> str:
    return count(Decimal(f"{value:g}"))


point_words: Words = points


def _around(values: Sequence[float], start: float, end: float, is_log: bool) -> Scale:
    """With a little air on both sides."""
    low, high = min(values), max(values)
    if is_log:
        return Scale(low / 1.3, high * 1.3, start, end, True)
    air = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    return Scale(low - air, high + air, start, end)
