"""How does a write in the admin come into the trail of the staff? With who, what, before and after, and why.

Next file to read: services/audit.py.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet, Form, ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from arena.domain.audit import Actor, Door
from arena.services.audit import note_step

WHY_FIELDS = ("why", "reason")
MAX_NAMED = 20


def actor_of(request: HttpRequest) -> Actor:
    return Actor(request.user.get_username(), Door.ADMIN)


def why_of(request: HttpRequest) -> str:
    """What the form asked for as a reason, under either of its names."""
    return next((request.POST[name] for name in WHY_FIELDS if request.POST.get(name)), "")


def note(request: HttpRequest, action: str, row: Model | None = None, **values: Any) -> None:
    """One step of the staff; also tells note_other_write that this request has spoken for itself."""
    note_step(actor=actor_of(request), action=action, row=row, why=values.pop("why", "") or why_of(request), **values)
    spoke_for_itself(request)


def spoke_for_itself(request: HttpRequest) -> None:
    """The service that was called noted what it did."""
    request.has_spoken = True  # type: ignore[attr-defined]


def note_other_write(request: HttpRequest, response: HttpResponse) -> None:
    """A POST that did something and noted nothing. A page shown again with its complaints did nothing."""
    is_form_again = isinstance(response, TemplateResponse) or response.status_code >= 400
    did_nothing = is_form_again or getattr(request, "has_no_such_action", False)
    if request.method == "POST" and not did_nothing and not getattr(request, "has_spoken", False):
        match = request.resolver_match
        note(
            request,
            request.POST.get("action") or (match.url_name if match and match.url_name else "write"),
            after={"address": request.path, "fields": sorted(request.POST)[:MAX_NAMED]},
        )


def note_refusal(request: HttpRequest) -> None:
    """A write that this role may not do."""
    if request.method == "POST":
        match = request.resolver_match
        action = request.POST.get("action") or (match.url_name if match and match.url_name else "write")
        note(request, f"refused: {action}", after={"address": request.path})


class AuditedAdmin(admin.ModelAdmin):
    """Every addition, change and deletion of a row, and every action on several."""

    def construct_change_message(
        self, request: HttpRequest, form: Form, formsets: Sequence[BaseInlineFormSet] | None, add: bool = False
    ) -> list[dict[str, dict[str, Sequence[str]]]]:
        """formsets : None on the page of a password."""
        request.changes = _changes(form, formsets or (), add)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Raises PermissionDenied for an action that is there for others."""
        asked, allowed = request.POST.get("action"), self.get_actions(request)
        request.has_no_such_action = asked not in allowed  # type: ignore[attr-defined]
        if asked not in allowed and asked in {name for _, name, _ in self._get_base_actions()}:
            raise PermissionDenied
        return super().changelist_view(request, extra_context)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        note(request, "add", obj, **_noted(request, message))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        note(request, request.POST.get("action") or "change", obj, **_noted(request, message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet) -> Any:
        for row in queryset:
            note(request, "delete", row)
        return super().log_deletions(request, queryset)


def _noted(request: HttpRequest, message: Any) -> dict[str, Any]:
    """What the form changed, or what the action says it did."""
    before, after = getattr(request, "changes", ({}, {}))
    return {"before": before, "after": {"done": message} if isinstance(message, str) and not after else after}


def _changes(form: Form, formsets: Sequence[BaseInlineFormSet], add: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields of the row and of the rows on its page, by name."""
    before, after = _changed(form, add)
    for formset in formsets:
        prefix = formset.model._meta.model_name
        for row in formset.new_objects:
            after[f"{prefix} added"] = str(row)
        for row in formset.deleted_objects:
            before[f"{prefix} deleted"] = str(row)
        for changed in formset.forms:
            if changed.has_changed() and changed.instance.pk and changed.initial:
                old, new = _changed(changed, add=False)
                before |= {f"{prefix} {changed.instance.pk} {name}": value for name, value in old.items()}
                after |= {f"{prefix} {changed.instance.pk} {name}": value for name, value in new.items()}
    return before, after


def _changed(form: Form | ModelForm, add: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in form.changed_data if name in form.cleaned_data]
    before = {} if add else {name: _plain(form.initial.get(name)) for name in names}
    return before, {name: _plain(form.cleaned_data[name]) for name in names}


def _plain(value: Any) -> Any:
    """Rows by the names that people know them by."""
    if isinstance(value, QuerySet) or (isinstance(value, list) and value and isinstance(value[0], Model)):
        return [str(row) for row in value]
    return value
