"""Which arenas, prompts and contestants are there? Next file to read: battles.py."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from arena.domain.battle_state import BattleState
from arena.domain.errors import NotFound
from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant, Output, Prompt
from arena.providers.registry import PROVIDERS


def listed_arenas() -> QuerySet[Arena]:
    """Arenas of the first page by name, with n_models and n_votes."""
    return (
        Arena.objects.filter(is_listed=True)
        .annotate(
            n_models=Count("entries", filter=~Q(entries__status=EntryStatus.DRAFT), distinct=True),
            n_votes=Count("battles", filter=Q(battles__state=BattleState.VOTED), distinct=True),
        )
        .order_by("name")
    )


def all_arenas() -> QuerySet[Arena]:
    """Every arena, listed or not, by slug."""
    return Arena.objects.order_by("slug")


def arena_by_slug(slug: str) -> Arena:
    """Raises NotFound."""
    try:
        return Arena.objects.get(slug=slug)
    except Arena.DoesNotExist:
        raise NotFound from None


def contestant_by_slug(slug: str) -> Contestant:
    """Raises NotFound; a contestant that is a draft everywhere is not public yet."""
    try:
        return public_contestants().get(slug=slug)
    except Contestant.DoesNotExist:
        raise NotFound from None


def public_contestants() -> QuerySet[Contestant]:
    """Contestants that are, or were, more than a draft in some arena, by slug."""
    public = [status for status in EntryStatus if status is not EntryStatus.DRAFT]
    return Contestant.objects.filter(entries__status__in=public).distinct().order_by("slug")


def pool_prompts(arena: Arena) -> QuerySet[Prompt]:
    """The prompts that are offered to everyone, by key."""
    return arena.prompts.filter(is_in_pool=True).order_by("key")


@dataclass(frozen=True)
class Field:
    """Who can be drawn: active contestants by slug, and which pool prompts have a stored output of whom."""

    contestants: tuple[Contestant, ...]
    exposures: tuple[float, ...]
    live: frozenset[int]
    stored: dict[int, frozenset[int]]

    def can_answer(self, contestant: Contestant, prompt_id: int) -> bool:
        return contestant.id in self.live or contestant.id in self.stored.get(prompt_id, frozenset())


def battle_field(arena: Arena, prompt_ids: Iterable[int]) -> Field:
    """The active contestants of the arena, with what each could answer of these prompts."""
    entries = arena.entries.filter(status=EntryStatus.ACTIVE, exposure__gt=0).select_related("contestant__endpoint")
    contestants = {entry.contestant_id: entry for entry in entries.order_by("contestant__slug")}
    stored: dict[int, set[int]] = {}
    for prompt_id, contestant_id in Output.objects.filter(
        prompt__in=list(prompt_ids), contestant__in=contestants
    ).values_list("prompt_id", "contestant_id"):
        stored.setdefault(prompt_id, set()).add(contestant_id)
    return Field(
        contestants=tuple(entry.contestant for entry in contestants.values()),
        exposures=tuple(entry.exposure for entry in contestants.values()),
        live=frozenset(id for id, entry in contestants.items() if _is_live(entry.contestant)),
        stored={prompt_id: frozenset(ids) for prompt_id, ids in stored.items()},
    )


def _is_live(contestant: Contestant) -> bool:
    endpoint = getattr(contestant, "endpoint", None)
    return endpoint is not None and endpoint.is_enabled and endpoint.provider in PROVIDERS
