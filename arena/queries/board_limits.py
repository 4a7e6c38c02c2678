"""What does a board rest on, and what does it leave out? Counted once, at the publication of a whole board.

Next file to read: services/board_limits.py, which keeps the counts in the meta of the board.
"""

from dataclasses import dataclass

from django.db.models import Case, Count, DateField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate

from arena.domain.metadata import VoterKind
from arena.models import Arena, Snapshot, Vote
from arena.models.votes import LIVE

MOSTLY = 0.5  # of the votes of a model
LIMITS = "limits"
"""Key in the meta of a snapshot."""
OTHER_SOURCE = "other_source"
"""Beside the rules of exclusion and the reasons for which a vote is unranked: it came from elsewhere."""


@dataclass(frozen=True)
class PromptAges:
    """Counted votes of a model on prompts that are newer or older than its knowledge; unknown where a day is."""

    newer: int = 0
    older: int = 0
    unknown: int = 0

    @property
    def n_votes(self) -> int:
        return self.newer + self.older + self.unknown

    @property
    def is_known(self) -> bool:
        return self.newer + self.older > 0

    @property
    def is_mostly_older(self) -> bool:
        """Whether the model may know most of the prompts from its training."""
        return self.n_votes > 0 and self.older / self.n_votes >= MOSTLY

    @property
    def is_mostly_newer(self) -> bool:
        return self.n_votes > 0 and self.newer / self.n_votes >= MOSTLY

    def __add__(self, other: "PromptAges") -> "PromptAges":
        return PromptAges(self.newer + other.newer, self.older + other.older, self.unknown + other.unknown)


def ages_on(snapshot: Snapshot) -> dict[str, PromptAges]:
    """As they were counted for this board, by slug; empty where they were not."""
    stored = snapshot.meta.get(LIMITS, {}).get("prompts", {})
    return {slug: PromptAges(**ages) for slug, ages in stored.items()}


def counted_votes(arena: Arena, voter_kind: VoterKind, ledger_size: int) -> QuerySet[Vote]:
    """The votes that the headline board of this ledger size counts."""
    return _sequenced(arena, voter_kind, ledger_size).filter(
        is_ranked=True, exclusion__isnull=True, source__in=arena.counted_sources
    )


def uncounted_by_reason(arena: Arena, voter_kind: VoterKind, ledger_size: int) -> dict[str, int]:
    """Votes that the board leaves out, by the rule of their exclusion or the reason why they are not ranked."""
    counts: dict[str, int] = {}
    left_out = _sequenced(arena, voter_kind, ledger_size).filter(
        Q(is_ranked=False) | Q(exclusion__isnull=False) | ~Q(source__in=arena.counted_sources)
    )
    rows = left_out.values_list("exclusion__rule", "battle__unranked_reason").annotate(n=Count("id")).order_by()
    for rule, reason, n in rows:
        name = rule or reason or OTHER_SOURCE
        counts[name] = counts.get(name, 0) + n
    return dict(sorted(counts.items()))


def prompt_ages(arena: Arena, voter_kind: VoterKind, ledger_size: int) -> dict[str, PromptAges]:
    """By slug of the model. The day of a prompt is that on which it was first public, or was typed here."""
    typed_on = Case(
        When(
            battle__prompt__is_in_pool=False,
            battle__prompt__source=LIVE,
            then=TruncDate("battle__prompt__created_at"),
        ),
        default=Value(None),
        output_field=DateField(),
    )
    votes = counted_votes(arena, voter_kind, ledger_size).annotate(
        prompt_day=Coalesce("battle__prompt__public_since", typed_on)
    )
    ages: dict[str, PromptAges] = {}
    for side in ("battle__contestant_a", "battle__contestant_b"):
        cutoff = f"{side}__knowledge_cutoff"
        rows = votes.values_list(f"{side}__slug").annotate(
            newer=Count("id", filter=Q(prompt_day__gt=F(cutoff))),
            older=Count("id", filter=Q(prompt_day__lte=F(cutoff))),
            n=Count("id"),
        )
        for slug, newer, older, n in rows.order_by():
            ages[slug] = ages.get(slug, PromptAges()) + PromptAges(newer, older, n - newer - older)
    return ages


def _sequenced(arena: Arena, voter_kind: VoterKind, ledger_size: int) -> QuerySet[Vote]:
    return Vote.objects.filter(entry__ledger=arena.pk, entry__seq__lt=ledger_size, voter_kind=voter_kind)
