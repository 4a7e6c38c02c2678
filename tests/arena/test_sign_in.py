"""Who comes into the staff's rooms? A young session, a second factor where one is required, and nobody who signs up."""

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import User
from django.test import Client

from arena.models import AuditEntry
from arena.sign_in import SINCE, STAFF_SESSION_S, SecondFactorAdapter

pytestmark = pytest.mark.django_db
ADMIN = f"/{site_settings.ADMIN_PATH}"
PASSWORD = "seldom-seen-otter"


@pytest.fixture
def staff():
    return User.objects.create_user("ada", password=PASSWORD, is_staff=True)


def sign_in(client, **fields):
    return client.post("/accounts/login/", {"login": "ada", "password": PASSWORD, "next": ADMIN, **fields})


def test_password_alone_opens_the_admin_of_a_laptop(client, staff):
    page = sign_in(client)

    assert (page.status_code, page["Location"]) == (302, ADMIN)
    assert client.get(ADMIN).status_code == 200


def test_password_alone_leads_to_the_second_factor_where_it_is_required(client, staff, settings):
    settings.IS_SECOND_FACTOR_REQUIRED = True
    sign_in(client)

    page = client.get(ADMIN, follow=True)

    assert page.redirect_chain[-1][0].startswith("/accounts/2fa/")
    assert "Staff of this site need a second factor." in page.text


def test_session_of_staff_ends_after_eight_hours_however_it_is_used(client, staff):
    sign_in(client)
    assert client.session.get_expiry_age() == STAFF_SESSION_S
    age(client, STAFF_SESSION_S - 60)
    assert client.get(ADMIN).status_code == 200

    age(client, 60)

    page = client.get(ADMIN, follow=True)
    assert "/accounts/login/" in page.redirect_chain[-1][0]


def age(client, seconds):
    session = client.session
    session[SINCE] -= seconds
    session.save()


def test_members_are_no_staff(client):
    User.objects.create_user("ada", password=PASSWORD)
    sign_in(client)

    assert client.get(ADMIN, follow=True).status_code == 403


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "2fa/webauthn/signup/", "signup/passkey/"])
def test_nobody_signs_up(client, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_five_wrong_passwords_lock_the_account_for_this_address(client, staff, settings):
    settings.AXES_ENABLED = True
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(client, password="wrong")

    assert last.status_code == 429
    assert sign_in(client).status_code == 429


def test_only_known_places_follow_a_sign_in(client, staff):
    page = sign_in(client, next="https://evil.example/")

    assert page["Location"] == "/"


def test_secret_of_an_authenticator_app_is_not_readable_in_the_database():
    adapter = SecondFactorAdapter()
    kept = adapter.encrypt("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DPEHPK3PXP" not in kept
    assert adapter.decrypt(kept) == "JBSWY3DPEHPK3PXP"


def test_sign_in_of_staff_is_in_the_trail(staff):
    sign_in(Client())

    assert list(AuditEntry.objects.values_list("actor", "action", "door")) == [("ada", "sign in", "sign-in")]
