"""What can go wrong in a rating, as errors a caller may catch. Read comparisons.py next."""


class RatingsError(Exception):
    """Any refusal of this package."""


class InvalidVotes(RatingsError, ValueError):
    """Votes that cannot be counted: an unknown label, a battle against itself, a weight that is no number."""


class InvalidSpec(RatingsError, ValueError):
    """A specification with an unknown key or an impossible value."""


class NotEstimable(RatingsError):
    """No finite maximum of the likelihood exists for all contestants; `contestants` names those outside."""

    def __init__(self, message: str, contestants: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.contestants = contestants


class NotConverged(RatingsError):
    """The iteration did not reach its tolerance."""
