import re
from itertools import combinations
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.providers.base import Chunk, Message, ProviderError, Request
from arena.providers.demo import CONTESTANTS, DemoContestant, DemoProvider
from arena.providers.demo_passages import read_passages
from arena.providers.summarisers.sentences import join_sentences, split_sentences

MAX_SHARE_IDENTICAL = 0.25  # of the pairs of summaries over all passages
MAX_SECONDS = 0.2  # for a text of 8,000 characters

PASSAGES = read_passages()
SLUGS = ["lead-k3", "sumbasic-q", "centroid-t", "textrank-g", "lexrank-r", "hashpick-9"]
SCRAPS = st.text(alphabet="aA .!?。「」\n1،ة؟のカ漢ก-()\"'\u0301\ud800", max_size=80)

every_contestant = pytest.mark.parametrize("contestant", CONTESTANTS.values(), ids=lambda contestant: contestant.slug)


async def _read(request: Request) -> list[Chunk]:
    return [chunk async for chunk in DemoProvider().stream(request)]


def _ask(slug: str, *texts: str, model_name: str = "") -> Request:
    return Request(contestant=slug, messages=tuple(Message("user", text) for text in texts), model_name=model_name)


def test_contestants_are_known_by_their_slugs() -> None:
    assert list(CONTESTANTS) == SLUGS
    assert [contestant.name.casefold() for contestant in CONTESTANTS.values()] == SLUGS


def test_no_passage_contains_a_name() -> None:
    texts = " ".join(passage.prompt for passage in PASSAGES).casefold()

    assert [slug for slug in SLUGS if slug in texts or re.split("-", slug)[0] in texts.split()] == []


@every_contestant
@pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage.key)
def test_summary_is_three_sentences_of_the_passage_in_order(contestant: DemoContestant, passage) -> None:
    sentences = split_sentences(passage.text)

    summary = contestant.summarise(passage.text)

    candidates = [join_sentences(list(chosen)) for chosen in combinations(sentences, 3)]
    assert candidates.count(summary) == 1


def test_contestants_differ_on_most_passages() -> None:
    summaries = [[contestant.summarise(passage.text) for contestant in CONTESTANTS.values()] for passage in PASSAGES]

    pairs = [left == right for row in summaries for left, right in combinations(row, 2)]

    assert sum(pairs) / len(pairs) < MAX_SHARE_IDENTICAL


@every_contestant
@pytest.mark.parametrize(
    ("text", "summary"),
    [("", ""), (" \n", ""), ("One sentence only.", "One sentence only."), ("...", "..."), ("猫がいる", "猫がいる")],
)
def test_summary_of_very_little(contestant: DemoContestant, text: str, summary: str) -> None:
    assert contestant.summarise(text) == summary


def test_summary_of_a_short_text_is_shorter_than_the_text() -> None:
    text = "One is here. Two is there. Three is gone. Four stays."

    lengths = {len(split_sentences(contestant.summarise(text))) for contestant in CONTESTANTS.values()}

    assert lengths == {2}


@given(text=SCRAPS)
@settings(max_examples=150, deadline=None)
def test_summary_never_fails_and_is_empty_only_for_white_space(text: str) -> None:
    for contestant in CONTESTANTS.values():
        summary = contestant.summarise(text)

        assert bool(summary) == bool(text.strip())
        assert contestant.summarise(text) == summary


@every_contestant
@pytest.mark.parametrize(
    "text",
    [
        " ".join(passage.text for passage in PASSAGES if passage.language == "en")[:8000],
        "".join(passage.text for passage in PASSAGES if passage.language == "ja") * 6,
        "Ab cd. " * 1142,
        "「。」" * 2666,
        "x" * 8000,
        "." * 8000,
        "Ab\n" * 2666,
    ],
    ids=["english", "japanese", "short-sentences", "quotations", "one-word", "full-stops", "lines"],
)
def test_summary_of_eight_thousand_characters_is_quick(contestant: DemoContestant, text: str) -> None:
    best = min(_seconds(contestant, text) for _ in range(2))

    assert best < MAX_SECONDS


def _seconds(contestant: DemoContestant, text: str) -> float:
    start = perf_counter()
    contestant.summarise(text)
    return perf_counter() - start


async def test_stream_answers_in_pieces_and_says_that_it_stopped() -> None:
    passage = PASSAGES[0]

    chunks = await _read(_ask("lead-k3", passage.prompt))

    assert "".join(chunk.text for chunk in chunks) == CONTESTANTS["lead-k3"].summarise(passage.text)
    assert len(chunks) > 3
    assert [chunk.finish_reason for chunk in chunks] == [""] * (len(chunks) - 1) + ["stop"]


async def test_stream_prefers_the_model_name_of_the_endpoint() -> None:
    text = PASSAGES[0].text

    assert await _read(_ask("mine", text, model_name="lexrank-r")) == await _read(_ask("lexrank-r", text))


async def test_stream_keeps_to_the_text_when_the_voter_only_comments() -> None:
    text = PASSAGES[0].text

    assert await _read(_ask("lead-k3", text, "Shorter, please.")) == await _read(_ask("lead-k3", text))
    assert await _read(_ask("lead-k3", text, "New. Text. Here.")) == [Chunk(text="New."), Chunk(finish_reason="stop")]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (_ask("nobody-1", "One."), "no demo contestant is called 'nobody-1'"),
        (_ask("lead-k3", "  "), "the prompt holds no sentence"),
        (_ask("lead-k3"), "the prompt holds no sentence"),
    ],
)
async def test_stream_refuses(request_: Request, message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        await _read(request_)
