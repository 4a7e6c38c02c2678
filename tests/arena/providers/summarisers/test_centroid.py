from arena.providers.summarisers.centroid import choose_centroid


def test_choose_centroid_takes_the_middle_and_leaves_the_stranger() -> None:
    sentences = ["Bread, oven.", "Sea, moon, tide.", "Sea, moon.", "Moon, tide."]

    assert choose_centroid(sentences, 1) == [1]
    assert choose_centroid(sentences, 3) == [1, 2, 3]


def test_choose_centroid_copes_without_terms() -> None:
    assert choose_centroid(["...", "And so.", "?"], 2) == [0, 1]
    assert choose_centroid([], 2) == []
