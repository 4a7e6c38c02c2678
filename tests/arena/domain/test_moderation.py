"""Words are found as words, whatever their case, accents and width; in scripts without spaces wherever they stand."""

import pytest

from arena.domain.moderation import found_word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("What a plugh!", "plugh"),
        ("PLUGH", "plugh"),
        ("plúgh", "plugh"),
        ("ｐｌｕｇｈ", "plugh"),
        ("(plugh)", "plugh"),
        ("very\n  bad thing", "very bad thing"),
        ("Straße", "strasse"),
        ("这是坏词吗", "坏词"),
        ("un œuf", "œuf"),
        ("𝐏𝐋𝐔𝐆𝐇", "plugh"),
        ("plugh", "𝕻𝖑𝖚𝖌𝖍"),
        ("ⓅⓁⓊⒼⒽ", "plugh"),
        ("İstanbul", "istanbul"),
    ],
)
def test_found(text, word):
    assert found_word(text, ["xyzzy", word]) is not None


@pytest.mark.parametrize("text", ["plughs", "aplugh", "plugh1", "plu gh", "", "plug h"])
def test_not_found(text):
    assert found_word(text, ["plugh", "", "  "]) is None


@pytest.mark.parametrize("words", [[], [""], ["   "]])
def test_no_words(words):
    assert found_word("anything", words) is None


def test_a_word_is_no_pattern():
    assert found_word("aXb", ["a.b"]) is None
    assert found_word("a.b", ["a.b"]) == "a.b"
