"""What may a voter say in an arena? Which outcomes are offered, and which reasons may be ticked beside one.

Next file to read: services/votes.py.
"""

from typing import Any

from arena.domain.reasons import VoteReason
from ratings.outcomes import Outcome

OUTCOMES = [outcome.site_label for outcome in Outcome]
NEEDED = (Outcome.A.site_label, Outcome.B.site_label)


class InvalidBallot(ValueError):
    """Words that no voter could say; str(error) tells the operator which."""


def all_outcomes() -> list[str]:
    return list(OUTCOMES)


def all_reasons() -> list[str]:
    return [reason.value for reason in VoteReason]


def check_outcomes(values: Any) -> None:
    """Raises InvalidBallot. Any: an operator typed it."""
    _check_known(values, OUTCOMES)
    if any(outcome not in values for outcome in NEEDED):
        raise InvalidBallot("Without a and b nobody could prefer an answer.")


def check_reasons(values: Any) -> None:
    """Raises InvalidBallot. Any: as above."""
    _check_known(values, all_reasons())


def _check_known(values: Any, known: list[str]) -> None:
    if not isinstance(values, list) or any(value not in known for value in values) or len(set(values)) < len(values):
        raise InvalidBallot(f"A list of some of these, each once: {', '.join(known)}.")
