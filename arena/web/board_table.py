"""Which rows does the table of a board have, in which order and groups? Next file to read: board.py, one row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from arena.domain.filter_values import UNKNOWN
from arena.domain.metadata import EntryStatus
from arena.models import SnapshotRow
from arena.queries.board_limits import PromptAges, ages_on
from arena.queries.leaderboards import Board
from arena.web.board import Axis, ShownRow, axis_of, show_row
from arena.web.board_address import SORT_NAMES, BoardAddress
from arena.web.numbers import count

ASCENDING: dict[str, Callable[[SnapshotRow], Any]] = {
    "rank": lambda row: (row.rank is None, row.rank, -(row.rating or 0)),
    "name": lambda row: row.contestant.name.casefold(),
    "rating": lambda row: row.rating or 0,
    "votes": lambda row: row.votes,
    "win_rate": lambda row: row.win_rate or 0,
    "both_bad": lambda row: row.both_bad_rate or 0,
}
LABELS: dict[str, Promise] = dict(
    zip(
        SORT_NAMES,
        (
            gettext_lazy("Rank"),
            gettext_lazy("Model"),
            gettext_lazy("Rating"),
            gettext_lazy("Votes"),
            gettext_lazy("Win rate"),
            gettext_lazy("Both bad"),
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class Column:
    """A heading that sorts: a further click turns the order around."""

    name: str
    label: Promise
    query: str
    order: str


@dataclass(frozen=True)
class Group:
    """Rows under a common heading; an empty label needs none."""

    label: str
    rows: Sequence[ShownRow]


@dataclass(frozen=True)
class Table:
    """n_rows : of the whole board.   n_found : of these, shown."""

    axis: Axis | None
    columns: Mapping[str, Column]
    ranked: Sequence[Group]
    preliminary: Sequence[Group]
    n_rows: int
    n_found: int

    @property
    def is_part(self) -> bool:
        return self.n_found < self.n_rows


def table_of(
    board: Board, address: BoardAddress, statuses: Mapping[int, EntryStatus], notes: Mapping[int, str]
) -> Table:
    """statuses : of the entries, notes : sentences, both by contestant.

    The axis is that of all rows, so that hiding some moves no bar.
    """
    axis = axis_of(board.ranked) or axis_of(board.preliminary)
    ages = ages_on(board.snapshot)
    ranked = [row for row in board.ranked if _is_shown(row, address, statuses, ages)]
    preliminary = [row for row in board.preliminary if _is_shown(row, address, statuses, ages)]
    n_rows, n_found = len(board.ranked) + len(board.preliminary), len(ranked) + len(preliminary)
    among = _places_among(ranked) if n_found < n_rows else {}

    def shown(rows: Sequence[SnapshotRow]) -> list[Group]:
        ordered = _sorted(rows, address.sort)
        return [
            Group(
                gettext(label) if label == UNKNOWN else label,
                [
                    show_row(
                        row,
                        axis,
                        among.get(row.pk, ""),
                        notes.get(row.contestant_id, ""),
                        ages.get(row.contestant.slug),
                    )
                    for row in of_group
                ],
            )
            for label, of_group in _grouped(ordered, address.group)
        ]

    columns = {name: _column(name, address) for name in ASCENDING}
    return Table(axis, columns, shown(ranked), shown(preliminary), n_rows, n_found)


def _is_shown(
    row: SnapshotRow, address: BoardAddress, statuses: Mapping[int, EntryStatus], ages: Mapping[str, PromptAges]
) -> bool:
    contestant = row.contestant
    searched = f"{contestant.name}\n{contestant.slug}\n{contestant.organisation}".casefold()
    status = statuses.get(row.contestant_id)
    is_flagged = ages.get(contestant.slug, PromptAges()).is_mostly_older
    return address.search.casefold() in searched and address.rows.shows(
        contestant, status, is_preliminary=row.rank is None, is_flagged=is_flagged
    )


def _places_among(ranked: Sequence[SnapshotRow]) -> dict[int, str]:
    """Place of each row by rating among those shown; equal ranks share one."""
    ranks = sorted(row.rank or 0 for row in ranked)
    n_shown = count(len(ranked))
    return {
        row.pk: gettext("%(place)s of %(all)s") % {"place": count(ranks.index(row.rank or 0) + 1), "all": n_shown}
        for row in ranked
    }


def _sorted(rows: Sequence[SnapshotRow], sort: str) -> list[SnapshotRow]:
    return sorted(rows, key=ASCENDING[sort.lstrip("-")], reverse=sort.startswith("-"))


def _grouped(rows: Sequence[SnapshotRow], group: str) -> list[tuple[str, list[SnapshotRow]]]:
    """By family, the one of the first row first; unknown families come last."""
    if not group:
        return [("", list(rows))] if rows else []
    groups: dict[str, list[SnapshotRow]] = {}
    for row in rows:
        groups.setdefault(row.contestant.family or UNKNOWN, []).append(row)
    return sorted(groups.items(), key=lambda item: item[0] == UNKNOWN)


def _column(name: str, address: BoardAddress) -> Column:
    is_number = name not in ("rank", "name")
    first, second = (f"-{name}", name) if is_number else (name, f"-{name}")
    order = {name: "ascending", f"-{name}": "descending"}.get(address.sort, "none")
    query = address.to_query(sort=second if address.sort == first else first)
    return Column(name, LABELS[name], query, order)
