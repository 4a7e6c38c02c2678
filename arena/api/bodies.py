"""What does the body of a request say? Type, size, syntax, values, in this order. Next file to read: parsers.py."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from arena.api.errors import Malformed, TooLarge
from arena.api.parsers import JSON_TYPE, parse_json
from arena.api.serializers.strict import StrictSerializer

MAX_IDEMPOTENCY_KEY_LENGTH = 255


def read_body(request: Request, serializer_class: type[StrictSerializer]) -> dict[str, Any]:
    """The checked values of the one JSON document; no body at all counts as an object without fields.

    Raises UnsupportedMediaType (415), TooLarge (413), Malformed (400), ValidationError (422).
    """
    document = _read_document(request._request)
    # The battle is the key of a vote, so the header changes nothing; it is only kept within bounds.
    if len(request.headers.get("Idempotency-Key", "")) > MAX_IDEMPOTENCY_KEY_LENGTH:
        raise Malformed(f"Idempotency-Key has more than {MAX_IDEMPOTENCY_KEY_LENGTH} characters.")
    serializer = serializer_class(data=parse_json(document) if document else {})
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def _read_document(request: HttpRequest) -> bytes:
    """Not by request.body or request.data: those trust Content-Length, which a chunked body does not have."""
    media_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if media_type not in ("", JSON_TYPE):
        raise UnsupportedMediaType(media_type)
    document = read_bytes(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    if document and not media_type:
        raise UnsupportedMediaType(media_type)
    return document


def read_bytes(request: HttpRequest, limit: int) -> bytes:
    """The whole body. Raises TooLarge."""
    if _content_length(request) > limit:
        raise TooLarge
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge
    return body


def _content_length(request: HttpRequest) -> int:
    stated = request.META.get("CONTENT_LENGTH") or "0"
    return int(stated) if stated.isascii() and stated.isdigit() else 0
