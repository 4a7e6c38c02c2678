"""How does a voter's picture come in, and go along with a prompt? Written anew first; counted; gone with its voter.

Next file to read: battles.py and turns.py, which attach; responses.py, which sends pictures to the contestants.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from arena.domain.errors import InvalidInput, TooManyUploads, UnsupportedUpload, UploadTooLarge
from arena.media import CleanMedia, MediaError, MediaTooLarge, UnknownMedia, rewrite_image
from arena.models import Arena, Battle, TurnAttachment, Upload, Voter
from arena.queries.clock import database_now
from arena.queries.uploads import own_uploads
from arena.services.voters import ensure_voter

MAX_UPLOADS_A_DAY = 20
MAX_ATTACHMENTS = 4
DAY = timedelta(days=1)


def save_upload(*, voter_id: UUID, data: bytes) -> Upload:
    """Keep a picture of this voter. Raises UploadTooLarge, UnsupportedUpload, TooManyUploads; InvalidInput for a
    picture that is broken or has too many pixels."""
    _check_quota(voter_id)  # before the work, and once more when nobody else can count
    clean = _rewritten(data)
    ensure_voter(voter_id=voter_id)
    with transaction.atomic():
        Voter.objects.select_for_update().get(id=voter_id)
        _check_quota(voter_id)
        upload = Upload(
            voter_id=voter_id,
            media_type=clean.media_type,
            width=clean.width or 0,
            height=clean.height or 0,
            created_at=database_now(),
        )
        upload.file.save(clean.file_name, ContentFile(clean.data), save=False)
        try:
            upload.save()
        except BaseException:
            upload.file.delete(save=False)
            raise
    return upload


def find_attachments(*, arena: Arena, voter_id: UUID | None, upload_ids: Sequence[UUID]) -> list[Upload]:
    """The voter's own pictures, in this order. Raises InvalidInput."""
    if not upload_ids:
        return []
    if not arena.takes_images:
        raise InvalidInput({"attachments": ["This arena takes no pictures."]})
    if len(upload_ids) > MAX_ATTACHMENTS or len(set(upload_ids)) < len(upload_ids):
        raise InvalidInput({"attachments": [f"At most {MAX_ATTACHMENTS} pictures, each once."]})
    found = own_uploads(voter_id, upload_ids)
    if unknown := set(upload_ids) - {upload.id for upload in found}:
        raise InvalidInput({"attachments": [f"There is no picture of yours with the id {min(unknown)}."]})
    return found


def attach(*, battle: Battle, turn: int, uploads: Sequence[Upload]) -> None:
    """Let pictures go with the prompt of a turn."""
    TurnAttachment.objects.bulk_create(
        TurnAttachment(battle=battle, turn=turn, position=position, upload=upload)
        for position, upload in enumerate(uploads)
    )


def copy_attachments(*, original: Battle, copy: Battle) -> None:
    """The same pictures in the battle of another voter over the same answers."""
    TurnAttachment.objects.bulk_create(
        TurnAttachment(battle=copy, turn=row.turn, position=row.position, upload_id=row.upload_id)
        for row in TurnAttachment.objects.filter(battle=original)
    )


def delete_uploads(*, voter_id: UUID) -> None:
    """The files go when the rows are gone for good."""
    _delete(list(Upload.objects.filter(voter=voter_id)))


def delete_files(*, uploads: Sequence[Upload]) -> None:
    """These pictures, wherever they were attached."""
    _delete(uploads)


def delete_unused_uploads() -> None:
    """Those that for a day went with no prompt."""
    _delete(list(Upload.objects.filter(attachments__isnull=True, created_at__lte=database_now() - DAY)))


def _delete(uploads: Sequence[Upload]) -> None:
    for upload in uploads:
        transaction.on_commit(partial(upload.file.storage.delete, upload.file.name))
    Upload.objects.filter(id__in=[upload.id for upload in uploads]).delete()


def _check_quota(voter_id: UUID) -> None:
    since = database_now() - DAY
    if settings.HAS_LIMITS and Upload.objects.filter(voter=voter_id, created_at__gt=since).count() >= MAX_UPLOADS_A_DAY:
        raise TooManyUploads


def _rewritten(data: bytes) -> CleanMedia:
    try:
        return rewrite_image(data)
    except MediaTooLarge as error:
        raise UploadTooLarge(_sentence(error)) from error
    except UnknownMedia as error:
        raise UnsupportedUpload(_sentence(error)) from error
    except MediaError as error:
        raise InvalidInput({"file": [_sentence(error)]}) from error


def _sentence(error: MediaError) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
