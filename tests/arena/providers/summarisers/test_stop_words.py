from arena.providers.summarisers.stop_words import find_stop_words


def test_find_stop_words_picks_the_list_that_explains_most() -> None:
    assert "the" in find_stop_words(["the", "die", "of", "and"])
    assert "der" in find_stop_words(["die", "und", "der", "in"])
    assert find_stop_words(["xyzzy"]) == frozenset()
    assert find_stop_words([]) == frozenset()
