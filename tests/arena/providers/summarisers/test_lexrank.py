from arena.providers.summarisers.lexrank import choose_lexrank


def test_choose_lexrank_takes_the_hub_first() -> None:
    sentences = ["Sea, salt.", "Moon, night.", "Sea, moon, wind.", "Wind, sail."]

    assert choose_lexrank(sentences, 1) == [2]


def test_choose_lexrank_does_not_repeat_itself() -> None:
    sentences = ["Sea, moon, wind.", "Sea, moon, wind.", "Bread, oven."]

    assert choose_lexrank(sentences, 2) == [0, 2]


def test_choose_lexrank_copes_without_terms() -> None:
    assert choose_lexrank(["...", "And so.", "?"], 2) == [0, 1]
    assert choose_lexrank([], 2) == []
