"""What does the address of a board say? Every state of the page, written one way, so that a link is what was seen.

Next files to read: domain/slices.py and domain/row_filter.py, the two filters; facets.py, which offers them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self
from urllib.parse import urlencode

from django.http import HttpRequest

from arena.domain.filter_values import DAY
from arena.domain.metadata import VoterKind
from arena.domain.row_filter import ROW_PARAMETERS, RowFilter
from arena.domain.slices import REPEATABLE_PARAMETERS, SLICE_PARAMETERS, Slice
from arena.web.errors import BadQuery

DEFAULT_SORT = "rank"
SORT_NAMES = ("rank", "name", "rating", "votes", "win_rate", "both_bad")
SORTS = (*SORT_NAMES, *(f"-{name}" for name in SORT_NAMES))
GROUPS = ("family",)
MAX_SEARCH_LENGTH = 100
MAX_ID_DIGITS = 18
EVERY_ROW = RowFilter()

VIEW_PARAMETERS = ("sort", "q", "group")
SNAPSHOT_PARAMETERS = (*VIEW_PARAMETERS, *ROW_PARAMETERS)
BOARD_PARAMETERS = (*SLICE_PARAMETERS, *SNAPSHOT_PARAMETERS, "as_of")
REPEATABLE = (*REPEATABLE_PARAMETERS, *ROW_PARAMETERS)


@dataclass(frozen=True, kw_only=True)
class BoardAddress:
    """slice : which votes.   rows : which rows.   as_of : a snapshot's id or a day, None for now.

    is_snapshot : of a snapshot's own page, whose votes are not to be chosen.
    """

    slice: Slice
    rows: RowFilter = EVERY_ROW
    sort: str = DEFAULT_SORT
    search: str = ""
    group: str = ""
    as_of: int | date | None = None
    is_snapshot: bool = False

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Sequence[str]], voters: VoterKind) -> Self:
        """voters : whose votes they are if the address does not say. Raises BadFilter, BadQuery."""
        asked = {name: values for name, values in parameters.items() if name in SLICE_PARAMETERS}
        return cls(
            slice=Slice.from_parameters({"voters": [voters]} | asked),
            rows=RowFilter.from_parameters({k: v for k, v in parameters.items() if k in ROW_PARAMETERS}),
            sort=_read_sort(_one(parameters, "sort", DEFAULT_SORT)),
            search=read_search(_one(parameters, "q", "")),
            group=_read_group(_one(parameters, "group", "")),
            as_of=read_as_of(_one(parameters, "as_of", "")),
        )

    def to_parameters(self) -> dict[str, list[str]]:
        """from_parameters is its inverse. Whose votes they are is always said."""
        said: dict[str, list[str]] = {}
        if not self.is_snapshot:
            said = {"voters": [str(self.slice.voters)]} | self.slice.facets
        said |= self.rows.to_parameters()
        for name, value, unsaid in (
            ("sort", self.sort, DEFAULT_SORT),
            ("q", self.search, ""),
            ("group", self.group, ""),
            ("as_of", "" if self.as_of is None else str(self.as_of), ""),
        ):
            if value != unsaid:
                said[name] = [value]
        return said

    def to_query(self, **changes: Any) -> str:
        return urlencode(replace(self, **changes).to_parameters(), doseq=True)

    def hidden_fields(self, *shown: str) -> list[tuple[str, str]]:
        """What a form has to carry along besides the fields that it shows."""
        parameters = self.to_parameters()
        return [(name, value) for name, values in parameters.items() if name not in shown for value in values]


def parameters_of(request: HttpRequest) -> dict[str, list[str]]:
    return {name: list(values) for name, values in request.GET.lists()}


def read_search(text: str) -> str:
    """Raises BadQuery."""
    search = text.strip()
    if len(search) > MAX_SEARCH_LENGTH or "\x00" in search:
        raise BadQuery("q", f"q of at most {MAX_SEARCH_LENGTH} characters")
    return search


def read_as_of(text: str) -> int | date | None:
    """Raises BadQuery."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= MAX_ID_DIGITS:
        return int(text)
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadQuery("as_of", "as_of as a day (YYYY-MM-DD) or the number of a snapshot")


def _one(parameters: Mapping[str, Sequence[str]], name: str, unsaid: str) -> str:
    return parameters[name][0] if parameters.get(name) else unsaid


def _read_sort(sort: str) -> str:
    if sort not in SORTS:
        raise BadQuery(f"sort={sort}", f"sort by {', '.join(SORT_NAMES)}, with a minus sign for the other way round")
    return sort


def _read_group(group: str) -> str:
    if group and group not in GROUPS:
        raise BadQuery(f"group={group}", f"group by {', '.join(GROUPS)}")
    return group
