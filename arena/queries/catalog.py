"""Which arenas, prompts and contestants are there? Next file to read: battles.py."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from arena.domain.battle_state import BattleState
from arena.domain.errors import NotFound
from arena.domain.metadata import EntryStatus
from arena.models import Arena, Battle, Contestant, Entry, Output, Prompt
from arena.models.catalog import SLUG_PATTERN
from arena.providers.keys import has_key
from arena.providers.registry import PROVIDERS
from arena.queries.clock import database_now


def listed_arenas() -> QuerySet[Arena]:
    """Arenas of the first page by name, with n_models, n_prompts and n_votes."""
    return _with_counts(Arena.objects.filter(is_listed=True)).order_by("name")


def all_arenas() -> QuerySet[Arena]:
    """Every arena, listed or not, by slug."""
    return Arena.objects.order_by("slug")


def counted_arena(slug: str) -> Arena:
    """One arena with n_models, n_prompts and n_votes. Raises NotFound."""
    try:
        return _with_counts(Arena.objects.filter(slug=slug)).get()
    except Arena.DoesNotExist:
        raise NotFound from None


def arena_by_slug(slug: str) -> Arena:
    """Raises NotFound."""
    try:
        return Arena.objects.get(slug=slug)
    except Arena.DoesNotExist:
        raise NotFound from None


def contestant_by_slug(slug: str) -> Contestant:
    """Raises NotFound; a contestant that is a draft everywhere is not public yet."""
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise NotFound  # PostgreSQL would refuse to compare some of what an address may hold
    try:
        return public_contestants().get(slug=slug)
    except Contestant.DoesNotExist:
        raise NotFound from None


def public_contestants() -> QuerySet[Contestant]:
    """Contestants that are, or were, more than a draft in some arena, by slug."""
    public = [status for status in EntryStatus if status is not EntryStatus.DRAFT]
    return (
        Contestant.objects.filter(entries__status__in=public)
        .distinct()
        .order_by("slug")
        .prefetch_related("base_models")
    )


def _with_counts(arenas: QuerySet[Arena]) -> QuerySet[Arena]:
    """Models that are more than drafts, prompts of the pool, votes."""
    return arenas.annotate(
        n_models=_count(Entry.objects.exclude(status=EntryStatus.DRAFT)),
        n_prompts=_count(Prompt.objects.filter(is_in_pool=True)),
        n_votes=_count(Battle.objects.filter(state=BattleState.VOTED)),
    )


def _count(rows: QuerySet) -> Coalesce:
    """How many of these rows an arena has. A subquery each: joins of two such tables would multiply their rows."""
    counted = rows.filter(arena=OuterRef("pk")).order_by().values("arena").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def pool_prompts(arena: Arena) -> QuerySet[Prompt]:
    """The prompts that are offered to everyone, by key."""
    return arena.prompts.filter(is_in_pool=True).order_by("key")


@dataclass(frozen=True)
class Field:
    """Who can be drawn: active contestants by slug, and which prompts have a stored output of whom.

    callable : ids of those with an endpoint.   live : of these, who can be called just now.
    """

    contestants: tuple[Contestant, ...]
    exposures: tuple[float, ...]
    callable: frozenset[int]
    live: frozenset[int]
    stored: dict[int, frozenset[int]]

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(contestant.slug for contestant in self.contestants)

    def can_answer(self, contestant: Contestant, prompt_id: int) -> bool:
        return contestant.id in self.live or contestant.id in self.stored.get(prompt_id, frozenset())


def battle_field(arena: Arena, prompt_ids: Iterable[int]) -> Field:
    """The active contestants of the arena, with what each could answer of these prompts."""
    now = database_now()
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
        callable=frozenset(id for id, entry in contestants.items() if _has_endpoint(entry.contestant)),
        live=frozenset(id for id, entry in contestants.items() if _can_be_called(entry.contestant, now)),
        stored={prompt_id: frozenset(ids) for prompt_id, ids in stored.items()},
    )


def _has_endpoint(contestant: Contestant) -> bool:
    endpoint = getattr(contestant, "endpoint", None)
    return endpoint is not None and endpoint.is_enabled and endpoint.provider in PROVIDERS


def _can_be_called(contestant: Contestant, now: datetime) -> bool:
    """There is an endpoint, its key is there, and its breaker is closed."""
    if not _has_endpoint(contestant):
        return False
    endpoint = contestant.endpoint
    return (endpoint.open_until is None or endpoint.open_until <= now) and has_key(endpoint.key_name)
