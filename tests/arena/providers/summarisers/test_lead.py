from arena.providers.summarisers.lead import choose_lead


def test_choose_lead_takes_the_first() -> None:
    assert choose_lead(["A.", "B.", "C."], 2) == [0, 1]
    assert choose_lead(["A."], 3) == [0]
    assert choose_lead([], 3) == []
