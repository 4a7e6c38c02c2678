"""Do owners keep accounts, within bounds? Roles as groups; nobody deleted; a lost second factor forgotten."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.urls import reverse

from arena.domain.roles import Role
from arena.models import AuditEntry
from tests.arena.admin.staff import signed_in

pytestmark = pytest.mark.django_db


def page_of(user):
    return reverse("admin:auth_user_change", args=[user.pk])


def test_owner_gives_a_role(owner):
    ada = User.objects.create_user("ada")
    group = Group.objects.get(name=Role.OPERATOR)

    owner.post(page_of(ada), {"username": "ada", "is_active": "on", "is_staff": "on", "groups": [group.pk]})

    ada.refresh_from_db()
    assert (ada.is_staff, ada.is_superuser, [g.name for g in ada.groups.all()]) == (True, False, ["operator"])
    entry = AuditEntry.objects.get(action="change")
    assert (entry.actor, entry.row_name) == ("olga", "ada")
    assert (entry.before["groups"], entry.after["groups"]) == ([], ["operator"])


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.AUDITOR])
def test_nobody_else_gives_roles(role):
    ada = User.objects.create_user("ada")
    page = signed_in("eve", role).post(page_of(ada), {"username": "ada", "is_staff": "on"})

    assert page.status_code == 403
    assert not User.objects.get(pk=ada.pk).is_staff


def test_owner_neither_changes_the_own_role_nor_a_superuser_nor_deletes_anybody(owner):
    olga, root = User.objects.get(username="olga"), User.objects.create_superuser("root")

    own = owner.post(page_of(olga), {"username": "olga"})
    above = owner.post(page_of(root), {"username": "root"})
    password = owner.get(reverse("admin:auth_user_password_change", args=[root.pk]))
    gone = owner.post(reverse("admin:auth_user_delete", args=[olga.pk]), {"post": "yes"})

    assert (own.status_code, above.status_code, password.status_code, gone.status_code) == (302, 403, 403, 403)
    olga.refresh_from_db()
    assert (olga.is_active, olga.is_staff, olga.groups.get().name) == (True, True, "owner")


def test_lost_second_factor_is_forgotten_and_sessions_end(owner):
    client = signed_in("ada", Role.VIEWER)
    ada = User.objects.get(username="ada")
    Authenticator.objects.create(user=ada, type="totp", data={"secret": "x"})
    people = [ada.pk, User.objects.get(username="olga").pk]

    action = {"action": "forget_second_factor", "_selected_action": people}
    owner.post(reverse("admin:auth_user_changelist"), action)

    assert not Authenticator.objects.exists()
    assert client.get(reverse("admin:index")).status_code == 302
    assert owner.get(reverse("admin:index")).status_code == 200
    assert [e.row_name for e in AuditEntry.objects.filter(action="forget second factor")] == ["ada"]


def test_roles_keep_their_names_and_rights(owner):
    role = Group.objects.get(name=Role.VIEWER)

    page = owner.post(reverse("admin:auth_group_change", args=[role.pk]), {"name": "viewers"})

    assert page.status_code == 403


def test_no_page_shows_what_an_authenticator_app_holds():
    assert Authenticator not in admin.site._registry
