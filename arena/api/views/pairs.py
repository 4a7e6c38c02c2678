"""What is known of two models, and why do two boards differ? Next file to read: queries/pairs.py."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from arena.api.serializers.filters import slice_of
from arena.api.serializers.pairs import DiffSerializer, PairPageSerializer, PairParameters, pair_cursor
from arena.api.views.answers import SLICE_ANSWERS, public_answers
from arena.api.views.base import PublicView
from arena.api.views.leaderboards import computing
from arena.queries.leaderboards import Board
from arena.queries.pairs import pair_of_board, pairs_of_board
from arena.queries.snapshot_diff import diff_snapshots
from arena.services.slices import Computing, ask_for_board

PAGE_SIZE = 100
NO_PAIRS: dict[str, Any] = {"next": None, "previous": None, "results": []}


class PairsView(PublicView):
    parameters_class = PairParameters

    @extend_schema(
        operation_id="leaderboard_pairs",
        tags=["boards"],
        parameters=[PairParameters],
        responses=public_answers(PairPageSerializer, 404) | SLICE_ANSWERS,
    )
    def get(self, request: Request, arena: str) -> Response:
        """Every pair of ranked models, the best ones first; or the one pair of a and b, ranked or not."""
        as_of, position = self.parameters.get("cursor", (None, 0))
        board = ask_for_board(arena_slug=arena, slice_=slice_of(self.parameters), as_of=as_of, viewer=self.viewer)
        if isinstance(board, Computing):
            return computing(board)
        return Response(PairPageSerializer(self._page(request, board, position) if board else NO_PAIRS).data)

    def _page(self, request: Request, board: Board, position: int) -> dict[str, Any]:
        if "a" in self.parameters:
            return NO_PAIRS | {
                "results": [pair_of_board(board, self.parameters["a"], self.parameters["b"], self.viewer)]
            }
        pairs = pairs_of_board(board, position, PAGE_SIZE + 1)
        return {
            "next": self._link(request, board, position + PAGE_SIZE) if len(pairs) > PAGE_SIZE else None,
            "previous": self._link(request, board, max(0, position - PAGE_SIZE)) if position else None,
            "results": pairs[:PAGE_SIZE],
        }

    def _link(self, request: Request, board: Board, position: int) -> str:
        return replace_query_param(request.build_absolute_uri(), "cursor", pair_cursor(board.snapshot.pk, position))


class DiffView(PublicView):
    max_age_s = 3600  # what changed between two boards never changes

    @extend_schema(operation_id="snapshot_diff", tags=["boards"], responses=public_answers(DiffSerializer, 404))
    def get(self, request: Request, snapshot: int, other: int) -> Response:
        """From one board to another of the same arena and voters: what moved, and every reason."""
        return Response(DiffSerializer(diff_snapshots(snapshot, other, self.viewer)).data)
