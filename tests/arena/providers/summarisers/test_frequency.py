from arena.providers.summarisers.frequency import choose_frequency

# terms: sea moon | sea tide | wind, so p(sea) = 2/5 and all others 1/5
SENTENCES = ["Wind.", "Sea, moon.", "Sea, tide.", "And so on."]


def test_choose_frequency_takes_the_highest_mean_probability_first() -> None:
    assert choose_frequency(SENTENCES, 1) == [1]


def test_choose_frequency_squares_what_it_has_used() -> None:
    # after sentence 1: sea 0.16, tide 0.2, mean 0.18; wind alone is 0.2
    assert choose_frequency(SENTENCES, 2) == [0, 1]


def test_choose_frequency_takes_all_when_asked_for_more() -> None:
    assert choose_frequency(SENTENCES, 9) == [0, 1, 2, 3]
    assert choose_frequency([], 3) == []
