"""How do operators decide on complaints? A queue: read the text, then dismiss, remove it, or also exclude the vote."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from arena.admin.base import ReadOnlyAdmin
from arena.domain.errors import NotReady
from arena.domain.moderation import ReportAbout, ReportState
from arena.domain.roles import EXCLUDE_VOTES
from arena.models import PendingChange, Report
from arena.queries.reports import reported_text
from arena.rendering import clean_characters
from arena.services.reports import dismiss_report, exclude_reported, redact_reported


class StateFilter(admin.SimpleListFilter):
    """What waits, unless something else is asked for."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("all", "all"), *((state.value, state.label) for state in ReportState if state is not ReportState.OPEN)]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Any: as Django has it."""
        first, *others = super().choices(changelist)
        yield {**first, "display": ReportState.OPEN.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Report]) -> QuerySet[Report]:
        value = self.value()
        return queryset if value == "all" else queryset.filter(state=value or ReportState.OPEN)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "about", "reason", "excerpt", "note", "state", "decided_by")
    list_filter = (StateFilter, "reason", "battle__arena")
    list_select_related = ("battle__arena", "battle__prompt")
    fields = ("created_at", "battle_page", "about", "reason", "note", "text", "state", "decided_by", "decided_at")
    readonly_fields = fields
    actions = ("dismiss", "redact", "redact_and_exclude")
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing of a report is edited; who may decide is asked by the actions."""
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("arena.change_report")

    def has_exclude_permission(self, request: HttpRequest) -> bool:
        return self.has_decide_permission(request) and request.user.has_perm(f"arena.{EXCLUDE_VOTES}")

    @admin.display(description="text")
    def text(self, report: Report) -> str:
        return format_html('<div class="reported" dir="auto">{}</div>', clean_characters(_text(report)))

    @admin.display(description="text")
    def excerpt(self, report: Report) -> str:
        text = " ".join(clean_characters(_text(report)).split())
        return f"{text[:80]} …" if len(text) > 80 else text

    @admin.display(description="battle")
    def battle_page(self, report: Report) -> str:
        return format_html('<a href="{}">{}</a>', f"../../../battle/{report.battle_id}/change/", report.battle)

    @admin.action(description="Dismiss: nothing is wrong with it", permissions=["decide"])
    def dismiss(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        self._decide(request, reports, dismiss_report, ReportState.DISMISSED)

    @admin.action(description="Remove the text, wherever it is shown; the vote stays", permissions=["decide"])
    def redact(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        self._decide(request, reports, redact_reported, ReportState.REDACTED)

    @admin.action(description="Remove the text, and count the vote no longer", permissions=["exclude"])
    def redact_and_exclude(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        self._decide(request, reports, exclude_reported, ReportState.EXCLUDED)

    def _decide(
        self,
        request: HttpRequest,
        reports: QuerySet[Report],
        step: Callable[..., PendingChange | bool],
        state: ReportState,
    ) -> None:
        n_decided = n_waiting = 0
        for report in reports:
            try:
                decided = step(report_id=report.pk, by=request.user)
            except NotReady as error:
                messages.warning(request, f"{report}: {error}")
                continue
            if decided:
                n_decided += 1
                n_waiting += isinstance(decided, PendingChange)
                self.log_change(request, report, f"Now {state.label}.")
        messages.success(request, f"{n_decided} decided: {state.label}.")
        if n_waiting:
            messages.warning(request, f"{n_waiting} of these votes count until a second owner confirms it.")


def _text(report: Report) -> str:
    return reported_text(report.battle, ReportAbout(report.about))
