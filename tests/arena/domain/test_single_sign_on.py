"""Is a single sign-on configured wholly, and safely, or not at all?"""

import pytest

from arena.domain.single_sign_on import MAX_GROUPS, SingleSignOn, is_safe_address

WHOLE = {
    "issuer": "https://login.example.org",
    "client_id": "fairground",
    "client_secret": "a-secret",
    "domains": ["@Example.org ", "example.com"],
    "groups_claim": "groups",
}
PERSON = {"email": "ada@example.org", "email_verified": True}


def test_without_an_issuer_there_is_none():
    assert SingleSignOn.from_texts(**WHOLE | {"issuer": ""}) is None


def test_secret_is_not_in_what_is_printed():
    site = SingleSignOn.from_texts(**WHOLE)

    assert site.domains == ("example.org", "example.com")
    assert "a-secret" not in repr(site)


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"issuer": "http://login.example.org"}, "ARENA_OIDC_ISSUER"),
        ({"issuer": "login.example.org"}, "ARENA_OIDC_ISSUER"),
        ({"issuer": "https://login.example.org?x"}, "ARENA_OIDC_ISSUER"),
        ({"issuer": f"https://{'x' * 200}"}, "ARENA_OIDC_ISSUER"),
        ({"client_id": ""}, "ARENA_OIDC_CLIENT_ID"),
        ({"client_secret": ""}, "ARENA_OIDC_CLIENT_SECRET"),
        ({"domains": []}, "ARENA_OIDC_DOMAINS"),
        ({"domains": ["example.org", ""]}, "ARENA_OIDC_DOMAINS"),
    ],
)
def test_what_is_missing_or_unsafe_is_named(changes, variable):
    with pytest.raises(ValueError, match=variable):
        SingleSignOn.from_texts(**WHOLE | changes)


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://login.example.org/x", True),
        ("http://127.0.0.1:9/x", True),
        ("http://[::1]:9", True),
        ("http://127.0.0.1.example.org", False),
        ("https://", False),
        ("https://[", False),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_safe_addresses_are_https_or_of_this_machine(address, is_safe):
    assert is_safe_address(address) is is_safe


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        (None, ()),
        ("one", ("sso:one",)),
        (["b", "a", "b", 7, None, " ", "c\0", "x" * 147], ("sso:a", "sso:b")),
        ({"a": 1}, ()),
    ],
)
def test_groups_are_words_with_a_prefix(said, groups):
    assert SingleSignOn.from_texts(**WHOLE).person_of({}, PERSON | {"groups": said}).groups == groups


def test_groups_have_an_end():
    said = [f"g{n}" for n in range(MAX_GROUPS + 1)]

    assert len(SingleSignOn.from_texts(**WHOLE).person_of({}, PERSON | {"groups": said}).groups) == MAX_GROUPS


def test_one_source_does_not_verify_the_address_of_another():
    site = SingleSignOn.from_texts(**WHOLE)

    with pytest.raises(Exception, match="verified"):
        site.person_of({"email": "eve@example.org", "email_verified": True}, {"email": "ada@example.org"})
