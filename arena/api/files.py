"""How does a file come in over the API? As the one part of a multipart/form-data body, within bounds.

Next file to read: bodies.py, for bodies of JSON.
"""

from io import BytesIO

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from arena.api.bodies import read_bytes
from arena.api.errors import Malformed
from arena.domain.errors import InvalidInput

FORM_TYPE = "multipart/form-data"
ROOM_FOR_HEADERS = 64 * 1024


def read_file(request: Request, field: str, max_bytes: int) -> bytes:
    """The bytes of the file; what it is called is not even read.

    Raises UnsupportedMediaType (415), TooLarge (413), Malformed (400), InvalidInput (422) for anything beside it.
    """
    http_request = request._request
    media_type = http_request.META.get("CONTENT_TYPE", "")
    if media_type.partition(";")[0].strip().lower() != FORM_TYPE:
        raise UnsupportedMediaType(media_type.partition(";")[0])
    body = read_bytes(http_request, max_bytes + ROOM_FOR_HEADERS)
    headers = {"CONTENT_TYPE": media_type, "CONTENT_LENGTH": str(len(body))}
    handlers = [MemoryFileUploadHandler(http_request), TemporaryFileUploadHandler(http_request)]
    try:
        fields, files = MultiPartParser(headers, BytesIO(body), handlers).parse()
    except (MultiPartParserError, TooManyFilesSent, ValueError) as error:
        raise Malformed("The body is no multipart/form-data.") from error
    unknown = sorted({*fields, *files} - {field})[:10]
    if unknown:
        raise InvalidInput({ascii(name)[1:-1][:40]: ["There is no such field."] for name in unknown})
    found = files.getlist(field)
    if len(found) != 1:
        raise InvalidInput({field: ["One file is needed."]})
    return found[0].read()
