"""Every good and bad thing an OpenAI-compatible server can do, against a real one on loopback."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
from pytest_django import Settings

from arena.providers.base import Attachment, Chunk, Message, ProviderError, Request
from arena.providers.openai_compatible import OpenAIChat, OpenAIImages, OpenAISpeech, close_connections
from tests.fake_models import ANSWER, SECRET_OF_SERVER, fake_models


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with fake_models() as url:
        yield url


@pytest.fixture(autouse=True)
async def _allow_loopback(settings: Settings) -> AsyncIterator[None]:
    settings.EGRESS_ALLOW = ("127.0.0.1",)
    yield
    await close_connections()


def request(base_url: str, model: str, **fields: object) -> Request:
    messages = fields.pop("messages", (Message("user", "Why is the sky blue?"),))
    return Request(contestant="x", messages=messages, base_url=base_url, model_name=model, **fields)


async def answer(ask: Request, provider: object = None) -> list[Chunk]:
    return [chunk async for chunk in (provider or OpenAIChat()).stream(ask)]


def text_of(chunks: list[Chunk]) -> str:
    return "".join(chunk.text for chunk in chunks)


async def test_a_stream_brings_text_reason_usage_and_fingerprint(base_url: str) -> None:
    chunks = await answer(request(base_url, "good"))

    assert text_of(chunks).strip() == ANSWER
    assert [chunk.finish_reason for chunk in chunks if chunk.finish_reason] == ["stop"]
    last = chunks[-1]
    assert (last.input_tokens, last.output_tokens, last.fingerprint) == (12, 34, "fp_1")


async def test_what_is_sent_is_the_conversation_the_system_prompt_and_the_parameters(base_url: str) -> None:
    conversation = (Message("user", "One"), Message("assistant", "Two"), Message("user", "Three"))
    parameters = {"system_prompt": "Be brief.", "temperature": 0.5, "max_tokens": 9, "extra_body": {"top_k": 3}}

    chunks = await answer(request(base_url, "echo", messages=conversation, parameters=parameters))

    assert json.loads(text_of(chunks)) == {
        "model": "echo",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "One"},
            {"role": "assistant", "content": "Two"},
            {"role": "user", "content": "Three"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "max_tokens": 9,
        "top_k": 3,
    }


@pytest.mark.parametrize(
    ("parameters", "limits"),
    [
        ({}, {"max_tokens": 2_048}),
        ({"max_tokens": 9}, {"max_tokens": 9}),
        ({"max_completion_tokens": 9}, {"max_completion_tokens": 9}),
        ({"extra_body": {"max_output_tokens": 9}}, {"max_output_tokens": 9}),
        ({"extra_body": {"top_k": 3}}, {"max_tokens": 2_048}),
    ],
)
async def test_a_limit_of_ours_is_sent_only_where_none_is_stated(
    base_url: str, parameters: dict[str, object], limits: dict[str, int]
) -> None:
    sent = json.loads(text_of(await answer(request(base_url, "echo", parameters=parameters))))

    assert {name: value for name, value in sent.items() if name.startswith("max_")} == limits


async def test_a_model_that_takes_another_limit_says_which(base_url: str) -> None:
    with pytest.raises(ProviderError) as caught:
        await answer(request(base_url, "other-limit"))

    assert str(caught.value) == "the endpoint refused the request (400) and names max_completion_tokens"
    stated = await answer(request(base_url, "other-limit", parameters={"max_completion_tokens": 9}))

    assert text_of(stated).strip() == ANSWER


async def test_a_picture_goes_along_as_data(base_url: str) -> None:
    message = Message("user", "What is this?", (Attachment("image/webp", b"RIFF"),))

    chunks = await answer(request(base_url, "echo", messages=(message,)))

    assert json.loads(text_of(chunks))["messages"][0]["content"] == [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/webp;base64,UklGRg=="}},
    ]


@pytest.mark.parametrize(
    ("model", "kind", "is_fatal"),
    [
        ("status-400", "rejected", False),
        ("status-422", "rejected", False),
        ("other-limit", "rejected", False),
        ("status-401", "refused", True),
        ("status-403", "refused", True),
        ("status-404", "gone", True),
        ("status-429", "limit", False),
        ("status-500", "server", False),
        ("status-502", "server", False),
        ("status-503", "server", False),
        ("html-200", "protocol", False),
        ("plain-200", "protocol", False),
        ("wrong-schema", "protocol", False),
        ("error-in-stream", "server", False),
        ("no-choices", "protocol", False),
        ("no-end", "protocol", False),
        ("not-json", "protocol", False),
        ("two-objects", "protocol", False),
        ("long-line", "protocol", False),
        ("redirect", "protocol", False),
    ],
)
async def test_a_fault_is_an_error_with_a_kind_and_without_the_servers_words(
    base_url: str, model: str, kind: str, is_fatal: bool
) -> None:
    with pytest.raises(ProviderError) as caught:
        await answer(request(base_url, model))

    assert (caught.value.kind, caught.value.is_fatal) == (kind, is_fatal)
    assert SECRET_OF_SERVER not in str(caught.value)


@pytest.mark.parametrize("model", ["comments", "crlf", "bom", "null-content"])
async def test_odd_but_honest_streams_are_read(base_url: str, model: str) -> None:
    assert text_of(await answer(request(base_url, model))).strip() == ANSWER


async def test_utf8_split_between_packets_is_put_together(base_url: str) -> None:
    assert "Überraschung 你好" in text_of(await answer(request(base_url, "split-utf8")))


@pytest.mark.parametrize(("model", "counts"), [("odd-usage", (None, None)), ("huge-usage", (None, None))])
async def test_token_counts_that_cannot_be_are_unknown(base_url: str, model: str, counts: tuple[None, None]) -> None:
    last = (await answer(request(base_url, model)))[-1]

    assert (last.input_tokens, last.output_tokens) == counts


async def test_a_content_filter_is_a_refusal_that_can_be_judged(base_url: str) -> None:
    assert await answer(request(base_url, "content-filter")) == [Chunk(finish_reason="content_filter")]


async def test_an_endless_answer_ends_with_an_error(base_url: str) -> None:
    with pytest.raises(ProviderError, match="longer"):
        await answer(request(base_url, "endless"))


async def test_nobody_there_is_an_error() -> None:
    with pytest.raises(ProviderError) as caught:
        await answer(request("http://127.0.0.1:9/v1", "good"))

    assert caught.value.is_fatal is False


async def test_a_missing_key_is_a_fault_of_configuration(base_url: str) -> None:
    with pytest.raises(ProviderError, match="ARENA_KEY_NOWHERE is not set"):
        await answer(request(base_url, "good", key_name="ARENA_KEY_NOWHERE"))


async def test_a_picture_and_a_sound_come_whole(base_url: str) -> None:
    picture = await answer(request(base_url, "good"), OpenAIImages())
    sound = await answer(request(base_url, "good"), OpenAISpeech())

    assert picture[0].media.data.startswith(b"\x89PNG")
    assert sound[0].media.data.startswith(b"RIFF")
