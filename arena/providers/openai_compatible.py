"""How is a model called that speaks the OpenAI API? Chat by stream, images and speech by one call.

vLLM, Ollama, llama.cpp, LiteLLM's proxy, OpenRouter and the rest of that family are one file. Next file: egress.py.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from weakref import WeakKeyDictionary

import httpx2
import openai
from django.conf import settings

from arena.domain.parameters import EXTRA_BODY, SYSTEM_PROMPT, token_limits
from arena.providers.base import Attachment, Chunk, Message, ProviderError, Request
from arena.providers.egress import ForbiddenAddress, GuardedTransport, UnacceptableAnswer
from arena.providers.keys import key_of

CONNECT_TIMEOUT_S = 5.0
FIRST_BYTE_TIMEOUT_S = 60.0
MAX_CONNECTIONS = 400
MAX_TOKENS = 2_048
REFUSED = "content_filter"
END_OF_STREAM = "[DONE]"
OWN_PARAMETERS = frozenset({SYSTEM_PROMPT, EXTRA_BODY})
OTHER_LIMIT = "max_completion_tokens"  # what some models take in place of max_tokens, and say so
MAX_TOKEN_COUNT = 100_000_000

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx2.AsyncClient] = WeakKeyDictionary()


class OpenAIChat:
    """Chat completions, streamed."""

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        client = client_for(request)
        try:
            # The events are read as plain JSON: typed chunks of the client cost four times the rest of a battle.
            async with client.chat.completions.with_streaming_response.create(
                model=request.model_name,
                messages=_messages(request),
                stream=True,
                stream_options={"include_usage": True},
                extra_body=request.parameters.get(EXTRA_BODY),
                **(_default_limit(request) | _sampling(request)),
            ) as response:
                is_finished = False
                async for event in httpx2.EventSource(response.http_response):
                    if event.data == END_OF_STREAM:
                        break
                    chunk = _chunk(json.loads(event.data))
                    is_finished = is_finished or bool(chunk.finish_reason)
                    yield chunk
            if not is_finished:
                raise ProviderError("the stream ended without a finish reason", "protocol")
        except openai.BadRequestError as error:
            if _is_refusal(error):
                yield Chunk(finish_reason=REFUSED)
                return
            raise translated(error) from error
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise translated(error) from error


class OpenAIImages:
    """Image generation: one picture for the last message."""

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        try:
            result = await client_for(request).images.generate(
                model=request.model_name,
                prompt=request.messages[-1].text,
                extra_body=request.parameters.get(EXTRA_BODY),
                **({"n": 1, "response_format": "b64_json"} | _sampling(request)),
            )
            data = base64.b64decode(result.data[0].b64_json, validate=True)
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise translated(error) from error
        yield Chunk(media=Attachment("image/*", data), finish_reason="stop")


class OpenAISpeech:
    """Speech: the last message read aloud."""

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        try:
            result = await client_for(request).audio.speech.create(
                model=request.model_name,
                input=request.messages[-1].text,
                extra_body=request.parameters.get(EXTRA_BODY),
                **({"voice": "alloy", "response_format": "wav"} | _sampling(request)),
            )
            data = result.content
        except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
            raise translated(error) from error
        yield Chunk(media=Attachment("audio/*", data), finish_reason="stop")


def client_for(request: Request) -> openai.AsyncOpenAI:
    """A client of this endpoint; connections are shared between all of them. Raises ProviderError for a missing key."""
    return openai.AsyncOpenAI(
        base_url=request.base_url,
        api_key=key_of(request.key_name),
        max_retries=0,  # a retry would show in the timing; the coordinator voids the battle instead
        timeout=httpx2.Timeout(FIRST_BYTE_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
        http_client=_shared_client(),
    )


async def close_connections() -> None:
    """Close what is kept open to endpoints from this event loop."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()


def _shared_client() -> httpx2.AsyncClient:
    """One pool of connections an event loop: they cannot be used from another."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = _new_client(tuple(settings.EGRESS_ALLOW))
    return _clients[loop]


def _new_client(allow: tuple[str, ...]) -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
    inner = httpx2.AsyncHTTPTransport(trust_env=False, limits=limits)
    return httpx2.AsyncClient(transport=GuardedTransport(allow, inner=inner), trust_env=False, follow_redirects=False)


def _messages(request: Request) -> list[dict[str, Any]]:
    system = request.parameters.get(SYSTEM_PROMPT)
    lead = [{"role": "system", "content": system}] if system else []
    return lead + [{"role": message.role, "content": _content(message)} for message in request.messages]


def _content(message: Message) -> str | list[dict[str, Any]]:
    if not message.attachments:
        return message.text
    images = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{item.media_type};base64,{base64.b64encode(item.data).decode()}"},
        }
        for item in message.attachments
    ]
    return [{"type": "text", "text": message.text}, *images]


def _sampling(request: Request) -> dict[str, Any]:
    return {name: value for name, value in request.parameters.items() if name not in OWN_PARAMETERS}


def _default_limit(request: Request) -> dict[str, int]:
    """Only where the operator states none: models that take another limit refuse this one beside it."""
    return {} if token_limits(request.parameters) else {"max_tokens": MAX_TOKENS}


def _chunk(piece: dict[str, Any]) -> Chunk:
    """Only what the assistant says to the reader: hidden reasoning and tool calls are not shown and not kept.

    Any: the server may send anything; what does not fit raises KeyError, TypeError or AttributeError.
    """
    if piece.get("error"):
        raise ProviderError("the stream carried an error", "server")
    choice = piece["choices"][0] if piece.get("choices") else {}
    usage = piece.get("usage") or {}
    return Chunk(
        text=_text((choice.get("delta") or {}).get("content")),
        finish_reason=_text(choice.get("finish_reason")),
        model=_text(piece.get("model")),
        fingerprint=_text(piece.get("system_fingerprint")),
        input_tokens=_count(usage.get("prompt_tokens")),
        output_tokens=_count(usage.get("completion_tokens")),
    )


def _text(value: Any) -> str:
    """A string as it came, nothing for null. Any: as above."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {type(value).__name__}")
    return value


def _count(value: Any) -> int | None:
    """A token count as reported, or None for what cannot be one. Any: servers send strings, NaN, negatives."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_TOKEN_COUNT
    return value if is_count else None


def _is_refusal(error: openai.BadRequestError) -> bool:
    return error.code == REFUSED or REFUSED in str(error.body)


def translated(error: Exception) -> ProviderError:
    """The fault in one of our words; what the server wrote stays out, since it may hold a key or a name."""
    if isinstance(error, ProviderError):
        return error
    cause = error.__cause__ or error
    if isinstance(cause, ForbiddenAddress | UnacceptableAnswer):
        return ProviderError(str(cause), "protocol", is_fatal=isinstance(cause, ForbiddenAddress))
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ProviderError(f"the endpoint refused the key ({error.status_code})", "refused", is_fatal=True)
    if isinstance(error, openai.NotFoundError):
        return ProviderError("the endpoint does not know the model (404)", "gone", is_fatal=True)
    if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        hint = f" and names {OTHER_LIMIT}" if OTHER_LIMIT in str(error.body) else ""
        return ProviderError(f"the endpoint refused the request ({error.status_code}){hint}", "rejected")
    if isinstance(error, openai.RateLimitError):
        return ProviderError("the endpoint asks to wait (429)", "limit")
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return ProviderError("the endpoint did not answer in time", "timeout")
    if isinstance(error, openai.APIStatusError):
        return ProviderError(f"the endpoint answered {error.status_code}", "server")
    return ProviderError(f"no usable answer ({type(error).__name__})", "protocol")
