"""How does a published board look? Rows in words and whole points, bars on one shared axis, a sentence above.

Nothing is computed anew here but positions on the axis. Next file to read: queries/leaderboards.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext

from arena.domain.metadata import Openness
from arena.models import Contestant, SnapshotRow
from arena.queries.board_limits import PromptAges
from arena.web.limits import Badge, ages_in_words, contamination_badge
from arena.web.numbers import count, interval, percent, place, points
from arena.web.words import label_of
from ratings.graph import Reason

STEPS = (50, 100, 200, 250, 500, 1000)  # points between two marks of the axis
MAX_STEPS = 6


@dataclass(frozen=True)
class Axis:
    """The one scale of all bars of a board, in points; marks with their place in per cent."""

    low: float
    high: float
    step: float

    def at(self, value: float) -> float:
        """Where a rating lies, in per cent from the left; what is off the scale lies at its end."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, share)), 2)

    @property
    def marks(self) -> list[tuple[str, float]]:
        n = round((self.high - self.low) / self.step)
        return [(points(self.low + k * self.step), self.at(self.low + k * self.step)) for k in range(n + 1)]


@dataclass(frozen=True)
class Bar:
    """Positions in per cent of the axis."""

    low: float
    rating: float
    high: float


@dataclass(frozen=True)
class ShownRow:
    place: str
    among: str
    note: str
    rank: int | None
    contestant: Contestant
    rating: str
    interval: str
    bar: Bar | None
    votes: str
    win_rate: str
    both_bad_rate: str
    rank_ub: str
    elo: str
    record: str
    reason: str
    weight_class: str
    openness: str
    badge: Badge | None
    ages: str


def axis_of(rows: Sequence[SnapshotRow]) -> Axis | None:
    """Round marks around all intervals of these rows; None if none is rated."""
    return axis_of_values(
        [value for row in rows for value in (row.rating, row.ci_low, row.ci_high) if value is not None]
    )


def axis_of_values(values: Sequence[float]) -> Axis | None:
    """Round marks around these points; None if there are none."""
    if not values:
        return None
    low, high = min(values), max(values)
    step = next((step for step in STEPS if (high - low) / step <= MAX_STEPS - 1), ceil((high - low) / MAX_STEPS))
    start = floor(low / step) * step
    return Axis(start, max(ceil(high / step) * step, start + step), step)


def show_row(
    row: SnapshotRow, axis: Axis | None = None, among: str = "", note: str = "", ages: PromptAges | None = None
) -> ShownRow:
    """among : its place among the rows that are shown, where some are hidden.   note : a sentence below the name.

    ages : of the prompts that it was judged on.
    """
    return ShownRow(
        place=place(row.rank_low, row.rank_high),
        among=among,
        note=note,
        rank=row.rank,
        contestant=row.contestant,
        rating=points(row.rating),
        interval=interval(row.ci_low, row.ci_high),
        bar=_bar(row, axis),
        votes=count(row.votes),
        win_rate=percent(row.win_rate),
        both_bad_rate=percent(row.both_bad_rate),
        rank_ub="" if row.rank_ub is None else str(row.rank_ub),
        elo=points(row.elo),
        record=gettext("%(won)s won, %(lost)s lost, %(tied)s tied, %(both_bad)s both bad")
        % {
            "won": count(row.wins),
            "lost": count(row.losses),
            "tied": count(row.ties),
            "both_bad": count(row.both_bad),
        },
        reason=gettext(in_words_of_the_page(Reason(row.reason).sentence)) if row.reason else "",
        weight_class=label_of(row.contestant.weight_class),
        openness=label_of(Openness(row.contestant.openness)),
        badge=contamination_badge(ages),
        ages=ages_in_words(ages),
    )


def in_words_of_the_page(sentence: str) -> str:
    """The mathematics speaks of contestants; pages call them models."""
    return sentence.replace("contestant", "model")


def _bar(row: SnapshotRow, axis: Axis | None) -> Bar | None:
    if axis is None or row.rating is None or row.ci_low is None or row.ci_high is None:
        return None
    return Bar(axis.at(row.ci_low), axis.at(row.rating), axis.at(row.ci_high))
