"""Which texts may a voter type, and what is kept of them?"""

import pytest

from arena.domain.errors import InvalidInput
from arena.domain.prompts import MAX_PROMPT_LENGTH, check_prompt, clean_text, is_blank

EMOJI = "\U0001f600"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
        ("tab\tstays", "tab\tstays"),
        ("e\u0301", "\u00e9"),
        ("nul\x00 bell\x07 del\x7f c1\x85", "nul bell del c1"),
        ("\x1b[31mred", "[31mred"),
        ("half\ud800 pair\udfff", "half pair"),
        ("note\ufff9ruby\ufffb", "noteruby"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("مرحبا بالعالم", "مرحبا بالعالم"),
    ],
)
def test_text_is_cleaned(text, cleaned):
    assert clean_text(text) == cleaned
    assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "\u200b\u200b",
        "\u2060 \ufeff",
        "\u202e\u202c",
        "\u00a0\u3000",
        "\u180e",
        "\u2800\u2800",
        "\u3164\u115f\u1160\uffa0",
        "\ufe0f\u034f",
        "\U000e0041\U000e007f",
    ],
)
def test_text_without_anything_visible_is_blank(text):
    assert is_blank(text)
    with pytest.raises(InvalidInput) as refused:
        check_prompt(text)
    assert refused.value.fields == {"prompt": ["Type something for the models to answer."]}


@pytest.mark.parametrize("text", ["?", EMOJI, "\u200bx", "3", "漢", "\u0915\u093f", "$"])
def test_visible_text_is_not_blank(text):
    assert not is_blank(text)
    assert check_prompt(text) == text


def test_length_is_counted_in_code_points():
    assert check_prompt(EMOJI * MAX_PROMPT_LENGTH) == EMOJI * MAX_PROMPT_LENGTH
    with pytest.raises(InvalidInput) as refused:
        check_prompt("x" * (MAX_PROMPT_LENGTH + 1))
    assert refused.value.fields == {"prompt": ["At most 8,000 characters; this has 8,001."]}


def test_length_is_that_of_the_cleaned_text():
    assert check_prompt("\r\n" * 4_000 + "x" * 4_000) == "\n" * 4_000 + "x" * 4_000
