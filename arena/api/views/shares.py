"""Who was shown how often? Next file to read: queries/shares.py."""

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.serializers.shares import SharesParameters, WeeklyShareSerializer, WeekSerializer
from arena.api.views.answers import public_answers
from arena.api.views.base import PublicView
from arena.csv_files import csv_answer
from arena.queries.catalog import arena_by_slug
from arena.queries.shares import weekly_shares


class SharesView(PublicView):
    parameters_class = SharesParameters

    @extend_schema(
        operation_id="shares",
        tags=["boards"],
        parameters=[SharesParameters],
        responses=public_answers(WeekSerializer(many=True), 404) | {(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, arena: str) -> HttpResponse:
        """Shares of drawn battles by week, newest first: by model, organisation, licence and weight class."""
        weeks = WeekSerializer(weekly_shares(arena_by_slug(arena, self.viewer)), many=True).data
        if self.parameters["format"] == "json":
            return Response(weeks)
        rows = [{"week": week["week"], **share} for week in weeks for share in week["shares"]]
        return csv_answer(["week", *WeeklyShareSerializer().fields], rows, f"{arena}-shares.csv")
