"""How many battles may a voter start, and from when on is a program suspected behind the voter?

Votes have no limit. Next file to read: services/starts.py, which counts; docs/limits.md says why these numbers.
"""

from dataclasses import dataclass, fields

ON, OFF = "on", "off"


class InvalidLimits(ValueError):
    """ARENA_LIMITS says something that is none."""


@dataclass(frozen=True)
class StartLimits:
    """Of one voter; a network may do `network` times as much. All numbers are at least 1."""

    window_s: int = 600
    stored: int = 60  # battles begun in a window
    live: int = 12  # of them, those in which an endpoint is called
    answering: int = 2  # whose answers are being written
    open: int = 40  # that wait for a vote
    network: int = 20
    # From here on a challenge is asked before the next battle:
    abandoned: int = 40  # battles of a day, of which fewer than the least share got a vote
    fast_votes: int = 10  # votes in a row, each sooner after the answers than fast_ms
    fast_ms: int = 1_500
    new_voters: int = 30  # of one network in an hour; a class of pupils comes from one network
    trust_s: int = 3_600  # how long a solved challenge is enough
    work: int = 100_000  # hashes that a challenge takes at most

    @classmethod
    def from_text(cls, text: str) -> "StartLimits | None":
        """`on`, `off` (None), or changes of the defaults such as "live=30,open=100". Raises InvalidLimits."""
        if text.strip().lower() == OFF:
            return None
        if text.strip().lower() in (ON, ""):
            return cls()
        names = [field.name for field in fields(cls)]
        changes: dict[str, int] = {}
        for part in text.split(","):
            name, _, number = (piece.strip() for piece in part.partition("="))
            if name not in names:
                raise InvalidLimits(f"ARENA_LIMITS: there is no limit {name[:40]!r}; there are {', '.join(names)}")
            if not (number.isascii() and number.isdigit() and int(number) >= 1):
                raise InvalidLimits(f"ARENA_LIMITS: {name} is a number of at least 1, not {number[:40]!r}")
            changes[name] = int(number)
        return cls(**changes)


LEAST_VOTED_SHARE = 0.3
"""Of the battles that somebody begins; honest voters finish far more, who waits for one model finishes 3 %."""
MIN_ABANDONABLE = 20
"""With fewer battles nothing is said about a share."""
