"""Which stored file may be served to whom, and as what? Next file to read: web/media.py."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from arena.domain.battle_state import BattleState
from arena.domain.errors import NotFound
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Battle, Output, Response, Upload
from arena.queries.visibility import enterable, may_enter


@dataclass(frozen=True)
class ServedMedia:
    """is_public : the same for everybody and for ever; else of one voter, until that voter leaves."""

    media_type: str
    is_public: bool


def served_media(name: str, find_voter: Callable[[], UUID | None], viewer: Viewer = OUTSIDER) -> ServedMedia:
    """Stored outputs are everybody's who may enter their arena; what belongs to a battle is for those who may see it.

    find_voter : asked only if the answer depends on it. Raises NotFound, also for what is not yours.
    """
    output = Output.objects.filter(file=name).select_related("prompt__arena").first()
    if output is not None:
        if not may_enter(output.prompt.arena, viewer):
            raise NotFound
        return ServedMedia(output.media_type, is_public=not viewer.was_recognised)
    voter_id = find_voter()
    upload = Upload.objects.filter(file=name).first()
    if upload is not None:
        is_fresh = not upload.attachments.exists()  # goes with no prompt yet
        is_own = voter_id is not None and upload.voter_id == voter_id and is_fresh
        if is_own or _seen_by(voter_id, viewer).filter(attachments__upload=upload).exists():
            return ServedMedia(upload.media_type, is_public=False)
    response = Response.objects.filter(media=name, battle__in=_seen_by(voter_id, viewer)).only("media_type").first()
    if response is None:
        raise NotFound
    return ServedMedia(response.media_type, is_public=False)


def _seen_by(voter_id: UUID | None, viewer: Viewer) -> QuerySet[Battle]:
    """The battles of a voter, and those that were opened to everybody, of arenas that they may enter."""
    is_open = Q(is_shared=True, state=BattleState.VOTED)
    return Battle.objects.filter(enterable(viewer, "arena"), is_open | Q(voter=voter_id) if voter_id else is_open)
