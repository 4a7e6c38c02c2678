from collections import Counter

import pytest

from arena.providers.demo_passages import INSTRUCTIONS, find_passage, read_passages
from arena.providers.summarisers.sentences import split_sentences


def test_read_passages_has_about_thirty_in_seven_languages() -> None:
    passages = read_passages()

    assert Counter(passage.language for passage in passages) == {
        "en": 10,
        "de": 5,
        "fr": 4,
        "es": 4,
        "ja": 4,
        "ar": 3,
        "zh": 2,
    }
    assert {passage.category for passage in passages} == {
        "everyday",
        "history",
        "instructions",
        "nature",
        "science",
        "sport",
    }
    assert len({passage.key for passage in passages}) == len(passages)
    assert len({passage.text for passage in passages}) == len(passages)


@pytest.mark.parametrize("passage", read_passages(), ids=lambda passage: passage.key)
def test_passage_is_one_paragraph_of_eight_to_fourteen_sentences(passage) -> None:
    assert passage.key.startswith(f"{passage.language}-")
    assert "\n" not in passage.text
    assert 8 <= len(split_sentences(passage.text)) <= 14
    assert passage.prompt == f"{INSTRUCTIONS[passage.language]}\n\n{passage.text}"
    assert find_passage(passage.prompt) == passage.text


@pytest.mark.parametrize(
    ("prompt", "passage"),
    [
        ("Sum this up for me:\n\nOne. Two.", "One. Two."),
        ("要約：\n一。二。", "一。二。"),
        ("One. Two.\n\nThree.", "One. Two.\n\nThree."),
        ("Only an introduction:", "Only an introduction:"),
        (f"{INSTRUCTIONS['en']}\n\n  ", INSTRUCTIONS["en"]),
        (f"{'long ' * 40}:\nOne.", f"{'long ' * 40}:\nOne."),
        ("  ", ""),
    ],
)
def test_find_passage(prompt: str, passage: str) -> None:
    assert find_passage(prompt) == passage
