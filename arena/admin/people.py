"""Who are the staff and the members of private arenas? Accounts with one role each, kept by owners.

Next file to read: domain/roles.py, which says what a role may do.
"""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from arena.domain.roles import Role
from arena.services.second_factor import forget_second_factor
from arena.staff.trail import AuditedAdmin, note

# Rows of libraries that nobody keeps by hand, one of which shows what an authenticator app holds.
for kept_elsewhere in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, User, Group):
    try:
        admin.site.unregister(kept_elsewhere)
    except NotRegistered:
        continue


@admin.register(User)
class PersonAdmin(AuditedAdmin, UserAdmin):
    """Nobody is deleted: who leaves is set inactive, so that the trail keeps its names."""

    list_display = ("username", "roles", "is_staff", "is_active", "has_second_factor", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        (
            "Access",
            {
                "fields": ("is_active", "is_staff", "groups"),
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
        """One's own role is kept by another owner, so that nobody locks everybody out by mistake."""
        own = ("is_active", "is_staff", "groups") if obj is not None and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

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
