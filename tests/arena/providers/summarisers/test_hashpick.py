from collections import Counter
from itertools import combinations

from arena.providers.summarisers.hashpick import choose_hashpick


def test_choose_hashpick_depends_on_the_text_alone() -> None:
    sentences = [f"Sentence {position}." for position in range(9)]

    assert choose_hashpick(sentences, 3) == choose_hashpick(list(sentences), 3)
    assert choose_hashpick([], 3) == []


def test_choose_hashpick_chooses_every_pair_about_equally_often() -> None:
    n_texts = 2000

    counts = Counter(tuple(choose_hashpick([f"{text}", "B.", "C.", "D."], 2)) for text in range(n_texts))

    assert set(counts) == set(combinations(range(4), 2))
    expected = n_texts / len(counts)
    # 99.9 % quantile of chi-squared with 5 degrees of freedom
    assert sum((count - expected) ** 2 / expected for count in counts.values()) < 20.5
