"""Which steps may an entry take, from draft to retired? Next file to read: services/catalog.py, which takes them."""

from arena.domain.errors import ArenaError
from arena.domain.metadata import EntryStatus

BREAKER = "breaker"
"""The reason of a pause that nobody decided: the endpoint failed too often and is left alone for a while."""
STEPS: dict[EntryStatus, frozenset[EntryStatus]] = {
    EntryStatus.DRAFT: frozenset({EntryStatus.TESTING, EntryStatus.ACTIVE, EntryStatus.RETIRED}),
    EntryStatus.TESTING: frozenset({EntryStatus.ACTIVE, EntryStatus.RETIRED}),
    EntryStatus.ACTIVE: frozenset({EntryStatus.PAUSED, EntryStatus.RETIRED}),
    EntryStatus.PAUSED: frozenset({EntryStatus.ACTIVE, EntryStatus.RETIRED}),
    # What comes back is tried again first. Nothing goes back to draft: it has been public.
    EntryStatus.RETIRED: frozenset({EntryStatus.TESTING}),
}


class IllegalStep(ArenaError):
    """An entry cannot go from where it is to where it should; the sentence says where it could go."""

    code = "illegal_step"


def check_step(name: str, before: EntryStatus, after: EntryStatus) -> None:
    """Raises IllegalStep."""
    if after not in STEPS[before]:
        possible = " or ".join(status.label for status in EntryStatus if status in STEPS[before])
        raise IllegalStep(f"{name} is {before.label}: from there it can only become {possible}, not {after.label}.")
