import pytest

from arena.providers.summarisers.terms import extract_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("The tides of the sea, and a harbour.", ["tides", "sea", "harbou"]),
        ("Die Biene tanzt auf der Wabe.", ["biene", "tanzt", "wabe"]),
        ("L'anguille naît dans la mer.", ["anguil", "naît", "mer"]),
        ("ＳＥＡ Sea sea", ["sea", "sea", "sea"]),
        ("緑茶をいれるカップ・ポット", ["緑茶", "カップ", "ポット"]),
        ("指南针的方向", ["指南", "南针", "方向"]),
        ("النَّخلة والنخلة نخلة", ["نخله", "نخله", "نخله"]),
        ("ไทย", ["ไทย"]),
        ("नदी के पानी", ["नदी", "के", "पानी"]),
        ("... -- ?", []),
    ],
)
def test_extract_terms(text: str, terms: list[str]) -> None:
    assert extract_terms([text]) == [terms]


def test_extract_terms_keeps_a_word_that_only_another_language_stops() -> None:
    assert extract_terms(["When the old trees die, the forest is not dead."]) == [
        ["old", "trees", "die", "forest", "dead"]
    ]


def test_extract_terms_takes_the_stop_words_of_all_texts_together() -> None:
    assert extract_terms(["the sea and the moon", "die and"]) == [["sea", "moon"], ["die"]]
