"""How many more votes are needed? The plan that the worker kept, and the answer for any two models.

Next file to read: services/planning.py, which makes the plan.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

from arena.models import Arena, Contestant, SamplerSnapshot, Snapshot
from arena.queries.pairing import current_strengths, newest_sampler, table_of
from ratings.planner import NEWCOMER_POINTS, VotePlanner


@dataclass(frozen=True)
class Neighbours:
    """Two that follow each other on the board. votes : of the whole arena until they are told apart at 95 %.

    0 when they are, None when that is not in sight.
    """

    upper: str
    lower: str
    votes: int | None


@dataclass(frozen=True)
class Newcomer:
    """A model whose 95 % interval is wider than +-20 points. votes : of the whole arena until it is not, or None."""

    model: str
    half_width: float
    votes: int | None

    @property
    def progress(self) -> float:
        """Information so far as a share of that of +-20 points, 0 to 1; it grows evenly with the battles."""
        return min(1.0, (NEWCOMER_POINTS / self.half_width) ** 2)


@dataclass(frozen=True)
class Plan:
    """neighbours : from the top of the board.   newcomers : by slug."""

    neighbours: tuple[Neighbours, ...] = ()
    newcomers: tuple[Newcomer, ...] = ()

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Self:
        return cls(
            neighbours=tuple(Neighbours(**each) for each in values.get("neighbours", ())),
            newcomers=tuple(Newcomer(**each) for each in values.get("newcomers", ())),
        )

    def to_values(self) -> dict[str, Any]:
        """As JSON values."""
        return {name: list(part) for name, part in asdict(self).items()}

    @property
    def next_separation(self) -> tuple[int, Neighbours] | None:
        """The first two of the board that votes will tell apart, with the upper one's place among the ranked."""
        for place, pair in enumerate(self.neighbours, start=1):
            if pair.votes:
                return place, pair
        return None


def plan_of(snapshot: Snapshot) -> Plan | None:
    """What was planned after this board was published; None if no table was made since."""
    values = SamplerSnapshot.objects.filter(snapshot=snapshot).order_by("-id").values_list("plan", flat=True).first()
    return None if values is None else Plan.from_values(values)


def votes_to_separate(arena: Arena, slug_a: str, slug_b: str) -> int | None:
    """Votes of the whole arena until these two are told apart at 95 %, from the votes and the table of now.

    0 when they are; None when that is not in sight, because they are equal or one is no longer drawn.
    """
    sampler = newest_sampler(arena)
    if sampler is None or slug_a not in sampler.ids or slug_b not in sampler.ids or slug_a == slug_b:
        return None
    by_slug = Contestant.objects.in_bulk(sampler.ids, field_name="slug")
    strengths, _ = current_strengths(arena, [by_slug[slug] for slug in sampler.ids])
    planner = VotePlanner(strengths, table_of(sampler).matrix())
    return planner.until_separated(sampler.ids.index(slug_a), sampler.ids.index(slug_b))
