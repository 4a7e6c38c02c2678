"""How does a picture, a sound or a film of an answer reach the page? From our own storage, whole or in part.

The name of a stored file says nothing about who made it; what no output and no battle names is not there.
Next file to read: queries/media.py, which says who may have what.
"""

import re

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from arena.domain.errors import NotFound
from arena.queries.media import served_media
from arena.visitors import viewer_of, voter_id_of

ONE_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")
YEAR_S = 365 * 24 * 60 * 60
DEFAULT_TYPE = "application/octet-stream"


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponse:
    try:
        media = served_media(name, lambda: voter_id_of(request), viewer_of(request))
        size = default_storage.size(name)
    except (NotFound, FileNotFoundError, SuspiciousFileOperation, ValueError):
        raise Http404 from None
    media_type = media.media_type or DEFAULT_TYPE
    wanted = _wanted(request.headers.get("Range", ""), size)
    if wanted is not None and wanted.start >= size:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = wanted or range(size)
    with default_storage.open(name) as stored:
        stored.seek(part.start)
        response = HttpResponse(stored.read(len(part)), content_type=media_type)
    if wanted is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = f"public, max-age={YEAR_S}, immutable" if media.is_public else "private, no-cache"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename="answer") or "inline"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _wanted(header: str, size: int) -> range | None:
    """The bytes of a single range; several ranges, or none we understand, get the whole file, as HTTP allows."""
    match = ONE_RANGE.fullmatch(header)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2]) if match[2] else None
    if last is not None and last < first:
        return None
    return range(first, size if last is None else min(last + 1, size))
