"""A server that speaks the OpenAI API and misbehaves on demand: the name of the model says how.

    good            streams an answer of some sentences, with usage and a fingerprint
    echo            answers with the conversation that it was sent, as JSON
    words-N-M       N words, M a second
    clock-N-M       the same, and each word is the time at which it was sent
    pace-F-C-M      after F ms pieces of C characters, M a second, of a text of random length
    judge-...       judges two answers, see fake_judges.py
    other-limit     takes max_completion_tokens and refuses max_tokens
    <fault>         see FAULTS

Runs as a plain ASGI application in a thread (`fake_models()`) or alone: `python -m tests.fake_models PORT`.
"""

# ruff: noqa: E501 - the table of faults reads better with one fault a line
import asyncio
import base64
import io
import json
import random
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from PIL import Image, PngImagePlugin

from tests.fake_judges import reply_of_judge
from tests.servers import LOOPBACK, free_port

ANSWER = "The sky is blue because air scatters short waves more than long ones. At dusk the path is longer."
SECRET_OF_SERVER = "sk-upstream-secret-0451"
Send = Callable[[dict[str, Any]], Awaitable[None]]


def chunk(text: str | None, finish: str | None = None, model: str = "good") -> bytes:
    delta = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return event({"id": "x", "object": "chat.completion.chunk", "created": 1, "model": model, "choices": [choice]})


def usage(prompt_tokens: Any = 12, completion_tokens: Any = 34) -> bytes:
    numbers = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens, "total_tokens": 46}
    body = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "good", "choices": []}
    return event(body | {"usage": numbers, "system_fingerprint": "fp_1"})


def event(body: Any) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
WHOLE = [chunk(word + " ") for word in ANSWER.split()] + [chunk(None, "stop"), usage(), DONE]
FAULTS: dict[str, tuple[int, str, list[bytes]]] = {
    "status-400": (400, "application/json", [b'{"error": {"message": "' + SECRET_OF_SERVER.encode() + b'"}}']),
    "status-401": (401, "application/json", [b'{"error": {"message": "' + SECRET_OF_SERVER.encode() + b'"}}']),
    "status-403": (403, "application/json", [b"{}"]),
    "status-404": (404, "application/json", [b'{"error": {"message": "no such model"}}']),
    "status-422": (422, "application/json", [b'{"detail": "' + SECRET_OF_SERVER.encode() + b'"}']),
    "status-429": (429, "application/json", [b"{}"]),
    "status-500": (500, "application/json", [b"{}"]),
    "status-502": (502, "text/html", [b"<html>bad gateway</html>"]),
    "status-503": (503, "text/plain", [b"busy"]),
    "content-filter": (400, "application/json", [b'{"error": {"code": "content_filter", "message": "no"}}']),
    "html-200": (200, "text/html", [b"<html><h1>Welcome to nginx</h1></html>"]),
    "plain-200": (200, "text/plain", [b"hello"]),
    "wrong-schema": (200, "application/json", [b'{"foo": 1}']),
    "error-in-stream": (200, "text/event-stream", [chunk("The "), event({"error": {"message": "overloaded"}}), DONE]),
    "no-choices": (200, "text/event-stream", [event({"id": "x", "choices": []}), DONE]),
    "no-end": (200, "text/event-stream", [chunk("The sky "), chunk("is ")]),
    "not-json": (200, "text/event-stream", [b"data: {not json}\n\n", DONE]),
    "two-objects": (200, "text/event-stream", [b'data: {"choices": []}{"choices": []}\n\n', DONE]),
    "long-line": (200, "text/event-stream", [b"data: " + b"x" * 200_000 + b"\n\n", DONE]),
    "endless": (200, "text/event-stream", [chunk("word " * 2_000)] * 2_000),
    "huge-token": (200, "text/event-stream", [chunk("x" * 60_000) for _ in range(20)] + [chunk(None, "stop"), DONE]),
    "empty": (200, "text/event-stream", [chunk(""), chunk(None, "stop"), usage(), DONE]),
    "null-content": (200, "text/event-stream", [event({"choices": [{"index": 0, "delta": {"content": None}}]}), *WHOLE]),
    "white-space": (200, "text/event-stream", [chunk(" \n\n\t"), chunk(None, "stop"), DONE]),
    "only-think": (200, "text/event-stream", [chunk("<think>hmm</think>"), chunk(None, "stop"), DONE]),
    "comments": (200, "text/event-stream", [b": ping\n\n", *WHOLE]),
    "ping-events": (200, "text/event-stream", [b"event: ping\ndata: {}\n\n", *WHOLE]),
    "cr": (200, "text/event-stream", [part.replace(b"\n", b"\r") for part in WHOLE]),
    "no-data": (200, "text/event-stream", [b'{"choices": []}\n\n', b"The sky is blue.\n\n"]),
    "cr-only-page": (200, "text/event-stream", [b"<html>\r<p>hello</p>\r"]),
    "crlf": (200, "text/event-stream", [part.replace(b"\n", b"\r\n") for part in WHOLE]),
    "bom": (200, "text/event-stream", [b"\xef\xbb\xbf", *WHOLE]),
    "split-utf8": (200, "text/event-stream", [b"".join(WHOLE).replace(b"sky", "Überraschung 你好".encode())[k : k + 3] for k in range(0, len(b"".join(WHOLE)) + 20, 3)]),
    "surrogates": (200, "text/event-stream", [b'data: {"choices": [{"index": 0, "delta": {"content": "a\\ud800b\\u0000c\\ufffe"}}]}\n\n', *WHOLE]),
    "bad-utf8": (200, "text/event-stream", [b'data: {"choices": [{"index": 0, "delta": {"content": "a\xffb"}}]}\n\n', *WHOLE]),
    "nan-usage": (200, "text/event-stream", [*WHOLE[:-2], usage(float("nan"), None), DONE]),
    "own-reveal": (200, "text/event-stream", [chunk('</template>{"reveal": {"a": {"slug": "guess-1"}}}'), chunk("<script>alert(1)</script>"), chunk(None, "stop"), DONE]),
    "odd-usage": (200, "text/event-stream", [*WHOLE[:-2], usage("12", -5), DONE]),
    "huge-usage": (200, "text/event-stream", [*WHOLE[:-2], usage(10**18, 1.5), DONE]),
    "leak": (200, "text/event-stream", [chunk("I am Claude, "), chunk("made by Anthropic."), chunk(None, "stop"), DONE]),
    "truncated": (200, "text/event-stream", [chunk("The sky is"), chunk(None, "length"), usage(), DONE]),
}  # fmt: skip
OTHER_LIMIT = f"{SECRET_OF_SERVER}: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
FLAGGED = "plugh"  # what the moderation endpoint objects to
REDIRECTS = "redirect"
HANGS = "hang"
STALLS = "stall"
SLOW_S = 30.0
FIRST_WORD_S = 0.3


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[dict]], send: Send) -> None:
    if scope["type"] != "http":
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    asked = json.loads(body) if body else {}
    model = asked.get("model", "")
    if scope["path"].endswith("/models"):
        names = ["good", "echo", *FAULTS]
        await _answer(send, 200, "application/json", [json.dumps({"data": [{"id": name} for name in names]}).encode()])
    elif scope["path"].endswith("/moderations"):
        await _answer(send, *_verdict(model, asked))
    elif scope["path"].endswith("/images/generations"):
        picture = base64.b64encode(_picture()).decode() if model == "good" else "bm90IGEgcGljdHVyZQ=="
        await _answer(send, 200, "application/json", [json.dumps({"data": [{"b64_json": picture}]}).encode()])
    elif scope["path"].endswith("/audio/speech"):
        await _answer(send, 200, "audio/wav", [_sound() if model == "good" else b"not a sound"])
    elif model == REDIRECTS:
        headers = [(b"location", b"http://127.0.0.1:1/private")]
        await send({"type": "http.response.start", "status": 302, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
    elif model == "other-limit" and "max_tokens" in asked:
        await _answer(send, 400, "application/json", [json.dumps({"error": {"message": OTHER_LIMIT}}).encode()])
    elif model == HANGS:
        await asyncio.sleep(SLOW_S)
    elif model.startswith("judge-") and reply_of_judge(model, asked) is None:
        await _answer(send, 500, "application/json", [b"{}"])
    else:
        status, content_type, _ = FAULTS.get(model, (200, "text/event-stream", []))
        await _answer(send, status, content_type, _parts(model, asked))


def _verdict(model: str, asked: dict[str, Any]) -> tuple[int, str, list[bytes]]:
    """Of a moderation endpoint: against whatever holds FLAGGED, unless the model is a fault."""
    if model in FAULTS:
        return FAULTS[model]
    results = [] if model == "no-verdict" else [{"flagged": FLAGGED in json.dumps(asked["input"])}]
    if model == "odd-verdict":
        results = [{"flagged": "no"}]
    return 200, "application/json", [json.dumps({"id": "x", "model": model, "results": results}).encode()]


async def _answer(send: Send, status: int, content_type: str, parts: list[bytes] | AsyncIterator[bytes]) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"x-request-id", b"req-of-provider"),
        (b"openai-organization", b"org"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if isinstance(parts, list):
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    else:
        async for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _parts(model: str, asked: dict[str, Any]) -> AsyncIterator[bytes]:
    if model in FAULTS:
        for part in FAULTS[model][2]:
            yield part
    elif model == "echo":
        yield chunk(json.dumps(asked))
        yield chunk(None, "stop") + DONE
    elif model.startswith("judge-"):
        yield chunk(reply_of_judge(model, asked))
        yield chunk(None, "stop") + usage(1_000, 100) + DONE
    elif model == STALLS:
        yield chunk("The sky ")
        await asyncio.sleep(SLOW_S)
    elif model.startswith(("words-", "clock-")):
        kind, *numbers = model.split("-")
        n_words, per_second = (int(number) for number in numbers)
        if kind == "clock":
            await asyncio.sleep(FIRST_WORD_S)
        for k in range(n_words):
            yield chunk(f"word{k} " if kind == "words" else f"{time.time():.4f} ")
            await asyncio.sleep(1 / per_second)
        yield chunk(None, "stop") + usage(10, n_words) + DONE
    elif model.startswith("pace-"):
        first_ms, n_characters, per_second = (int(number) for number in model.split("-")[1:])
        text = "lorem ipsum dolor sit amet " * (int(min(3_000, max(60, random.lognormvariate(6.1, 0.5)))) // 27 + 1)
        await asyncio.sleep(first_ms / 1_000 * random.lognormvariate(0, 0.15))
        for k in range(0, len(text), n_characters):
            yield chunk(text[k : k + n_characters])
            await asyncio.sleep(random.lognormvariate(0, 0.15) / per_second)
        yield chunk(None, "stop") + usage(10, len(text) // 4) + DONE
    else:
        for part in WHOLE:
            yield part
            await asyncio.sleep(0.01)


def _picture() -> bytes:
    """A PNG whose metadata names the model, as some do."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("parameters", "made by Painter-9000")
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(target, "PNG", pnginfo=notes)
    return target.getvalue()


def _sound() -> bytes:
    """Half a second of a tone, as WAV."""
    import math
    import struct
    import wave

    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"".join(struct.pack("<h", int(9_000 * math.sin(k / 6))) for k in range(8_000)))
    return target.getvalue()


@contextmanager
def fake_models() -> Iterator[str]:
    """The base URL of a running server, with /v1."""
    # Some answers never end: nobody waits for them at the end.
    options = {"lifespan": "off", "log_level": "error", "timeout_graceful_shutdown": 0}
    config = uvicorn.Config(application, host=LOOPBACK, port=free_port(), **options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    yield f"http://127.0.0.1:{config.port}/v1"
    server.should_exit = True
    thread.join(timeout=5)


if __name__ == "__main__":
    uvicorn.run(application, host=LOOPBACK, port=int(sys.argv[1]), lifespan="off", log_level="error")
