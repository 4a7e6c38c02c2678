"""What may stand in a column of a vote file? One parser a column, None for what may not. Read vote_rows.py next."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ratings.comparisons import WEIGHT_LIMIT
from ratings.outcomes import PUBLIC_LABELS

UNKNOWN_VOTER = ""
HUMAN = "human"


def parse_name(value: Any) -> str | None:
    """A contestant: text that is not blank, taken as it stands."""
    return value if type(value) is str and value.strip() else None


def parse_winner(value: Any) -> int | None:
    """Code of the Outcome of a public label."""
    return PUBLIC_LABELS.get(value) if type(value) is str else None


def parse_voter(value: Any) -> str | None:
    """A voter: text or integer; absent or empty is unknown."""
    if value is None:
        return UNKNOWN_VOTER
    return str(value) if type(value) in (str, int) else None


def parse_weight(value: Any) -> float | None:
    """A number from 0 to WEIGHT_LIMIT; absent is 1."""
    if value is None:
        return 1.0
    number = _number(value)
    return number if number is not None and 0 <= number <= WEIGHT_LIMIT else None


def parse_probability(value: Any) -> float | None:
    """A number above 0 and at most 1."""
    number = _number(value)
    return number if number is not None and 0 < number <= 1 else None


def parse_time(value: Any) -> float | None:
    """Seconds since 1970 of a number or an ISO 8601 time; without zone it is UTC."""
    if isinstance(value, datetime):
        return _seconds(value)
    number = _number(value)
    if number is not None or type(value) is not str:
        return number
    try:
        return _seconds(datetime.fromisoformat(value))
    except ValueError:
        return None


def parse_flag(value: Any) -> bool | None:
    """true or false, as JSON, text or 1 and 0."""
    if type(value) is str:
        return {"true": True, "false": False, "1": True, "0": False}.get(value.lower())
    return bool(value) if value in (True, False) else None


def parse_ranked(value: Any) -> bool | None:
    """Is a vote ranked? Absent is true."""
    return True if value is None else parse_flag(value)


def parse_exclusion(value: Any) -> bool | None:
    """Is a vote excluded? The name of the rule, or empty if not; plain true and false are understood too."""
    if value is None or value == "":
        return False
    flag = parse_flag(value)
    return flag if flag is not None else (True if type(value) is str else None)


def parse_kind(value: Any) -> str | None:
    """Kind of a voter, any word; absent is human."""
    if value is None:
        return HUMAN
    return value if type(value) is str else None


def parse_column(name: str, values: list[Any]) -> list[Any]:
    """Parsed values of a column, None where a value may not stand; each text is parsed once. Cost: O(n)."""
    parser = _PARSERS[name][0]
    known = _Known(parser)
    return [known[value] if type(value) is str else parser(value) for value in values]


def problem(row: dict[str, Any]) -> str:
    """Why these values of a row are no vote: the first column and value at fault, or a battle against itself."""
    for name, value in row.items():
        parser, what = _PARSERS[name]
        if parser(value) is None:
            return f"column {name}: {value!r} is not {what}"
    return f"column model_b: {row['model_b']!r} against itself"


_PARSERS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "model_a": (parse_name, "the name of a model"),
    "model_b": (parse_name, "the name of a model"),
    "winner": (parse_winner, f"one of {', '.join(PUBLIC_LABELS)}"),
    "voter": (parse_voter, "the name of a voter"),
    "weight": (parse_weight, f"a number from 0 to {WEIGHT_LIMIT:g}"),
    "timestamp": (parse_time, "a time"),
    "pair_probability": (parse_probability, "a probability above 0"),
    "ranked": (parse_ranked, "true or false"),
    "voter_kind": (parse_kind, "a kind of voter"),
    "excluded": (parse_exclusion, "the name of a rule"),
}


class _Known(dict[str, Any]):
    """Texts parsed so far. Only texts: 1, 1.0 and True are one key of a dict, but not one value of a file."""

    def __init__(self, parser: Callable[[Any], Any]) -> None:
        super().__init__()
        self._parser = parser

    def __missing__(self, text: str) -> Any:
        parsed = self[text] = self._parser(text)
        return parsed


def _number(value: Any) -> float | None:
    if type(value) not in (int, float, str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _seconds(value: datetime) -> float:
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
