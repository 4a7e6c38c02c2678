"""Does the command line let somebody in, and back in, with a line in the trail that holds no password?"""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management import call_command

from arena.models import AuditEntry
from tests.factories import make_arena

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_new_owner_gets_a_password_once():
    said = run("staff", "olga", "--actor", "root@host", "--why", "first owner")

    password = said.split("password ")[1].split(" ")[0]
    olga = User.objects.get()
    assert olga.check_password(password)
    assert (olga.is_staff, olga.groups.get().name) == (True, "owner")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.door, entry.action, entry.why) == ("root@host", "command", "staff", "first owner")
    assert password not in str(entry.after)
    assert "password" not in run("staff", "olga", "--role", "viewer")
    assert [group.name for group in olga.groups.all()] == ["viewer"]


def test_reset_forgets_the_second_factor_and_keeps_the_role():
    run("staff", "olga", "--role", "auditor")
    old = User.objects.get().password
    Authenticator.objects.create(user=User.objects.get(), type="totp", data={"secret": "x"})

    said = run("staff", "olga", "--reset")

    assert "password " in said
    assert User.objects.get().password != old
    assert not Authenticator.objects.exists()
    assert User.objects.get().groups.get().name == "auditor"


def test_commands_that_write_are_in_the_trail():
    make_arena()

    run("publish", "--arena", "text")

    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.after) == ("command", "publish", {"arena": "text"})
