"""Which arenas, prompts and contestants are there? Next file to read: battles.py."""

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from arena.domain.battle_state import BattleState
from arena.domain.errors import NotFound
from arena.domain.metadata import EntryStatus
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Arena, Battle, Contestant, Entry, Prompt
from arena.models.catalog import SLUG_PATTERN
from arena.providers.keys import has_key
from arena.providers.registry import PROVIDERS
from arena.queries.clock import database_now
from arena.queries.visibility import enterable, listed, may_enter

DRAWN_BY = (
    "slug",
    "total_params_b",
    "endpoint__provider",
    "endpoint__key_name",
    "endpoint__is_enabled",
    "endpoint__open_until",
)
"""Fields of a contestant that decide whether and how it is drawn."""


def listed_arenas(viewer: Viewer = OUTSIDER) -> QuerySet[Arena]:
    """Arenas of the first page by name, with n_models, n_prompts and n_votes."""
    return _with_counts(Arena.objects.filter(listed(viewer))).order_by("name")


def all_arenas() -> QuerySet[Arena]:
    """Every arena, listed or not, by slug."""
    return Arena.objects.order_by("slug")


def counted_arena(slug: str, viewer: Viewer = OUTSIDER) -> Arena:
    """One arena with n_models, n_prompts and n_votes. Raises NotFound."""
    return _entered(_with_counts(Arena.objects.all()), slug, viewer)


def arena_by_slug(slug: str, viewer: Viewer = OUTSIDER) -> Arena:
    """Raises NotFound, also for a private arena that is not open to this viewer."""
    return _entered(Arena.objects.all(), slug, viewer)


def _entered(arenas: QuerySet[Arena], slug: str, viewer: Viewer) -> Arena:
    arena = arenas.filter(slug=slug).first()
    if arena is None or not may_enter(arena, viewer):
        raise NotFound
    return arena


def contestant_by_slug(slug: str, viewer: Viewer = OUTSIDER) -> Contestant:
    """Raises NotFound; a contestant that is a draft wherever this viewer may look is not public yet."""
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise NotFound  # PostgreSQL would refuse to compare some of what an address may hold
    try:
        return public_contestants(viewer).get(slug=slug)
    except Contestant.DoesNotExist:
        raise NotFound from None


def public_contestants(viewer: Viewer = OUTSIDER) -> QuerySet[Contestant]:
    """Contestants that are, or were, more than a draft in some arena, by slug; with those of their bases that are."""
    return _shown(viewer).prefetch_related(Prefetch("base_models", _shown(viewer)))


def _shown(viewer: Viewer) -> QuerySet[Contestant]:
    public = [status for status in EntryStatus if status is not EntryStatus.DRAFT]
    return (
        Contestant.objects.filter(enterable(viewer, "entries__arena"), entries__status__in=public)
        .distinct()
        .order_by("slug")
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


@dataclass(frozen=True, eq=False)
class Field:
    """Who can be drawn: m active contestants by slug.

    is_callable : (m,) whether there is an endpoint.   is_live : (m,) whether, of these, it can be called just now.
    """

    contestants: tuple[Contestant, ...]
    exposures: tuple[float, ...]
    is_callable: np.ndarray
    is_live: np.ndarray

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(contestant.slug for contestant in self.contestants)

    @property
    def contestant_ids(self) -> tuple[int, ...]:
        return tuple(contestant.pk for contestant in self.contestants)


def battle_field(arena: Arena) -> Field:
    """The active contestants of the arena; read for every battle, so only what a draw needs."""
    now = database_now()
    entries = list(
        Entry.objects.filter(arena=arena, status=EntryStatus.ACTIVE, exposure__gt=0)
        .select_related("contestant__endpoint")
        .only("exposure", *(f"contestant__{name}" for name in DRAWN_BY))
        .order_by("contestant__slug")
    )
    return Field(
        contestants=tuple(entry.contestant for entry in entries),
        exposures=tuple(entry.exposure for entry in entries),
        is_callable=np.array([has_endpoint(entry.contestant) for entry in entries], dtype=bool),
        is_live=np.array([_can_be_called(entry.contestant, now) for entry in entries], dtype=bool),
    )


def has_endpoint(contestant: Contestant) -> bool:
    """Whether it can be called at all, be its breaker open or not."""
    endpoint = getattr(contestant, "endpoint", None)
    return endpoint is not None and endpoint.is_enabled and endpoint.provider in PROVIDERS


def has_outputs(contestant: Contestant, arena: Arena) -> bool:
    """Whether it has a stored answer to a prompt of this arena that may be shown."""
    return contestant.outputs.filter(prompt__arena=arena, prompt__is_in_pool=True, is_redacted=False).exists()


def _can_be_called(contestant: Contestant, now: datetime) -> bool:
    """There is an endpoint, its key is there, and its breaker is closed."""
    if not has_endpoint(contestant):
        return False
    endpoint = contestant.endpoint
    return (endpoint.open_until is None or endpoint.open_until <= now) and has_key(endpoint.key_name)
