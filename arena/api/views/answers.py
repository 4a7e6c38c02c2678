"""What can each kind of call answer, for the schema? Next file to read: errors.py."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse

from arena.api.serializers.errors import ConflictSerializer, ErrorSerializer, InvalidSerializer

MEANINGS = {
    400: "Malformed JSON, or a bad, unknown or repeated query parameter.",
    401: "authentication_failed: no such token, or it has expired or was revoked.",
    403: "csrf: X-CSRFToken is missing or wrong; permission_denied: not in this role; challenge: see Limits.",
    404: "There is no such thing, or it is not yours.",
    405: "Not with this method.",
    409: "not_ready, or already_voted.",
    410: "expired, or void.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Some values are not valid; fields says which.",
    429: "rate_limited: too many of these; see Retry-After.",
    503: "no_battles, or unavailable; see Retry-After.",
}
SERIALIZERS = {409: ConflictSerializer, 422: InvalidSerializer}
ALWAYS = (400, 405, 503)
OF_A_BODY = (403, 413, 415, 422)


SLICE_ANSWERS = {
    202: OpenApiResponse(ErrorSerializer, "computing: a worker fits this board; ask again after Retry-After."),
    409: OpenApiResponse(ErrorSerializer, "too_thin: too few votes for an honest board; detail says what is missing."),
    429: OpenApiResponse(ErrorSerializer, "rate_limited: many new boards are asked for; see Retry-After."),
}


def public_answers(ok: Any, *errors: int) -> dict[int, Any]:
    return {200: ok} | _errors(ALWAYS + errors) | {304: OpenApiResponse(description="Not changed since this ETag.")}


def voter_answers(ok: dict[int, Any], *errors: int) -> dict[int, Any]:
    return ok | _errors((*ALWAYS, 401, 403, *errors))


def _errors(statuses: tuple[int, ...]) -> dict[int, Any]:
    return {
        status: OpenApiResponse(SERIALIZERS.get(status, ErrorSerializer), MEANINGS[status])
        for status in sorted(set(statuses))
    }
