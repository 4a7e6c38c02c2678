"""Rules that need no network: language, code, mathematics, length."""

import json

import pytest

from arena.services.label_rules import OfflineRules, detect_language


def label(text):
    (labels,) = OfflineRules().label([text])
    return labels


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Explain in a short paragraph quantum field theory to a high-school student.", "en"),
        ("Bonjour, comment ça va aujourd'hui ?", "fr"),
        ("Wie geht es dir heute, mein Freund?", "de"),
        ("日本の首都について説明してください。", "ja"),
        ("¿Cuál es la capital de Francia y por qué?", "es"),
        ("请用一句话解释量子力学。", "zh"),
        ("ما هي عاصمة فرنسا؟", "ar"),
        ("```python\nprint('bonjour')\n```\nWarum funktioniert dieses Programm nicht?", "de"),
        ("https://example.org/fr/bonjour-le-monde What does this page say about the weather?", "en"),
        ("", None),
        ("12 + 7 = ?", None),
        ("??", None),
        ("```\nfor i in range(3):\n```", None),
        ("\x00\ud7ff\U0010ffff", None),
    ],
)
def test_language(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Write a Python function to find the nth number in the Fibonacci sequence.",
        "Explain this: ```x = 1```",
        "SELECT name FROM users WHERE id = 3 is slow, why?",
        "def f(x):\n    return x\nWhat does it do?",
        "Debug this JavaScript error in my script",
    ],
)
def test_code(text):
    labels = label(text)

    assert (labels.is_code, labels.is_math, labels.category) == (True, False, "code")


@pytest.mark.parametrize(
    "text",
    [
        r"Evaluate \frac{1}{2} of it",
        "What is 12 * (7 + 3)?",
        "Solve the equation x^2 = 9.",
        "Sally has 3 brothers. Each brother has 2 sisters. How many sisters does Sally have?",
        "Is 91 a prime number?",
    ],
)
def test_mathematics(text):
    labels = label(text)

    assert (labels.is_code, labels.is_math, labels.category) == (False, True, "math")


@pytest.mark.parametrize(
    "text",
    [
        "Tell a joke about going on vacation.",
        "Is Taiwan an independent country?",
        "Write a 12-bar blues chord progression in the key of E",
        "What happened in 1989 and 1991?",
        "Compose a class reunion speech.",
        "",
    ],
)
def test_neither(text):
    labels = label(text)

    assert (labels.is_code, labels.is_math, labels.category) == (False, False, None)


def test_length():
    assert [label("x" * n).length for n in (1, 101, 1_001)] == ["short", "medium", "long"]


def test_long_odd_texts_take_no_time():
    odd = ["(" * 50_000, "select " * 20_000, "`" * 50_001, "1 + " * 30_000, "how many " * 10_000 + "?"]

    assert len(OfflineRules().label(odd)) == len(odd)


@pytest.mark.needs_data
def test_japanese_prompts_are_japanese_and_code_prompts_code(data_dir):
    japanese, prompts = (
        [json.loads(line) for line in (data_dir / folder / "prompts.jsonl").read_text(encoding="utf-8").splitlines()]
        for folder in ("rakuda_ja", "llmfao")
    )

    assert {detect_language(prompt["text"]) for prompt in japanese} == {"ja"}
    assert {detect_language(prompt["text"]) for prompt in prompts} == {"en"}
    assert all(label(prompt["text"]).is_code for prompt in prompts if prompt["category"] == "code")
