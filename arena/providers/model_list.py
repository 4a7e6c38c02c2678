"""Which models does an endpoint offer? The list that servers of the OpenAI family give at /models.

Next file to read: services/endpoint_test.py, which tries one of them.
"""

import json
from typing import Any

import httpx2
import openai

from arena.providers.base import Request
from arena.providers.openai_compatible import client_for, translated

MAX_MODELS = 2_000
MAX_NAME_LENGTH = 200


async def list_models(*, base_url: str, key_name: str) -> list[str]:
    """Names in the order of the alphabet. Raises ProviderError."""
    client = client_for(Request(contestant="", messages=(), base_url=base_url, key_name=key_name))
    try:
        answer = await client.models.with_raw_response.list()
        rows = json.loads(answer.http_response.content)["data"]
        return sorted({name for row in rows[:MAX_MODELS] if (name := _name(row))})
    except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise translated(error) from error


def _name(row: Any) -> str:
    """Any: the server may send anything; what is no name is left out."""
    name = row.get("id") if isinstance(row, dict) else None
    return name if isinstance(name, str) and 0 < len(name) <= MAX_NAME_LENGTH and name.isprintable() else ""
