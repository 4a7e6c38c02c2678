"""Who are the staff and the members of private arenas? Accounts with one role each, kept by owners.

Next file to read: domain/roles.py, which says what a role may do.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from arena.admin.base import UNSAID
from arena.domain.roles import Role
from arena.models.access import MAX_WHY_LENGTH
from arena.services.second_factor import forget_second_factor
from arena.services.second_person import appoint_owner, is_owner, may_appoint_alone
from arena.staff.trail import AuditedAdmin, note

# Rows of libraries that nobody keeps by hand, one of which shows what an authenticator app holds.
for kept_elsewhere in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, User, Group):
    try:
        admin.site.unregister(kept_elsewhere)
    except NotRegistered:
        continue


KEPT_BY_ITSELF = (
    "Nobody takes over what another owner has: {person} sets it up, or somebody on the machine itself with "
    "manage.py staff {person} --reset."
)


class PersonForm(UserChangeForm):
    """With a place for the reason, without which nobody becomes an owner where a second one has to confirm it."""

    why = forms.CharField(
        max_length=MAX_WHY_LENGTH,
        required=False,
        help_text="Needed where somebody becomes an owner: another owner confirms it, if there is one.",
    )
    by: User  # whoever is signed in
    is_appointed = False
    """Whether the person becomes an owner, or one again."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        will_be = said.get("is_active") and said.get("is_staff") and said.get("groups", Group.objects.none())
        self.is_appointed = bool(will_be and will_be.filter(name=Role.OWNER).exists() and not is_owner(self.instance))
        if self.is_appointed and not may_appoint_alone(self.by) and not said.get("why", "").strip():
            self.add_error("why", "Say why: another owner has to confirm it.")
        return said


@admin.register(User)
class PersonAdmin(AuditedAdmin, UserAdmin):
    """Nobody is deleted: who leaves is set inactive, so that the trail keeps its names."""

    form = PersonForm
    list_display = ("username", "roles", "is_staff", "is_active", "has_second_factor", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        (
            "Access",
            {
                "fields": ("is_active", "is_staff", "groups", "why"),
                "description": "Staff sign in to the admin and have one of the groups viewer, operator, auditor or "
                "owner. Other groups let members into private arenas.",
            },
        ),
        ("Times", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")
    actions = ("forget_second_factor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        people = super().get_queryset(request).prefetch_related("groups")
        return people.annotate(n_factors=Count("authenticator", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """One's own role is kept by another owner, so that nobody locks everybody out by mistake; and a member of the
        staff has one name for ever, by which the trail knows who it was."""
        own = ("is_active", "is_staff", "groups") if obj is not None and obj.pk == request.user.pk else ()
        named = ("username",) if obj is not None and obj.is_staff else ()
        return (*super().get_readonly_fields(request, obj), *own, *named)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        form.by = request.user
        return form

    def save_related(self, request: HttpRequest, form: Any, formsets: list[BaseFormSet], change: bool) -> None:
        """Another owner goes a way of its own, on which a second one may stand."""
        is_appointed = isinstance(form, PersonForm) and form.is_appointed
        if is_appointed:
            form.cleaned_data["groups"] = form.cleaned_data["groups"].exclude(name=Role.OWNER)
        super().save_related(request, form, formsets, change)
        if is_appointed:
            why = form.cleaned_data.get("why") or UNSAID
            if appoint_owner(user=form.instance, by=request.user, why=why):
                messages.warning(request, f"Waits for another owner: that {form.instance} becomes one.")

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        person = self.get_object(request, id)
        if person is not None and self._is_kept_by_itself(request, person):
            messages.error(request, KEPT_BY_ITSELF.format(person=person))
            return redirect("admin:auth_user_change", person.pk)
        return super().user_change_password(request, id, form_url)

    def _is_kept_by_itself(self, request: HttpRequest, person: User) -> bool:
        """Whoever gives another owner a new password could be two people."""
        is_other = person.pk != request.user.pk and not request.user.is_superuser
        return settings.IS_SECOND_PERSON_REQUIRED and is_other and is_owner(person)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser, made on the command line, is above all roles, and no owner takes its password over."""
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @admin.display(description="roles and groups")
    def roles(self, person: User) -> str:
        return ", ".join(group.name for group in person.groups.all()) or ("superuser" if person.is_superuser else "")

    @admin.display(description="second factor", boolean=True)
    def has_second_factor(self, person: User) -> bool:
        return bool(person.n_factors)  # type: ignore[attr-defined]

    @admin.action(description="Forget the second factor, which was lost", permissions=["change"])
    def forget_second_factor(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """The person sets up a new one at the next sign-in, and is signed out until then."""
        chosen = [person for person in people if self.has_change_permission(request, person)]
        for person in chosen:
            if person.pk == request.user.pk:
                messages.error(request, "Ask another owner about your own second factor.")
                continue
            if self._is_kept_by_itself(request, person):
                messages.error(request, KEPT_BY_ITSELF.format(person=person))
                continue
            forget_second_factor(user_id=person.pk)
            note(request, "forget second factor", person)
            messages.success(request, f"{person} sets up a new second factor at the next sign-in.")


@admin.register(Group)
class GroupAdmin(AuditedAdmin):
    """Groups of members have names and nothing else; what roles may do stands in the code."""

    list_display = ("name",)
    fields = ("name",)
    ordering = ("name",)
    search_fields = ("name",)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return (obj is None or obj.name not in list(Role)) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return False
