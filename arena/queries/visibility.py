"""Which arenas may somebody see? The one place of the rule, for pages, API, files and sockets.

What may not be seen is not there: NotFound, as for an arena that never was. Next file to read: catalog.py.
"""

from uuid import UUID

from django.db.models import Q, QuerySet

from arena.domain.errors import NotFound
from arena.domain.visibility import Viewer, Visibility
from arena.models import Arena, Battle

OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


def may_enter(arena: Arena, viewer: Viewer) -> bool:
    """Everybody, where it is not private; else the staff and its members."""
    if arena.visibility in OPEN:
        return True
    return viewer.is_staff or _entered_by(viewer).filter(pk=arena.pk).exists()


def check_may_see(battle_id: UUID, viewer: Viewer) -> None:
    """Of one's own battles, too: who is no member any more is outside at once. Raises NotFound."""
    battle = Battle.objects.select_related("arena").only("arena__visibility").filter(pk=battle_id).first()
    if battle is not None and not may_enter(battle.arena, viewer):
        raise NotFound


def enterable(viewer: Viewer, path: str = "") -> Q:
    """Rows whose arena this viewer may enter. path : from the row to its arena; empty for arenas themselves."""
    return Q() if viewer.is_staff else _of(path, "visibility__in", OPEN) | _private(viewer, path)


def listed(viewer: Viewer, path: str = "") -> Q:
    """Rows whose arena is listed to this viewer: the public ones, and the private ones that are open to them."""
    return _of(path, "visibility", Visibility.PUBLIC) | _private(viewer, path)


def _private(viewer: Viewer, path: str) -> Q:
    if viewer.is_staff:
        return _of(path, "visibility", Visibility.PRIVATE)
    return Q(pk__in=()) if viewer.user_id is None else _of(path, "in", _entered_by(viewer).values("pk"))


def _entered_by(viewer: Viewer) -> QuerySet[Arena]:
    """Private arenas of this member."""
    if viewer.user_id is None:
        return Arena.objects.none()
    member = Q(members=viewer.user_id) | Q(member_groups__user=viewer.user_id)
    return Arena.objects.filter(member, visibility=Visibility.PRIVATE)


def _of(path: str, field: str, value: object) -> Q:
    name = f"{path}__{field}" if path else ("pk__in" if field == "in" else field)
    return Q(**{name: value})
