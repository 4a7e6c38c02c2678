"""How does the API say what went wrong? `{"code", "detail"}` under one status for each error of the arena.

Next file to read: domain/errors.py for the errors, bodies.py and parameters.py for what a request may say.
"""

import math
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.settings import api_settings

from arena.domain.errors import (
    AlreadyVoted,
    ArenaError,
    AtSpendingCap,
    BadFilter,
    BattleExpired,
    BattleVoid,
    ChallengeNeeded,
    InvalidInput,
    NoBattles,
    NotFound,
    NotReady,
    TooManySlices,
    TooManyStarts,
    TooManyUploads,
    TooThin,
    UnsupportedUpload,
    UploadTooLarge,
)

STATUS_OF: dict[type[ArenaError], int] = {
    BadFilter: status.HTTP_400_BAD_REQUEST,
    NotFound: status.HTTP_404_NOT_FOUND,
    NotReady: status.HTTP_409_CONFLICT,
    AlreadyVoted: status.HTTP_409_CONFLICT,
    TooThin: status.HTTP_409_CONFLICT,
    BattleExpired: status.HTTP_410_GONE,
    BattleVoid: status.HTTP_410_GONE,
    UploadTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    UnsupportedUpload: status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    InvalidInput: status.HTTP_422_UNPROCESSABLE_ENTITY,
    ChallengeNeeded: status.HTTP_403_FORBIDDEN,
    TooManyStarts: status.HTTP_429_TOO_MANY_REQUESTS,
    TooManySlices: status.HTTP_429_TOO_MANY_REQUESTS,
    TooManyUploads: status.HTTP_429_TOO_MANY_REQUESTS,
    NoBattles: status.HTTP_503_SERVICE_UNAVAILABLE,
    AtSpendingCap: status.HTTP_503_SERVICE_UNAVAILABLE,
}
RETRY_AFTER_S: dict[type[ArenaError], int] = {NoBattles: 30, TooManySlices: 60, TooManyUploads: 3600}
WHOLE_BODY = "body"  # the field that is blamed when the body as a whole is wrong
MAX_MESSAGES = 10  # of one field, however many items of a list are wrong


class CSRFFailed(exceptions.PermissionDenied):
    default_code = "csrf"


class Malformed(exceptions.ParseError):
    default_code = "malformed"


class BadParameter(exceptions.ParseError):
    default_code = "bad_parameter"


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The body is larger than this site takes."


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error of a view; None for one that is a fault of the site, which then is reported as such."""
    match error:
        case InvalidInput():
            return _invalid(error.fields)
        case exceptions.ValidationError():
            return _invalid(_fields(error.detail))
        case ArenaError() if type(error) in STATUS_OF:
            after_s = error.retry_after_s or RETRY_AFTER_S.get(type(error))
            return answer(STATUS_OF[type(error)], error.code, str(error), retry_after_s=after_s)
        case Http404():
            return answer(status.HTTP_404_NOT_FOUND, NotFound.code, NotFound.sentence)
        case exceptions.Throttled():
            wait_s = math.ceil(error.wait or 1)  # type: ignore[attr-defined]
            return answer(error.status_code, "rate_limited", "Too many requests.", retry_after_s=wait_s)
        case exceptions.APIException():
            response = answer(error.status_code, str(error.get_codes()), str(error.detail))
            if scheme := getattr(error, "auth_header", None):
                response["WWW-Authenticate"] = scheme
            return response
        case RequestDataTooBig():
            return answer(TooLarge.status_code, TooLarge.default_code, TooLarge.default_detail)
        case SuspiciousOperation():
            return answer(status.HTTP_400_BAD_REQUEST, Malformed.default_code, "The request is malformed.")
    return None


def answer(status_code: int, code: str, detail: str, *, retry_after_s: int | None = None, **more: Any) -> Response:
    headers = None if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return Response({"code": code, "detail": detail, **more}, status=status_code, headers=headers)


def _invalid(fields: dict[str, list[str]]) -> Response:
    error = InvalidInput(fields)
    return answer(STATUS_OF[InvalidInput], error.code, str(error), fields=error.fields)


def _fields(detail: Any) -> dict[str, list[str]]:
    """What a serializer complains about, one flat list of sentences a field."""
    whole_body = api_settings.NON_FIELD_ERRORS_KEY
    return {
        WHOLE_BODY if name == whole_body else name: list(dict.fromkeys(_sentences(complaint)))[:MAX_MESSAGES]
        for name, complaint in detail.items()
    }


def _sentences(complaint: Any) -> Iterator[str]:
    if isinstance(complaint, dict):
        for part in complaint.values():
            yield from _sentences(part)
    elif isinstance(complaint, list):
        for part in complaint:
            yield from _sentences(part)
    else:
        yield str(complaint)
