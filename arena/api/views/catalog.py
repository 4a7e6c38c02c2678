"""What is there to compare? Arenas, their prompts, and the models."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.serializers.catalog import ArenaSerializer, ModelCardSerializer, ModelSerializer, PoolPromptSerializer
from arena.api.views.answers import public_answers
from arena.api.views.base import PublicList, PublicView
from arena.queries.catalog import (
    arena_by_slug,
    contestant_by_slug,
    counted_arena,
    listed_arenas,
    pool_prompts,
    public_contestants,
)
from arena.queries.leaderboards import rows_of_contestant


@extend_schema_view(
    get=extend_schema(operation_id="arenas", tags=["catalogue"], responses=public_answers(ArenaSerializer(many=True)))
)
class ArenaListView(PublicList):
    """The listed arenas."""

    serializer_class = ArenaSerializer
    ordering = "slug"

    def get_queryset(self) -> QuerySet:
        return listed_arenas(self.viewer)


class ArenaView(PublicView):
    @extend_schema(operation_id="arena", tags=["catalogue"], responses=public_answers(ArenaSerializer, 404))
    def get(self, request: Request, arena: str) -> Response:
        """One arena, listed or not."""
        return Response(ArenaSerializer(counted_arena(arena, self.viewer)).data)


@extend_schema_view(
    get=extend_schema(
        operation_id="prompts", tags=["catalogue"], responses=public_answers(PoolPromptSerializer(many=True), 404)
    )
)
class PromptListView(PublicList):
    """The prompts of the arena's pool."""

    serializer_class = PoolPromptSerializer
    ordering = "key"

    def get_queryset(self) -> QuerySet:
        return pool_prompts(arena_by_slug(self.kwargs["arena"], self.viewer))


@extend_schema_view(
    get=extend_schema(operation_id="models", tags=["catalogue"], responses=public_answers(ModelSerializer(many=True)))
)
class ModelListView(PublicList):
    """Every model that is or was in an arena."""

    serializer_class = ModelSerializer
    ordering = "slug"

    def get_queryset(self) -> QuerySet:
        return public_contestants(self.viewer)


class ModelView(PublicView):
    @extend_schema(operation_id="model", tags=["catalogue"], responses=public_answers(ModelCardSerializer, 404))
    def get(self, request: Request, model: str) -> Response:
        """One model, and where it stands."""
        contestant = contestant_by_slug(model, self.viewer)
        contestant.standings = rows_of_contestant(contestant, self.viewer)  # type: ignore[attr-defined]
        return Response(ModelCardSerializer(contestant).data)
