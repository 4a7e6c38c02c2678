"""Which pictures has this voter brought? Next file to read: services/uploads.py, web/attachments.py."""

from collections.abc import Sequence
from uuid import UUID

from arena.models import Upload


def own_uploads(voter_id: UUID | None, upload_ids: Sequence[UUID]) -> list[Upload]:
    """Those of the voter, in this order; what is gone or somebody else's is left out."""
    if voter_id is None or not upload_ids:
        return []
    found = Upload.objects.filter(voter=voter_id).in_bulk(upload_ids)
    return [found[upload_id] for upload_id in upload_ids if upload_id in found]
