"""How do operators enter many models into an arena at once? Next file to read: services/catalog.py, enter_models."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest

from arena.domain.errors import InvalidInput
from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant
from arena.models.lifecycle import MAX_REASON_LENGTH
from arena.services.catalog import enter_models

STATUSES = (EntryStatus.TESTING, EntryStatus.ACTIVE)


class EnterForm(ActionForm):
    """Where the chosen models go, as what, and why."""

    arena = forms.ModelChoiceField(Arena.objects.order_by("name"), required=False, empty_label="Arena")
    status = forms.ChoiceField(choices=[(status.value, status.label) for status in STATUSES], required=False)
    reason = forms.CharField(max_length=MAX_REASON_LENGTH, required=False, label="Reason (public)")


class EnterMixin:
    """An action on the list of models."""

    action_form = EnterForm
    actions = ("enter",)

    def has_enter_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(("arena.add_entry", "arena.change_entry"))

    @admin.action(description="Enter into the arena chosen beside this: all of them, or none", permissions=["enter"])
    def enter(self, request: HttpRequest, contestants: QuerySet[Contestant]) -> None:
        form = EnterForm(request.POST)
        form.fields["action"].choices = [(request.POST["action"],) * 2]
        if not form.is_valid() or form.cleaned_data["arena"] is None:
            messages.error(request, "Choose an arena, and whether they are tested there or active.")
            return
        arena, status = form.cleaned_data["arena"], EntryStatus(form.cleaned_data["status"] or EntryStatus.TESTING)
        try:
            entered = enter_models(
                contestant_ids=list(contestants.values_list("pk", flat=True)),
                arena_id=arena.pk,
                status=status,
                by=request.user.get_username(),
                reason=form.cleaned_data["reason"],
            )
        except InvalidInput as error:
            for sentence in error.sentences:
                messages.error(request, f"Nobody was entered. {sentence}")
            return
        for contestant in entered:
            self.log_change(request, contestant, f"Now {status.label} in {arena}.")
        messages.success(request, f"{len(entered)} of {len(contestants)} models are now {status.label} in {arena}.")
