"""How is another program told something? One POST of JSON, signed, through the guard of every call.

    X-Fairground-Timestamp   seconds since 1970, so that an old message cannot be sent again
    X-Fairground-Signature   sha256=<HMAC-SHA-256 of "<timestamp>." and the body, with the key, in hex>

Next file to read: egress.py.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx2
from django.conf import settings

from arena.providers.base import ProviderError
from arena.providers.egress import GuardedTransport
from arena.providers.keys import key_of

TIMEOUT_S = 10.0


def post_signed(*, url: str, key_name: str, body: Mapping[str, Any], now: datetime) -> None:
    """Raises ProviderError with a sentence that names neither the address nor what the other side said."""
    key = key_of(key_name)
    data = json.dumps(body, sort_keys=True).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "X-Fairground-Timestamp": stamp,
        "X-Fairground-Signature": signature(key, stamp, data),
    }
    asyncio.run(_post(url, data, headers))


def signature(key: str, stamp: str, data: bytes) -> str:
    return "sha256=" + hmac.new(key.encode(), stamp.encode() + b"." + data, hashlib.sha256).hexdigest()


async def _post(url: str, data: bytes, headers: Mapping[str, str]) -> None:
    transport = GuardedTransport(tuple(settings.EGRESS_ALLOW), is_answer_read=False)
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            httpx2.AsyncClient(transport=transport, trust_env=False, follow_redirects=False) as client,
            client.stream("POST", url, content=data, headers=headers) as answer,
        ):
            status, is_success = answer.status_code, answer.is_success
    except TimeoutError:
        raise ProviderError("no answer in time", "timeout") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise ProviderError(f"not reachable ({type(error).__name__})", "connection") from error
    if not is_success:
        raise ProviderError(f"answered with status {status}", "status")
