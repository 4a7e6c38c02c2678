"""What waits for a second owner? Who asked for what, why, until when; another owner confirms or refuses it here.

Next file to read: services/second_person.py.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from arena.admin.base import ReadOnlyAdmin
from arena.domain.audit import ChangeKind, ChangeState
from arena.domain.errors import ArenaError, InvalidInput
from arena.models import PendingChange
from arena.queries.clock import database_now
from arena.services.second_person import OF_VOTES, confirm_change, refuse_change
from arena.staff.trail import spoke_for_itself

NEEDED = {
    ChangeKind.EXCLUSION: "arena.exclude_votes",
    ChangeKind.REINSTATEMENT: "arena.exclude_votes",
    ChangeKind.POLICY: "arena.change_policy",
    ChangeKind.OWNER: "auth.change_user",
}


@admin.register(PendingChange)
class PendingChangeAdmin(ReadOnlyAdmin):
    list_display = ("kind", "arena", "what", "why", "asked_by", "asked_at", "expires_at", "standing", "decided_by")
    list_filter = ("state", "kind", "arena")
    list_select_related = ("arena", "asked_by", "decided_by")
    actions = ("confirm", "refuse")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        said = (
            "Another owner than the one who asked confirms a change."
            if settings.IS_SECOND_PERSON_REQUIRED
            else "On this site one owner decides alone (ARENA_SECOND_PERSON is off), so nothing waits here."
        )
        return super().changelist_view(request, (extra_context or {}) | {"subtitle": said})

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return any(request.user.has_perm(permission) for permission in NEEDED.values())

    @admin.display(description="what")
    def what(self, change: PendingChange) -> str:
        if change.kind in OF_VOTES:
            return f"{len(change.values['votes'])} votes"
        if change.kind == ChangeKind.OWNER:
            return str(change.values["login"])
        return ", ".join(f"{name}: {value}" for name, value in change.values.items())

    @admin.display(description="state")
    def standing(self, change: PendingChange) -> str:
        is_late = change.state == ChangeState.WAITING and change.expires_at <= database_now()
        return (ChangeState.EXPIRED if is_late else ChangeState(change.state)).label

    @admin.action(description="Confirm: it is done at once", permissions=["decide"])
    def confirm(self, request: HttpRequest, changes: QuerySet[PendingChange]) -> None:
        self._decide(request, changes, confirm_change)

    @admin.action(description="Refuse, or withdraw", permissions=["decide"])
    def refuse(self, request: HttpRequest, changes: QuerySet[PendingChange]) -> None:
        self._decide(request, changes, refuse_change)

    def _decide(self, request: HttpRequest, changes: QuerySet[PendingChange], decide: Any) -> None:
        spoke_for_itself(request)
        for change in changes:
            if not request.user.has_perm(NEEDED[ChangeKind(change.kind)]):
                messages.error(request, f"{change}: not with your role.")
                continue
            try:
                decide(change_id=change.pk, by=request.user)
            except InvalidInput as error:
                messages.error(request, f"{change}: {' '.join(error.sentences)}")
            except ArenaError as error:
                messages.error(request, f"{change}: {error}")
            else:
                messages.success(request, f"{change}: done.")
