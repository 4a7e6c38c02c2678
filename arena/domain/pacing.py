"""How much of each answer is shown when, so that speed does not name the contestant? Pure functions, no clock.

Next file to read: services/coordinator.py, which asks this at each tick.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from arena.domain.words import Word

TICK_S = 0.25  # two sides a tick: eight frames a second a battle
CHARACTERS_PER_TICK = 60  # 240 a second: faster than anybody reads, slower than most models write
# When both are complete they are shown at the next of these seconds: whether the slower one took 9 s or 14 s names it.
# Doubling keeps the loss below the time that was waited anyway; docs/benchmarks.md says what a classifier still finds.
RELEASE_MOMENTS_S = (8.0, 16.0, 32.0, 64.0, 128.0)


class Pacing(Word):
    PACED = "paced", "side by side at one pace"
    WHEN_COMPLETE = "when-complete", "both at once, when both are complete"
    RAW = "raw", "as it comes; speed may give a model away"


@dataclass(frozen=True)
class Progress:
    """One side: characters that have arrived, characters that were sent, and whether more may come."""

    n_arrived: int
    n_sent: int
    is_complete: bool

    @property
    def n_waiting(self) -> int:
        return self.n_arrived - self.n_sent

    @property
    def is_silent(self) -> bool:
        """Not a word yet, and not done."""
        return not self.n_arrived and not self.is_complete


def is_release_moment(before_s: float, now_s: float) -> bool:
    """Whether a moment of release passed in between, or none is left to wait for."""
    return now_s >= RELEASE_MOMENTS_S[-1] or any(before_s < moment <= now_s for moment in RELEASE_MOMENTS_S)


def n_to_send(pacing: Pacing, sides: Sequence[Progress], *, is_moment: bool) -> tuple[int, ...]:
    """How many characters of each side may be sent now. is_moment : a moment of release has just passed."""
    if pacing is Pacing.RAW:
        return tuple(side.n_waiting for side in sides)
    if pacing is Pacing.WHEN_COMPLETE:
        is_release = is_moment and all(side.is_complete for side in sides)
        return tuple(side.n_waiting if is_release else 0 for side in sides)
    if any(side.is_silent for side in sides):
        return (0,) * len(sides)  # nobody starts before both can
    # A side that is still writing holds the other back to its own step; one that is done holds nobody.
    step = min([CHARACTERS_PER_TICK, *(side.n_waiting for side in sides if not side.is_complete)])
    return tuple(min(step, side.n_waiting) for side in sides)
