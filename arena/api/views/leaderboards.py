"""What do the boards say, now and then? Next file to read: queries/leaderboards.py."""

from typing import Any

from django.core.cache import caches
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from arena.api.errors import answer
from arena.api.serializers.filters import SliceParameters, row_filter_of, slice_of
from arena.api.serializers.leaderboards import (
    BoardParameters,
    BoardRowSerializer,
    BoardSerializer,
    HistoryParameters,
    PastBoardSerializer,
    board_body,
    empty_board_body,
)
from arena.api.views.answers import SLICE_ANSWERS, public_answers
from arena.api.views.base import PublicList, PublicView
from arena.csv_files import csv_answer
from arena.queries.board_stamps import KEPT_FOR_S, board_stamp
from arena.queries.history import PastBoard, past_boards, snapshots_of
from arena.queries.leaderboards import board_of, snapshot_by_id
from arena.services.slices import Computing, ask_for_board


class LeaderboardView(PublicView):
    parameters_class = BoardParameters

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An answer that was given since the last publication is given again as it stands."""
        stamp = board_stamp(kwargs["arena"]) if request.method == "GET" else None
        if stamp is None:
            return super().dispatch(request, *args, **kwargs)
        key = stamp.key("api", request.get_full_path())
        if kept := caches["boards"].get(key):
            content, headers = kept
            response = HttpResponse(content, headers=headers)
            response = get_conditional_response(request, etag=headers["ETag"], response=response) or response
            response["Access-Control-Allow-Origin"] = "*"
            return response
        whole = super().dispatch(request, *args, **kwargs)
        if whole.status_code == 200:
            caches["boards"].set(key, (whole.content, dict(whole.headers)), KEPT_FOR_S)  # type: ignore[attr-defined]
        return whole

    @extend_schema(
        operation_id="leaderboard",
        tags=["boards"],
        parameters=[BoardParameters],
        responses=public_answers(BoardSerializer, 404) | SLICE_ANSWERS | {(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, arena: str) -> HttpResponse:
        """The current board of an arena or of a slice of its votes, or the one of another time."""
        slice_, row_filter = slice_of(self.parameters), row_filter_of(self.parameters)
        asked = ask_for_board(arena_slug=arena, slice_=slice_, as_of=self.parameters.get("as_of"), viewer=self.viewer)
        if isinstance(asked, Computing):
            return computing(asked)
        body = board_body(asked.only(row_filter)) if asked else empty_board_body(arena, slice_.voters)
        return _csv(body, arena) if self.parameters["format"] == "csv" else Response(body)


@extend_schema_view(
    get=extend_schema(
        operation_id="leaderboard_history",
        tags=["boards"],
        parameters=[SliceParameters],
        responses=public_answers(PastBoardSerializer(many=True), 404),
    )
)
class HistoryView(PublicList):
    """The published boards of an arena, newest first."""

    parameters_class = HistoryParameters
    serializer_class = PastBoardSerializer
    ordering = "-id"

    def get_queryset(self) -> QuerySet:
        slice_ = slice_of(self.parameters)
        return snapshots_of(self.kwargs["arena"], slice_.voters, slice_.key, self.viewer)

    def paginate_queryset(self, queryset: QuerySet) -> list[PastBoard]:  # type: ignore[override]
        return past_boards(super().paginate_queryset(queryset) or [])


class SnapshotView(PublicView):
    max_age_s = 3600  # its numbers never change; a name may

    @extend_schema(operation_id="snapshot", tags=["boards"], responses=public_answers(BoardSerializer, 404))
    def get(self, request: Request, snapshot: int) -> Response:
        """One published board, as it was."""
        return Response(board_body(board_of(snapshot_by_id(snapshot, self.viewer))))


def computing(asked: Computing) -> Response:
    """202: a worker is at it."""
    seconds = asked.retry_after_s
    response = answer(202, "computing", "This board is being computed. Ask again.", retry_after_s=seconds)
    patch_cache_control(response, no_store=True)
    return response


def _csv(body: dict[str, Any], arena: str) -> HttpResponse:
    """All rows, the ranked ones first."""
    return csv_answer(
        list(BoardRowSerializer().fields), [*body["rows"], *body["preliminary"]], f"{arena}-leaderboard.csv"
    )
