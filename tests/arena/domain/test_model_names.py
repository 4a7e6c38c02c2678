"""Is only read from a name what stands in it?"""

import pytest

from arena.domain.model_names import read_name, slug_of


def said(name):
    return {field: str(value) for field, value in read_name(name).facts.items() if field not in ("name", "slug")}


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        (
            "meta-llama/Meta-Llama-3.1-8B-Instruct-AWQ-INT4",
            {
                "total_params_b": "8.0",
                "precision": "int4",
                "training_type": "chat",
                "organisation": "Meta",
                "family": "Meta-Llama-3.1",
                "openness": "open-weights",
                "licence": "Llama 3.1 Community",
            },
        ),
        (
            "Qwen/Qwen3-30B-A3B-Instruct-2507",
            {
                "total_params_b": "30.0",
                "active_params_b": "3.0",
                "training_type": "chat",
                "organisation": "Alibaba",
                "family": "Qwen3",
                "openness": "open-weights",
            },
        ),
        (
            "llama3.2:3b-instruct-q4_K_M",
            {
                "total_params_b": "3.0",
                "precision": "int4",
                "training_type": "chat",
                "organisation": "Meta",
                "family": "llama3.2",
                "openness": "open-weights",
                "licence": "Llama 3.2 Community",
            },
        ),
        (
            "gpt-4o-mini",
            {"organisation": "OpenAI", "family": "gpt-4o-mini", "openness": "proprietary", "licence": "Proprietary"},
        ),
        ("quillon-unheard-of", {}),
        ("", {}),
        ("0b", {}),
    ],
)
def test_name_says(name, facts):
    assert said(name) == facts


@pytest.mark.parametrize(
    ("name", "total", "active"),
    [
        ("Mixtral-8x7B-Instruct-v0.1", 46.7, 12.9),
        ("new-4x9B", None, None),
        ("Llama-4-Scout-17B-16E-Instruct", None, 17.0),
        ("SmolLM2-135M", 0.135, None),
        ("Kimi-K2-1T-Instruct", 1000.0, None),
        ("v2b-thing", None, None),
    ],
)
def test_sizes(name, total, active):
    facts = read_name(name).facts

    assert (facts.get("total_params_b"), facts.get("active_params_b")) == (total, active)


@pytest.mark.parametrize(
    ("name", "precision"),
    [("m-GPTQ-Int4", "gptq"), ("m-w8a8", "int8"), ("m-fp8", "other"), ("m.Q8_0.gguf", "int8"), ("m-bf16", "bf16")],
)
def test_precisions(name, precision):
    assert read_name(name).facts["precision"] == precision


def test_every_suggestion_says_where_it_was_read():
    found = read_name("Meta-Llama-3.1-8B-Instruct-AWQ-INT4")

    assert found.why.keys() == found.facts.keys()
    assert (found.why["total_params_b"], found.why["precision"]) == ("8B", "AWQ")


@pytest.mark.parametrize(("name", "slug"), [("A B/c", "a-b-c"), ("<script>", "script"), ("…", ""), ("q_1.5", "q_1.5")])
def test_address(name, slug):
    assert slug_of(name) == slug
