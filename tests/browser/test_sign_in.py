"""Does the admin open with a second factor only? Authenticator app, recovery code, passkey, mistakes."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from playwright.sync_api import expect

from arena.domain.roles import Role
from arena.services.roles import give_role
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "seldom-seen-otter"


@pytest.fixture
def site(live_server_url, settings):
    """By the name that browsers allow passkeys on; a second factor is required."""
    settings.IS_SECOND_FACTOR_REQUIRED = True
    give_role(user=User.objects.create_user("ada", password=PASSWORD), role=Role.OWNER)
    return live_server_url.replace("127.0.0.1", "localhost")


def code_of(secret, steps=0):
    """RFC 6238 with SHA-1, six digits, thirty seconds: what an authenticator app shows."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def sign_in(page, site):
    page.goto(f"{site}/{settings.ADMIN_PATH}")
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def enrol(page):
    """An authenticator app; its secret, and the recovery codes."""
    page.get_by_role("link", name="Activate").click()
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    codes = page.locator("#recovery_codes").input_value().split()
    return secret, codes


def sign_out(page, site):
    page.goto(f"{site}/accounts/logout/")
    page.get_by_role("button", name="Sign Out").click()


@pytest.mark.allows_console("status of 4")
def test_admin_opens_with_an_authenticator_app_and_with_a_recovery_code(page, site, assert_accessible):
    sign_in(page, site)
    expect(page.get_by_text("Staff of this site need a second factor")).to_be_visible()
    assert_accessible(page)
    secret, codes = enrol(page)
    assert len(codes) == 10
    page.goto(f"{site}/{settings.ADMIN_PATH}")
    expect(page.get_by_role("heading", name="Run the arena")).to_be_visible()

    sign_out(page, site)
    sign_in(page, site)
    assert_accessible(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    page.goto(f"{site}/{settings.ADMIN_PATH}")
    expect(page).to_have_url(re.compile("/accounts/2fa/authenticate/"))

    page.get_by_label("Code").fill(code_of(secret, steps=1))  # the app's next one: each works once
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Run the arena")).to_be_visible()

    sign_out(page, site)
    sign_in(page, site)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Run the arena")).to_be_visible()


def test_admin_opens_with_a_passkey_alone(new_page, site):
    page = new_page(**PHONE)
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, site)
    page.get_by_role("link", name="Add").click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Security key added")).to_be_visible()
    sign_out(page, site)

    page.goto(f"{site}/{settings.ADMIN_PATH}")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("heading", name="Run the arena")).to_be_visible()
