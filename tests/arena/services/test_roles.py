"""Do the groups of the database say what the table of roles says, and nothing else?"""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User

from arena.domain.roles import OF_AUDITORS, OPERATED, OWNED, Role
from arena.services.roles import give_role, write_roles

pytestmark = pytest.mark.django_db
ROWS = sorted(model._meta.model_name for model in apps.get_app_config("arena").get_models())


def permissions_of(role):
    return {f"{p.content_type.app_label}.{p.codename}" for p in Group.objects.get(name=role).permissions.all()}


def writes(role):
    return {name for name in permissions_of(role) if not name.split(".")[1].startswith("view_")}


def test_viewer_reads_everything_but_the_trail():
    readable = {f"arena.view_{row}" for row in ROWS if row not in OF_AUDITORS}

    assert permissions_of(Role.VIEWER) == readable


def test_auditor_reads_everything_and_changes_nothing():
    others = {"auth.view_user", "auth.view_group", "axes.view_accessattempt", "axes.view_accesslog"}

    assert permissions_of(Role.AUDITOR) == {f"arena.view_{row}" for row in ROWS} | others


def test_operator_keeps_the_catalogue_but_neither_users_nor_rules():
    expected = {f"arena.{action}_{row}" for row, actions in OPERATED.items() for action in actions}

    assert writes(Role.OPERATOR) == expected
    assert permissions_of(Role.OPERATOR) - expected == permissions_of(Role.VIEWER)
    assert {"arena.add_contestant", "arena.change_endpoint"} <= expected


def test_owner_does_all_that_others_do_and_more():
    more = writes(Role.OWNER) - writes(Role.OPERATOR)

    assert permissions_of(Role.OWNER) >= permissions_of(Role.OPERATOR) | permissions_of(Role.AUDITOR)
    assert more >= {"arena.change_policy", "arena.exclude_votes", "arena.change_voter", "auth.add_user"}
    assert not {name for name in more if ".delete_" in name} - {"axes.delete_accessattempt"}


def test_table_names_only_rows_there_are():
    assert {*OPERATED, *OWNED, *OF_AUDITORS} <= set(ROWS)


def test_what_was_added_by_hand_goes_with_the_next_migration():
    Group.objects.get(name=Role.VIEWER).permissions.add(Permission.objects.get(codename="delete_user"))

    write_roles()

    assert "auth.delete_user" not in permissions_of(Role.VIEWER)


def test_an_account_has_one_role():
    user = User.objects.create_user("ada")

    give_role(user=user, role=Role.OWNER)
    give_role(user=user, role=Role.VIEWER)

    assert [group.name for group in user.groups.all()] == ["viewer"]
    assert user.is_staff
    assert not User.objects.get(pk=user.pk).has_perm("arena.change_policy")
