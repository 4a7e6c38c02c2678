"""What do the boards say, now and then? Next file to read: queries/leaderboards.py."""

import csv
import io
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.serializers.leaderboards import (
    BoardParameters,
    BoardSerializer,
    HistoryParameters,
    PastBoardSerializer,
    RowSerializer,
    VotersParameter,
    board_body,
    empty_board_body,
)
from arena.api.views.answers import public_answers
from arena.api.views.base import PublicList, PublicView
from arena.domain.metadata import VoterKind
from arena.queries.history import PastBoard, past_boards, snapshots_of
from arena.queries.leaderboards import board_as_of, board_of, snapshot_by_id

CSV = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class LeaderboardView(PublicView):
    parameters_class = BoardParameters

    @extend_schema(
        operation_id="leaderboard",
        tags=["boards"],
        parameters=[BoardParameters],
        responses=public_answers(BoardSerializer, 404) | {(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, arena: str) -> HttpResponse:
        """The current board of an arena, or the one of another time."""
        voters = VoterKind(self.parameters["voters"])
        board = board_as_of(arena, voters, self.parameters.get("as_of"))
        body = board_body(board) if board else empty_board_body(arena, voters)
        return _csv(body, arena) if self.parameters["format"] == "csv" else Response(body)


@extend_schema_view(
    get=extend_schema(
        operation_id="leaderboard_history",
        tags=["boards"],
        parameters=[VotersParameter],
        responses=public_answers(PastBoardSerializer(many=True), 404),
    )
)
class HistoryView(PublicList):
    """The published boards of an arena, newest first."""

    parameters_class = HistoryParameters
    serializer_class = PastBoardSerializer
    ordering = "-id"

    def get_queryset(self) -> QuerySet:
        return snapshots_of(self.kwargs["arena"], VoterKind(self.parameters["voters"]))

    def paginate_queryset(self, queryset: QuerySet) -> list[PastBoard]:  # type: ignore[override]
        return past_boards(super().paginate_queryset(queryset) or [])


class SnapshotView(PublicView):
    max_age_s = 3600  # its numbers never change; a name may

    @extend_schema(operation_id="snapshot", tags=["boards"], responses=public_answers(BoardSerializer, 404))
    def get(self, request: Request, snapshot: int) -> Response:
        """One published board, as it was."""
        return Response(board_body(board_of(snapshot_by_id(snapshot))))


def _csv(body: dict[str, Any], arena: str) -> HttpResponse:
    """All rows, the ranked ones first, under the names of the JSON."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(RowSerializer().fields), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_inert(row) for row in (*body["rows"], *body["preliminary"]))
    response = HttpResponse(out.getvalue(), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="{arena}-leaderboard.csv"'
    return response


def _inert(row: dict[str, Any]) -> dict[str, Any]:
    """No text may be taken for a formula by a spreadsheet. Numbers stay numbers, negative ones too."""
    return {
        name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
        for name, value in row.items()
    }
