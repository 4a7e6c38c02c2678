"""Are names that hold keys found however deep, and others left alone?"""

import pytest

from arena.domain.secrets import holds_secret


@pytest.mark.parametrize(
    "values", [{"api_key": 1}, {"extra_body": {"Authorization": "x"}}, [{"a": [{"password": ""}]}], {"X-Api-Key": None}]
)
def test_key_is_found(values):
    assert holds_secret(values)


@pytest.mark.parametrize(
    "name",
    ["token", "client_secret", "Cookie", "Set-Cookie", "x-goog-api-key", "X-Auth-Token", "Ocp-Apim-Subscription-Key"],
)
def test_names_of_all_kinds_are_known(name):
    assert holds_secret({"extra_body": [{name: "x"}]})


@pytest.mark.parametrize("text", ["sk-canary-51f0", "Use gsk_4bdead99.", "Bearer abcdefgh", "eyJhbGciOiJIUzI1NiJ9.e30"])
def test_text_that_looks_like_a_key_is_found(text):
    assert holds_secret([{"user": text}])
    assert holds_secret({text: 1})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"max_tokens": 5, "key_name": "ARENA_KEY_X"},
        [1, "api_key"],
        None,
        "secret",
        "risk-2026-0001",
        "sk-learn-is-prose",
    ],
)
def test_others_are_left_alone(values):
    assert not holds_secret(values)
