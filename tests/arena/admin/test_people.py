"""Do owners keep accounts, within bounds? Roles as groups; nobody deleted; a lost second factor forgotten."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from arena.domain.roles import Role
from arena.models import AuditEntry, PendingChange
from arena.services.roles import give_role
from tests.arena.admin.conftest import BACKEND
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


def appointed(client, person, **fields):
    group = Group.objects.get(name=Role.OWNER)
    said = {"username": str(person), "is_active": "on", "is_staff": "on", "groups": [group.pk]}
    return client.post(page_of(person), said | fields, follow=True)


def act(client, action, rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(f"admin:{rows[0]._meta.label_lower.replace('.', '_')}_changelist"), data, follow=True)


@pytest.fixture
def _two_people(settings):
    settings.IS_SECOND_PERSON_REQUIRED = True


@pytest.mark.usefixtures("_two_people")
def test_the_second_owner_is_made_by_the_first_and_the_third_by_two(owner):
    omar, eve = User.objects.create_user("omar"), User.objects.create_user("eve")

    appointed(owner, omar)
    unsaid = appointed(owner, eve)
    page = appointed(owner, eve, why="on call in July")

    assert omar.groups.get().name == "owner"
    assert "Say why: another owner has to confirm it." in unsaid.text
    assert "Waits for another owner: that eve becomes one." in page.text
    eve.refresh_from_db()
    assert (eve.is_staff, eve.groups.count()) == (True, 0)
    waiting = PendingChange.objects.get()
    assert "cannot confirm it" in act(owner, "confirm", [waiting]).text
    omar.refresh_from_db()
    confirming = Client()
    confirming.force_login(omar, BACKEND)
    page = act(confirming, "confirm", [waiting])
    assert [str(m) for m in page.context["messages"]] == ["make somebody an owner: eve: done."]
    assert eve.groups.get().name == "owner"
    steps = AuditEntry.objects.filter(action__contains="make an owner").order_by("id")
    assert [(e.actor, e.action, e.row_name) for e in steps] == [
        ("olga", "make an owner", "omar"),
        ("olga", "ask to make an owner", "eve"),
        ("omar", "make an owner", "eve"),
    ]


@pytest.mark.usefixtures("_two_people")
def test_whoever_sends_all_others_away_brings_nobody_back_alone(owner):
    omar = User.objects.create_user("omar")
    appointed(owner, omar)
    owner.post(page_of(omar), {"is_active": "on", "is_staff": "on", "groups": []})

    assert "Say why" in appointed(owner, omar).text
    appointed(owner, omar, why="x")

    assert omar.groups.count() == 0
    assert PendingChange.objects.get().values == {"user": omar.pk, "login": "omar"}


@pytest.mark.usefixtures("_two_people")
def test_an_owner_who_was_set_inactive_comes_back_by_two(owner):
    omar, eve = signed_in("omar", Role.OWNER), User.objects.create_user("eve", is_active=False)
    give_role(user=eve, role=Role.OWNER)

    appointed(owner, eve, why="back again")

    eve.refresh_from_db()
    assert (eve.is_active, eve.groups.count()) == (True, 0)
    act(omar, "confirm", [PendingChange.objects.get()])
    assert eve.groups.get().name == "owner"


@pytest.mark.usefixtures("_two_people")
def test_no_owner_takes_over_what_another_owner_has(owner):
    client = signed_in("omar", Role.OWNER)
    omar = User.objects.get(username="omar")
    Authenticator.objects.create(user=omar, type="totp", data={"secret": "x"})
    password = {"password1": "correct horse 1", "password2": "correct horse 1"}

    page = owner.post(reverse("admin:auth_user_password_change", args=[omar.pk]), password, follow=True)
    act(owner, "forget_second_factor", [omar])

    assert "Nobody takes over what another owner has" in page.text
    assert not User.objects.get(pk=omar.pk).has_usable_password()
    assert Authenticator.objects.count() == 1
    assert client.get(reverse("admin:index")).status_code == 200


def test_password_of_a_colleague_is_set_and_noted(owner):
    signed_in("vera", Role.VIEWER)
    vera = User.objects.get(username="vera")
    password = {"password1": "correct horse 1", "password2": "correct horse 1", "usable_password": "true"}

    page = owner.post(reverse("admin:auth_user_password_change", args=[vera.pk]), password)

    assert page.status_code == 302
    vera.refresh_from_db()
    assert vera.check_password("correct horse 1")
    entry = AuditEntry.objects.get(row_name="vera", action="change")
    assert entry.actor == "olga"
    assert "correct horse" not in repr((entry.before, entry.after))


def test_a_member_of_the_staff_keeps_the_name_that_the_trail_knows(owner):
    signed_in("vera", Role.VIEWER)
    vera = User.objects.get(username="vera")

    owner.post(page_of(vera), {"username": "other", "is_active": "on", "is_staff": "on"})

    assert User.objects.get(pk=vera.pk).username == "vera"


def test_roles_keep_their_names_and_rights(owner):
    role = Group.objects.get(name=Role.VIEWER)

    page = owner.post(reverse("admin:auth_group_change", args=[role.pk]), {"name": "viewers"})

    assert page.status_code == 403


def test_no_page_shows_what_an_authenticator_app_holds():
    assert Authenticator not in admin.site._registry
