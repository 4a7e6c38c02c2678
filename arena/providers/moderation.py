"""Does an endpoint with the moderation API of OpenAI object to a text? Through the same guard as every call.

Next file to read: services/moderation.py, which asks for prompts and answers.
"""

import asyncio
import base64
from collections.abc import Sequence
from typing import Any

import httpx2
import openai

from arena.providers.base import Attachment, ProviderError, Request
from arena.providers.openai_compatible import client_for, translated

TIMEOUT_S = 15.0
DEFAULT_MODEL = "omni-moderation-latest"


async def is_flagged(
    *, base_url: str, model: str, key_name: str, text: str, pictures: Sequence[Attachment] = ()
) -> bool:
    """Raises ProviderError if it cannot be told."""
    request = Request(contestant="", messages=(), base_url=base_url, key_name=key_name)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            said = await client_for(request).moderations.create(
                model=model or DEFAULT_MODEL, input=_input(text, pictures)
            )
        verdicts = [result.flagged for result in said.results]
    except TimeoutError:
        raise ProviderError("the moderation endpoint did not answer in time", "timeout") from None
    except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError) as error:
        raise translated(error) from error
    if not verdicts or any(type(verdict) is not bool for verdict in verdicts):
        raise ProviderError("the moderation endpoint gave no verdict", "protocol")
    return any(verdicts)


def _input(text: str, pictures: Sequence[Attachment]) -> Any:
    """Any: the client's own types differ from release to release."""
    if not pictures:
        return text
    urls = [f"data:{p.media_type};base64,{base64.b64encode(p.data).decode()}" for p in pictures]
    return [{"type": "text", "text": text}, *({"type": "image_url", "image_url": {"url": url}} for url in urls)]
