"""Which counted votes were cast on pairs that the sampler drew, and what does each weigh? Sums, not single votes.

Next file to read: services/board_checks.py, which fits them.
"""

from typing import NamedTuple

from django.db.models import Count, ExpressionWrapper, F, FloatField, Q, Sum

from arena.domain.battle_state import UnrankedReason
from arena.domain.metadata import VoterKind
from arena.models import Arena, Battle


class DrawnVotes(NamedTuple):
    """Votes of one ordered pair and outcome. weight, weight_squared : sums of 1 / (K P) and of its square."""

    slug_a: str
    slug_b: str
    outcome: str
    n_votes: int
    weight: float
    weight_squared: float


def drawn_votes(arena: Arena, ledger_size: int) -> list[DrawnVotes]:
    """Votes of people that count on the headline board of this ledger size and have a probability, and pinned ones.

    1 / (K P), K pairs of which each was drawn with its P, weighs a vote as if all pairs were drawn alike.
    """
    even = ExpressionWrapper(1.0 / (F("n_eligible_pairs") * F("pair_probability")), output_field=FloatField())
    is_weighable = Q(vote__is_ranked=True) | Q(unranked_reason=UnrankedReason.PINNED)
    rows = (
        Battle.objects.filter(  # by the tables of the arena first: an arena of imported votes has none
            is_weighable,
            sampler__arena=arena,
            vote__voter_kind=VoterKind.HUMAN,
            vote__source__in=arena.counted_sources,
            vote__exclusion__isnull=True,
            vote__entry__seq__lt=ledger_size,
        )
        .order_by("contestant_a__slug", "contestant_b__slug", "vote__outcome")
        .values_list("contestant_a__slug", "contestant_b__slug", "vote__outcome")
        .annotate(n_votes=Count("id"), weight=Sum(even), weight_squared=Sum(even * even))
    )
    return [DrawnVotes(*row) for row in rows]
