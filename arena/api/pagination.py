"""How is a long list read? Page by page, by an opaque cursor: `{next, previous, results}`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from arena.api.errors import BadParameter


class CursorPages(CursorPagination):
    """A view names its unique field of order as `ordering`."""

    page_size = 100

    def get_ordering(self, request: Request, queryset: QuerySet, view: APIView) -> tuple[str, ...]:
        return (view.ordering,)  # type: ignore[attr-defined]

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView | None = None) -> list[Any] | None:  # type: ignore[override]
        field = queryset.model._meta.get_field(view.ordering.lstrip("-"))  # type: ignore[union-attr]
        cursor = self.decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                field.to_python(cursor.position)
            except ValidationError:
                raise BadParameter("Bad cursor.") from None
        return super().paginate_queryset(queryset, request, view)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise BadParameter("Bad cursor.") from None
        if cursor is not None and cursor.position is not None and not str(cursor.position).isprintable():
            raise BadParameter("Bad cursor.")
        return cursor
