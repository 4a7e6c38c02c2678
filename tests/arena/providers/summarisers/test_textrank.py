from arena.providers.summarisers.textrank import choose_textrank


def test_choose_textrank_takes_the_hub() -> None:
    sentences = ["Sea, salt.", "Moon, night.", "Sea, moon, wind.", "Wind, sail."]

    assert choose_textrank(sentences, 1) == [2]


def test_choose_textrank_copes_without_terms() -> None:
    assert choose_textrank(["...", "And so.", "?"], 2) == [0, 1]
    assert choose_textrank([], 2) == []
