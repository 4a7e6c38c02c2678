"""How does an operator say that the model behind an endpoint is another one now? Next file: services/versions.py."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from arena.domain.errors import InvalidInput
from arena.domain.model_names import slug_of
from arena.models import Contestant
from arena.models.catalog import MAX_NAME_LENGTH
from arena.models.lifecycle import MAX_REASON_LENGTH
from arena.services.versions import new_version


class VersionForm(forms.Form):
    name = forms.CharField(max_length=MAX_NAME_LENGTH)
    slug = forms.CharField(max_length=100, label="Address", help_text="Public, and never changes.")
    version = forms.CharField(max_length=MAX_NAME_LENGTH, help_text="A date or number by which people tell it apart.")
    reason = forms.CharField(
        max_length=MAX_REASON_LENGTH, required=False, help_text="How it is known that the model changed. Public."
    )


def addresses() -> list[URLPattern]:
    return [path("<int:pk>/new-version/", admin.site.admin_view(show), name="new_version")]


def version_link(contestant: Contestant) -> str:
    """Where the next version is made, or the one that was."""
    successor = Contestant.objects.filter(replaces=contestant).first()
    if successor is None:
        return format_html('<a href="{}">Make a new version</a>', reverse("admin:new_version", args=[contestant.pk]))
    address = reverse("admin:arena_contestant_change", args=[successor.pk])
    return format_html('Replaced by <a href="{}">{}</a>', address, successor.name)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    if not request.user.has_perms(("arena.add_contestant", "arena.change_entry")):
        raise PermissionDenied
    old = get_object_or_404(Contestant, pk=pk)
    form = VersionForm(request.POST or None, initial=_first_guess(old), label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            new = new_version(contestant_id=old.pk, by=request.user.get_username(), **form.cleaned_data)
        except InvalidInput as error:
            for name, sentences in error.fields.items():
                form.add_error(name if name in form.fields else None, sentences)
        else:
            admin.site._registry[Contestant].log_addition(request, new, f"New version of {old.slug}.")
            messages.success(request, f"{new.name} takes the place of {old.name}, whose votes stay its own.")
            return redirect("admin:arena_contestant_change", new.pk)
    context = admin.site.each_context(request) | {"title": f"New version of {old.name}", "old": old, "form": form}
    return render(request, "operators/new_version.html", context, status=422 if form.errors else 200)


def _first_guess(old: Contestant) -> dict[str, str]:
    return {"name": old.name, "slug": f"{slug_of(old.slug)}-next"[:100], "version": ""}
