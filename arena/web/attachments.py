"""Which pictures go with a prompt that is being typed? Those that the form already names, and the one it brings.

A page takes one picture at a time: chosen, sent, shown as the models will get it. Next file: services/uploads.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from arena.domain.errors import ArenaError, InvalidInput, TooManyUploads, UnsupportedUpload, UploadTooLarge
from arena.media import MAX_IMAGE_BYTES
from arena.models import Arena, Upload
from arena.queries.uploads import own_uploads
from arena.services.uploads import MAX_ATTACHMENTS, save_upload

PICTURE, NAMED, REMOVED, ADDED = "picture", "attachment", "remove", "attach"  # fields of the form
PROBLEMS = (InvalidInput, TooManyUploads, UnsupportedUpload, UploadTooLarge)


@dataclass(frozen=True)
class Attachments:
    """What stands below the box of the prompt.

    problem : why a picture was not taken; None if nothing is wrong.
    """

    uploads: tuple[Upload, ...] = ()
    problem: ArenaError | None = None

    @property
    def ids(self) -> list[UUID]:
        return [upload.id for upload in self.uploads]

    @property
    def has_room(self) -> bool:
        return len(self.uploads) < MAX_ATTACHMENTS

    @property
    def max_bytes(self) -> int:
        return MAX_IMAGE_BYTES

    @property
    def max_mb(self) -> int:
        return MAX_IMAGE_BYTES // 1024**2

    @property
    def sentences(self) -> list[str]:
        if isinstance(self.problem, InvalidInput):
            return self.problem.sentences
        return [str(self.problem)] if self.problem else []


NO_ATTACHMENTS = Attachments()


def is_only_about_pictures(request: HttpRequest) -> bool:
    """Whether a button was pressed that adds or removes a picture and does nothing else."""
    return ADDED in request.POST or REMOVED in request.POST


def read_attachments(request: HttpRequest, arena: Arena, voter_id: UUID) -> Attachments:
    """Keeps the picture that the form brings. A picture that will not do is a problem, not an exception."""
    if not arena.takes_images or request.method != "POST":
        return NO_ATTACHMENTS
    ids = _named_ids(request)
    kept = own_uploads(voter_id, ids)[:MAX_ATTACHMENTS]
    try:
        if len(kept) < len(ids):
            raise _problem(gettext("A picture is no longer there. Please add it again."))
        kept += _bring(request, voter_id, len(kept))
    except PROBLEMS as error:
        return Attachments(tuple(kept), error)
    return Attachments(tuple(kept))


def _bring(request: HttpRequest, voter_id: UUID, n_kept: int) -> list[Upload]:
    """The picture in the form, if there is one."""
    brought = request.FILES.get(PICTURE)
    if brought is None and ADDED in request.POST:
        raise _problem(gettext("Choose a picture first."))
    if brought is None:
        return []
    if n_kept >= MAX_ATTACHMENTS:
        raise _problem(gettext("At most %(n)s pictures go with a prompt.") % {"n": MAX_ATTACHMENTS})
    return [save_upload(voter_id=voter_id, data=brought.read())]


def _problem(sentence: str) -> InvalidInput:
    return InvalidInput({PICTURE: [sentence]})


def _named_ids(request: HttpRequest) -> Sequence[UUID]:
    """Each once; what is no id was not written by our page."""
    removed = request.POST.get(REMOVED)
    ids = {name: _uuid(name) for name in request.POST.getlist(NAMED) if name != removed}
    return [upload_id for upload_id in ids.values() if upload_id is not None]


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
