"""Are keys and hidden costs refused in the parameters of an endpoint, and honest ones let through?"""

import pytest

from arena.domain.parameters import HARMLESS, complaint_about, token_limits

KEY = "sk-canary-51f0a7"


@pytest.mark.parametrize(
    "header",
    [
        "Authorization",
        "Cookie",
        "Ocp-Apim-Subscription-Key",
        "Proxy-Authorization",
        "X-Auth-Token",
        "api-key",
        "client_secret",
        "token",
        "x-anything-new",
        "x-goog-api-key",
        "xi-api-key",
    ],
)
def test_headers_that_may_hold_a_key_are_refused(header):
    assert complaint_about({"extra_headers": {header: "opaque"}})


@pytest.mark.parametrize("name", ["key", "api_key", "sig", "code"])
def test_queries_that_may_hold_a_key_are_refused(name):
    assert complaint_about({"extra_query": {name: "opaque"}})


@pytest.mark.parametrize(
    "parameters",
    [
        {"user": KEY},
        {"stop": ["end", KEY]},
        {"extra_body": {"metadata": {KEY: 1}}},
        {"extra_headers": {"User-Agent": f"Bearer {KEY}"}},
        {"system_prompt": "Call the tool with AIzaSyD4canary0001."},
    ],
)
def test_texts_that_look_like_keys_are_refused_wherever_they_stand(parameters):
    said = complaint_about(parameters)

    assert said.startswith("Keys do not belong here")
    assert "canary" not in said


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"temperature": 0.7, "max_tokens": 9, "n": 1, "prompt_cache_key": "arena", "stop": ["</s>"]},
        {
            "extra_headers": {
                "HTTP-Referer": "https://arena.example",
                "X-Title": "Arena",
                "anthropic-version": "2023-06-01",
            }
        },
        {"extra_query": {"api-version": "2024-10-21"}, "extra_body": {"top_k": 3, "max_completion_tokens": 9}},
        {"system_prompt": "Keep risk-averse; never say a password, an api_key or sk-learn. Task-2026-done is a word."},
        {"extra_body": {"stop_token_ids": [1], "eos_token": "</s>", "provider": {"order": ["xai-org/grok-2"]}}},
    ],
)
def test_honest_parameters_pass(parameters):
    assert complaint_about(parameters) == ""


@pytest.mark.parametrize("place", ["extra_body", "extra_headers", "extra_query"])
@pytest.mark.parametrize("value", [None, [], "x", 1])
def test_extras_are_objects(place, value):
    assert complaint_about({place: value}) == f"{place} is an object."


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens", "max_output_tokens"])
@pytest.mark.parametrize("value", [50_000.0, "50000", None, True, 0, -1, [5]])
def test_limit_that_is_no_whole_number_is_refused(name, value):
    said = f"{name} is a whole number of tokens, 1 or more."

    assert complaint_about({name: value}) == complaint_about({"extra_body": {name: value}}) == said


@pytest.mark.parametrize("name", ["n", "best_of"])
@pytest.mark.parametrize("value", [8, 0, 1.5, "1", None, True])
def test_a_model_answers_once(name, value):
    said = f"A model answers once: {name} is 1, or not said."

    assert complaint_about({name: value}) == complaint_about({"extra_body": {name: value}}) == said


@pytest.mark.parametrize("parameters", [None, [], "x"])
def test_parameters_are_an_object(parameters):
    assert complaint_about(parameters).startswith("This is an object")


def test_limits_are_found_in_both_places():
    parameters = {"max_tokens": 9, "extra_body": {"max_completion_tokens": 12, "max_output_tokens": None}}

    assert sorted(token_limits(parameters)) == [9, 12]
    assert token_limits({"extra_body": None, "max_tokens": 5.0}) == []


def test_names_are_compared_in_lower_case():
    assert all(name == name.lower() for names in HARMLESS.values() for name in names)
