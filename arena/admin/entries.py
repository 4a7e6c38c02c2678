"""How do operators let models into arenas, pause and retire them? Every step is dated and public.

Next file to read: catalog.py.
"""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.admin.base import KeptAdmin, ReadOnlyAdmin, ReadOnlyInline
from arena.admin.tables import EntryTable, TableMixin
from arena.domain.lifecycle import IllegalStep
from arena.domain.metadata import EntryStatus
from arena.models import Entry, EntryStep
from arena.models.lifecycle import MAX_REASON_LENGTH
from arena.queries.lifecycle import standing_of
from arena.services.catalog import set_entry_status, set_exposure

TAKEN_AWAY = (EntryStatus.PAUSED, EntryStatus.RETIRED)


class StepForm(ActionForm):
    """What an operator does with the chosen entries, and why."""

    reason = forms.CharField(max_length=MAX_REASON_LENGTH, required=False, label="Reason (public)")


class ExposureForm(forms.ModelForm):
    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH, required=False, help_text="Why it is shown more or less often. Public."
    )


class EntryStepInline(ReadOnlyInline, admin.TabularInline):
    model = EntryStep
    fields = ("created_at", "status_before", "status", "by", "reason")
    verbose_name_plural = "history"


@admin.register(Entry)
class EntryAdmin(TableMixin, KeptAdmin):
    resource_classes = [EntryTable]
    form = ExposureForm
    list_display = ("contestant", "arena", "status", "standing", "exposure", "entered_at")
    list_filter = ("arena", "status")
    search_fields = ("contestant__name", "contestant__slug", "arena__name")
    autocomplete_fields = ("contestant", "arena")
    readonly_fields = ("status", "standing")
    list_select_related = ("arena", "contestant__endpoint")
    action_form = StepForm
    actions = ("test", "activate", "pause", "retire")
    inlines = (EntryStepInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Entry | None = None) -> tuple[str, ...]:
        return ("arena", "contestant", "status", "standing") if obj else ("status",)

    def save_model(self, request: HttpRequest, obj: Entry, form: forms.ModelForm, change: bool) -> None:
        """Of a row that is there only the exposure changes."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        by = request.user.get_username()
        set_exposure(entry_id=obj.pk, exposure=obj.exposure, by=by, reason=form.cleaned_data["reason"])

    @admin.display(description="stands")
    def standing(self, entry: Entry) -> str:
        return standing_of(entry)

    @admin.action(description="Test: everybody may see it, it takes part in no battles yet", permissions=["change"])
    def test(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        self._move(request, entries, EntryStatus.TESTING)

    @admin.action(description="Activate: takes part in new battles", permissions=["change"])
    def activate(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        self._move(request, entries, EntryStatus.ACTIVE)

    @admin.action(description="Pause: takes part in no new battles for now", permissions=["change"])
    def pause(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        self._move(request, entries, EntryStatus.PAUSED)

    @admin.action(description="Retire: keeps its votes and its place in history", permissions=["change"])
    def retire(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        self._move(request, entries, EntryStatus.RETIRED)

    def _move(self, request: HttpRequest, entries: QuerySet[Entry], status: EntryStatus) -> None:
        reason, by = request.POST.get("reason", ""), request.user.get_username()
        if status in TAKEN_AWAY and not reason.strip():
            messages.error(request, "Say why: whoever looks for the model reads it in its history.")
            return
        n_moved = 0
        for entry in entries:
            try:
                is_moved = set_entry_status(entry_id=entry.pk, status=status, by=by, reason=reason)
            except IllegalStep as error:
                messages.error(request, str(error))
                continue
            if is_moved:
                n_moved += 1
                self.log_change(request, entry, f"Now {status.label}.")
        messages.success(request, f"{n_moved} of {len(entries)} entries are now {status.label}.")


@admin.register(EntryStep)
class EntryStepAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "entry", "status_before", "status", "by", "reason")
    list_filter = ("status", "entry__arena")
    search_fields = ("entry__contestant__name", "entry__contestant__slug", "by", "reason")
    list_select_related = ("entry__arena", "entry__contestant")
