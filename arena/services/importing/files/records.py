"""What does one row of a file say? Typed answers, or a fault that names file, line, field and value.

Next file to read: readers.py, where rows come from.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from arena.services.importing.files.places import Place

MAX_TEXT_LENGTH = 2**19  # as long as an answer may be when it is generated here
MAX_ID_LENGTH = 100
MAX_SHOWN_LENGTH = 60
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
NUMBER = re.compile(r"\s*-?\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*", re.IGNORECASE)
FLAGS = {"true": True, "1": True, "false": False, "0": False}


def storable(text: str) -> str:
    """The text as it is, except for what no database can keep: NUL and lone surrogates."""
    return UNSTORABLE.sub("\ufffd", text)


@dataclass(frozen=True)
class Record:
    """One row: its place, and its values as the file has them (strings in CSV, JSON's types elsewhere).

    Every method answers for one field and raises ImportFault if the value is of another sort.
    """

    place: Place
    values: dict[str, Any]

    def has(self, field: str) -> bool:
        """Whether there is a value; the empty cell of a CSV file is none."""
        return self.values.get(field) not in (None, "")

    def first_of(self, fields: tuple[str, ...]) -> str | None:
        """The first of these fields that has a value."""
        return next((field for field in fields if self.has(field)), None)

    def text(self, field: str) -> str:
        """A text that may be empty, but must be there."""
        value = self.values.get(field)
        if not isinstance(value, str):
            raise self.wrong(field, "a text")
        if len(value) > MAX_TEXT_LENGTH:
            raise self.place.fault(f"{field} has {len(value):,} characters, at most {MAX_TEXT_LENGTH:,} are taken")
        return storable(value)

    def line(self, field: str, max_length: int) -> str:
        """One line of text without control characters, "" where there is none; numbers are taken as written."""
        if not self.has(field):
            return ""
        value = self.values[field]
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or CONTROLS.search(value):
            raise self.wrong(field, "one line of text")
        if len(value.strip()) > max_length:
            raise self.wrong(field, f"at most {max_length} characters")
        return value.strip()

    def identifier(self, field: str) -> str:
        """A line that must be there and says something."""
        line = self.line(field, MAX_ID_LENGTH)
        if not line:
            raise self.place.fault(f"{field} is missing")
        return line

    def number(self, field: str, *, above: float | None = None) -> float | None:
        """A finite number, None where there is none."""
        if not self.has(field):
            return None
        value = self.values[field]
        if isinstance(value, str) and NUMBER.fullmatch(value):
            value = float(value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or (above is not None and value <= above):
            raise self.wrong(field, "a number" if above is None else f"a number above {above:g}")
        return float(value)

    def flag(self, field: str) -> bool | None:
        """true or false, None where there is nothing."""
        if not self.has(field):
            return None
        value = FLAGS.get(str(self.values[field]).strip().lower())
        if value is None:
            raise self.wrong(field, "true or false")
        return value

    def day(self, field: str) -> date | None:
        if not self.has(field):
            return None
        try:
            return date.fromisoformat(self.line(field, MAX_ID_LENGTH))
        except ValueError:
            raise self.wrong(field, "a date such as 2026-11-23") from None

    def moment(self, field: str) -> datetime | None:
        """A time: ISO 8601, UTC where no zone is said; or seconds since 1970."""
        if not self.has(field):
            return None
        value = self.values[field]
        try:
            if isinstance(value, str) and not NUMBER.fullmatch(value):
                value = datetime.fromisoformat(value.strip())
            if isinstance(value, datetime):
                return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return datetime.fromtimestamp(self.number(field, above=0) or 0, UTC)
        except (ValueError, OverflowError, OSError):
            raise self.wrong(field, "a time") from None

    def items(self, field: str) -> list[Any]:
        value = self.values.get(field)
        if not isinstance(value, list):
            raise self.wrong(field, "a list")
        return value

    def wrong(self, field: str, wanted: str) -> Exception:
        """The fault that this field is not what is wanted."""
        if not self.has(field) and not isinstance(self.values.get(field), str):
            return self.place.fault(f"{field} is missing")
        shown = repr(self.values[field])
        shown = shown if len(shown) <= MAX_SHOWN_LENGTH else f"{shown[:MAX_SHOWN_LENGTH]}..."
        return self.place.fault(f"{field} is {shown}, not {wanted}")
