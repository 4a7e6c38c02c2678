"""Is a token shown once, kept as a hash, and revoked for good?"""

import re

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from arena.models import ApiToken, AuditEntry
from tests.arena.api.callers import Script
from tests.concurrency import whole_database

pytestmark = pytest.mark.django_db


def made(operator):
    user = User.objects.create_user("robot")
    page = operator.post(reverse("admin:arena_apitoken_add"), {"user": user.pk, "name": "nightly", "role": "operator"})
    return page, re.search(r"fg_[\w-]{43}", page.text)[0]


def test_token_is_shown_once_and_only_hashed(operator):
    page, text = made(operator)

    token = ApiToken.objects.get()
    assert (token.name, token.role, token.hint) == ("nightly", "operator", text[:9])
    assert "no-store" in page["Cache-Control"]
    assert text not in repr(whole_database())
    again = operator.get(reverse("admin:arena_apitoken_change", args=[token.pk]))
    assert text not in again.text
    assert Script(text).get("session/").status_code == 200
    entry = AuditEntry.objects.get(action="add")
    assert (entry.row_name, entry.after) == (
        f"nightly ({text[:9]}…)",
        {"user": "robot", "name": "nightly", "role": "operator"},
    )


def test_revoked_token_opens_nothing(operator):
    _, text = made(operator)

    action = {"action": "revoke", "_selected_action": [ApiToken.objects.get().pk]}
    operator.post(reverse("admin:arena_apitoken_changelist"), action)

    assert Script(text).get("session/").status_code == 401
    assert AuditEntry.objects.filter(action="revoke").count() == 1


def test_what_a_token_may_do_never_changes(operator):
    made(operator)
    token = ApiToken.objects.get()

    operator.post(reverse("admin:arena_apitoken_change", args=[token.pk]), {"role": "owner", "name": "other"})

    token.refresh_from_db()
    assert (token.role, token.name) == ("operator", "nightly")


def test_nobody_acts_in_the_name_of_a_colleague(owner):
    ada = User.objects.create_user("ada", password="x" * 12, is_staff=True)
    said = {"user": ada.pk, "name": "nightly", "role": "operator"}

    refused = owner.post(reverse("admin:arena_apitoken_add"), said)
    own = owner.post(reverse("admin:arena_apitoken_add"), said | {"user": User.objects.get(username="olga").pk})

    assert (refused.status_code, own.status_code) == (200, 200)
    assert list(ApiToken.objects.values_list("user__username", flat=True)) == ["olga"]
