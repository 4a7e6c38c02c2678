"""Do an organisation's people come in by its provider, and nobody else? Through the real views.

What is refused leaves no account, no group and no session behind, and is a plain page.
"""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings as site_settings
from django.contrib.auth.models import Group, User
from django.test import Client

from arena.domain.roles import Role
from arena.domain.single_sign_on import GROUP_PREFIX, Refusal, SingleSignOn
from arena.services.roles import give_role
from arena.web.single_sign_on import FAILED, SILENT
from tests.factories import make_arena
from tests.fake_identity_provider import ANOTHER_KEY, CLIENT_ID, fake_identity_provider

pytestmark = pytest.mark.django_db
BEGIN, CALLBACK = "/accounts/sso/", "/accounts/sso/callback/"
BUTTON = "Sign in with your organisation"


@pytest.fixture
def provider(settings):
    with fake_identity_provider("a-secret") as provider:
        settings.SINGLE_SIGN_ON = SingleSignOn(provider.issuer, CLIENT_ID, ("example.org",), "groups", "a-secret")
        yield provider


def to_provider(client, **query):
    """The address that the site sends to."""
    page = client.get(BEGIN, query)
    assert page.status_code == 302
    return page["Location"]


def back_from(address):
    """The address that the provider sends back to, as the test client takes it."""
    with requests.Session() as session:
        session.trust_env = False
        back = urlsplit(session.get(address, allow_redirects=False).headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"http://testserver{CALLBACK}"
    return f"{back.path}?{back.query}"


def come_in(client, **query):
    return client.get(back_from(to_provider(client, **query)))


def assert_refused(client, page, sentence, status=403):
    assert (page.status_code, page.templates[0].name) == (status, "arena/error.html")
    assert str(sentence) in page.context["sentence"]
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert not Group.objects.filter(name__startswith=GROUP_PREFIX).exists()


def groups_of(name):
    return sorted(User.objects.get(username=name).groups.values_list("name", flat=True))


def test_member_comes_in_and_sees_the_private_arenas_of_the_groups(client, provider):
    ours = make_arena("ours", visibility="private")
    ours.member_groups.add(Group.objects.create(name="sso:research"))
    make_arena("theirs", visibility="private").member_groups.add(Group.objects.create(name="sso:sales"))
    provider.userinfo_changes = {"groups": ["research", "owner"], "name": "Ada L", "preferred_username": "operator"}
    assert client.get("/a/ours/").status_code == 404

    page = come_in(client, next="/a/ours/")

    assert (page.status_code, page["Location"]) == (302, "/a/ours/")
    assert [client.get(f"/a/{slug}/").status_code for slug in ("ours", "theirs")] == [200, 404]
    user = User.objects.get()
    assert (user.username, user.email, user.first_name) == ("ada@example.org", "ada@example.org", "")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (False, False, False)
    assert groups_of(user.username) == ["sso:owner", "sso:research"]
    assert list(SocialAccount.objects.values_list("provider", "uid", "extra_data")) == [(provider.issuer, "u-1", {})]
    assert [model.objects.count() for model in (SocialApp, SocialToken, EmailAddress)] == [0, 0, 0]
    assert client.get(f"/{site_settings.ADMIN_PATH}", follow=True).status_code == 403


def test_groups_follow_the_provider_and_those_given_by_hand_stay(provider):
    provider.userinfo_changes = {"groups": ["a", "b"]}
    come_in(Client())
    User.objects.get().groups.add(Group.objects.create(name="guests"))
    provider.userinfo_changes = {"groups": ["b", "c"], "email": "ada.new@example.org"}

    come_in(Client())

    assert groups_of("ada@example.org") == ["guests", "sso:b", "sso:c"]


def test_without_an_issuer_nothing_is_there(client):
    assert site_settings.SINGLE_SIGN_ON is None
    assert [client.get(path).status_code for path in (BEGIN, CALLBACK)] == [404, 404]
    assert BUTTON not in client.get("/accounts/login/").text


@pytest.mark.parametrize("path", ["3rdparty/", "social/signup/", "social/login/error/", "oidc/x/login/", "sso/signup/"])
def test_no_other_address_of_social_accounts_is_there(client, provider, path):
    assert client.get(f"/accounts/{path}").status_code == 404


def test_button_keeps_the_page_that_follows(client, provider):
    text = client.get("/accounts/login/", {"next": "/a/x/?y=1&z=2"}).text

    assert BUTTON in text
    assert f'href="{BEGIN}?next=%2Fa%2Fx%2F%3Fy%3D1%26z%3D2"' in text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_only_known_places_follow(client, provider, target):
    assert come_in(client, next=target)["Location"] == "/"


def test_address_changes_nothing_of_what_is_asked(client, provider):
    query = {"process": "connect", "scope": "admin", "auth_params": "redirect_uri=https://evil.example&prompt=none"}
    asked = parse_qs(urlsplit(to_provider(client, **query)).query)

    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"]
    assert asked["redirect_uri"] == [f"http://testserver{CALLBACK}"]
    assert set(asked) == {
        *("client_id", "redirect_uri", "scope", "response_type", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }


def test_who_is_signed_in_stays_who_they_are(client, provider):
    client.force_login(User.objects.create_user("bob"), "django.contrib.auth.backends.ModelBackend")

    assert client.get(BEGIN, {"next": "/methods/"})["Location"] == "/methods/"
    assert client.get(BEGIN, {"next": "//evil.example"})["Location"] == "/"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"email": "ada@elsewhere.org"}, Refusal.WRONG_DOMAIN),
        ({"email": "ada@sub.example.org"}, Refusal.WRONG_DOMAIN),
        ({"email": "ada@example.org@elsewhere.org"}, Refusal.WRONG_DOMAIN),
        ({"email": "@example.org"}, Refusal.WRONG_DOMAIN),
        ({"email": "a\0da@example.org"}, Refusal.WRONG_DOMAIN),
        ({"email_verified": False}, Refusal.UNVERIFIED),
        ({"email_verified": None}, Refusal.UNVERIFIED),
        ({"email_verified": "yes"}, Refusal.UNVERIFIED),
        ({"email": None}, Refusal.UNVERIFIED),
        ({"email": ["ada@example.org"]}, Refusal.UNVERIFIED),
    ],
)
def test_wrong_person_is_refused(client, provider, said, why):
    provider.userinfo_changes = {"groups": ["research"], **said}

    assert_refused(client, come_in(client), why.label)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another-site"},
        {"aud": [CLIENT_ID, "another-site"], "azp": "another-site"},
        {"exp": 1},
        {"exp": None},
        {"sub": "u-2"},
        {"sub": None},
        {"sub": "x" * 192},
        {"sub": "u\0"},
    ],
    ids=lambda changes: ",".join(f"{name}={str(value)[:20]!a}" for name, value in changes.items()),
)
def test_wrong_token_is_refused(client, provider, changes):
    provider.token_changes = changes

    assert_refused(client, come_in(client), FAILED)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("RS256", ANOTHER_KEY), ("HS256", "k" * 64), ("none", None)],
    ids=["another key", "symmetric", "unsigned"],
)
def test_wrong_signature_is_refused(client, provider, algorithm, key):
    provider.algorithm, provider.signing_key = algorithm, key

    assert_refused(client, come_in(client), FAILED)


def test_answer_counts_once_and_in_its_own_session_only(client, provider):
    address = back_from(to_provider(client))
    stranger = Client()

    assert_refused(stranger, stranger.get(address), FAILED)
    assert client.get(address).status_code == 302
    assert client.get(address).status_code == 403


@pytest.mark.parametrize("query", ["", "?code=c-1", "?state=x&code=c-1", "?error=access_denied", "?state=%00&code=%00"])
def test_answer_to_no_question_is_refused(client, provider, query):
    assert_refused(client, client.get(f"{CALLBACK}{query}"), FAILED)


def test_who_turns_back_at_the_provider_is_told_so(client, provider):
    state = parse_qs(urlsplit(to_provider(client)).query)["state"][0]

    assert_refused(client, client.get(CALLBACK, {"state": state, "error": "access_denied"}), FAILED)


@pytest.mark.parametrize("field", ["username", "email"])
def test_account_of_the_staff_is_never_taken_over(client, provider, field):
    staff = User.objects.create_user(**{"username": "olga", field: "ADA@example.org"})
    give_role(user=staff, role=Role.OWNER)

    assert_refused(client, come_in(client), Refusal.TAKEN.label)
    assert list(User.objects.values_list("pk", flat=True)) == [staff.pk]


def test_another_address_of_an_account_is_taken_as_well(client, provider):
    EmailAddress.objects.create(user=User.objects.create_user("bob"), email="ada@example.org", verified=True)

    assert_refused(client, come_in(client), Refusal.TAKEN.label)


def test_who_joined_the_staff_signs_in_as_the_staff_do(client, provider):
    come_in(Client())
    give_role(user=User.objects.get(), role=Role.VIEWER)
    provider.userinfo_changes = {"groups": ["research"]}

    page = come_in(client)

    assert (page.status_code, page.context["sentence"]) == (403, Refusal.OF_STAFF.label)
    assert "_auth_user_id" not in client.session
    assert groups_of("ada@example.org") == ["viewer"]


def test_inactive_member_stays_out(client, provider):
    come_in(Client())
    User.objects.update(is_active=False)

    assert come_in(client)["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_another_issuer_does_not_speak_for_the_people_of_the_first(client, provider, settings):
    come_in(Client())
    with fake_identity_provider("a-secret") as second:
        settings.SINGLE_SIGN_ON = SingleSignOn(second.issuer, CLIENT_ID, ("example.org",), "", "a-secret")
        page = come_in(client)

    assert (page.status_code, page.context["sentence"]) == (403, Refusal.TAKEN.label)


def test_address_that_an_owner_took_off_an_older_account_is_free(client, provider):
    come_in(Client())
    User.objects.update(username="ada-before", email="", is_active=False)
    provider.person["sub"] = "u-2"

    assert come_in(client)["Location"] == "/"
    assert sorted(User.objects.values_list("username", flat=True)) == ["ada-before", "ada@example.org"]


def test_silent_provider_is_a_page(client, provider):
    provider.down = {"/.well-known/openid-configuration"}

    assert_refused(client, client.get(BEGIN), SILENT, 503)


@pytest.mark.parametrize(
    ("path", "sentence", "status"), [("/keys", SILENT, 503), ("/userinfo", SILENT, 503), ("/token", FAILED, 403)]
)
def test_provider_that_falls_silent_half_way_is_a_page(client, provider, caplog, path, sentence, status):
    address = back_from(to_provider(client))
    provider.down = {path}

    assert_refused(client, client.get(address), sentence, status)
    assert "a-secret" not in caplog.text


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"token_endpoint": "ftp://evil.example"},
        {"token_endpoint": None},
        {"jwks_uri": 7},
        {"userinfo_endpoint": "http://evil.example"},
        {"token_endpoint_auth_methods_supported": None, "issuer": None},
    ],
    ids=str,
)
def test_provider_with_unsafe_addresses_is_refused(client, provider, changes):
    provider.discovery_changes = changes

    assert_refused(client, client.get(BEGIN), FAILED)


def test_provider_without_userinfo_says_everything_in_its_token(client, provider):
    provider.discovery_changes = {"userinfo_endpoint": None}
    provider.token_changes = {"email": "ada@example.org", "email_verified": True, "groups": "research"}

    assert come_in(client).status_code == 302
    assert groups_of("ada@example.org") == ["sso:research"]


def test_posts_are_not_taken(client, provider):
    assert [client.post(path).status_code for path in (BEGIN, CALLBACK)] == [405, 405]
