"""Does an endpoint work for a battle? One real answer, piece by piece, and what it shows, each in one sentence.

Its money is set aside before like that of any other call.

Next file to read: services/onboarding.py, which keeps what passed; providers/base.py.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass
from decimal import Decimal

from channels.db import database_sync_to_async

from arena.domain.battle_state import Side
from arena.domain.leaks import reveals_identity
from arena.domain.prompts import is_blank
from arena.domain.spending import Price, usd
from arena.domain.words import Word
from arena.providers.base import Chunk, ProviderError, Request
from arena.providers.openai_compatible import MAX_TOKENS, OTHER_LIMIT, REFUSED
from arena.providers.registry import PROVIDERS
from arena.services.answers import Answer
from arena.services.coordinator import (
    CUT,
    FIRST_CHUNK_TIMEOUT_S,
    IDLE_TIMEOUT_S,
    MAX_ANSWER_BYTES,
    MAX_CHUNKS,
    MS_PER_S,
    TOTAL_TIMEOUT_S,
)
from arena.services.label_rules import detect_language
from arena.services.spending import NoRoom, most_usd, reserve_test_call, settle_test_call

MIN_PIECES = 2
ENDINGS = ("stop", "eos", "end_turn", "complete")
LENGTH = "length"
NO_ROOM = "This call may cost {usd:.4f} USD, for which the cap of money ({cap}) has no room. Nothing was asked."
ADVICE = {
    "refused": "Check the key and whether it may use this model.",
    "rejected": "Leave out what this model does not take. Some gateways say so of a wrong name or key, too.",
    "gone": "Check the name of the model, and whether the base URL ends as the server wants it, often in /v1.",
    "limit": "The key has used up its quota, or asks too often. Try again later.",
    "timeout": "Is the server running, and does this machine reach it?",
    "server": "The fault is at the endpoint. Try again later.",
    "protocol": "It does not answer as an OpenAI-compatible server does.",
}
OTHER_LIMIT_ADVICE = f'Put {{"{OTHER_LIMIT}": {MAX_TOKENS}}} into the parameters; max_tokens is not sent then.'


class Verdict(Word):
    GOOD = "good", "good"
    NOTE = "note", "worth knowing"
    BAD = "bad", "in the way"


@dataclass(frozen=True)
class Check:
    name: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class TestResult:
    """What one answer showed; None where it was not measured."""

    checks: tuple[Check, ...]
    first_token_ms: float | None = None
    latency_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: Decimal | None = None
    reported_model: str = ""

    @property
    def is_good(self) -> bool:
        return all(check.verdict is not Verdict.BAD for check in self.checks)


async def try_endpoint(
    *, provider: str, request: Request, names: Iterable[str], price: Price
) -> AsyncGenerator[str | TestResult, None]:
    """Pieces of the answer as they come, and at the end what it showed. Raises nothing: a failure is a result.

    names : under which an answer would give the model away.
    """
    try:
        reservation_id = await _set_aside(request, price)
    except NoRoom as error:
        yield TestResult((_no_room(error),))
        return
    clock = asyncio.get_running_loop().time
    began = clock()
    answer = Answer(0, 0, Side.A, 1, provider, request)
    n_pieces = 0
    failure: ProviderError | None = None
    chunks = PROVIDERS[provider].stream(request)
    try:
        while (chunk := await _next(chunks, answer, began + TOTAL_TIMEOUT_S - clock())) is not None:
            before = len(answer.text)
            answer.take(chunk)
            if chunk.text or chunk.media:
                n_pieces += 1
                answer.first_token_ms = answer.first_token_ms or (clock() - began) * MS_PER_S
                yield answer.text[before:]
            if answer.n_bytes > MAX_ANSWER_BYTES or answer.n_chunks >= MAX_CHUNKS:
                answer.end(CUT)
                break
        answer.end()
        answer.latency_ms = (clock() - began) * MS_PER_S
    except ProviderError as error:
        failure = error
    except TimeoutError:
        failure = ProviderError("the endpoint did not answer in time", "timeout")
    finally:
        await chunks.aclose()
        await _settle(reservation_id, answer, price, failure)
    yield TestResult((_unreachable(failure),)) if failure else _result(answer, n_pieces, tuple(names), price)


async def _set_aside(request: Request, price: Price) -> int | None:
    """Raises NoRoom."""
    amount_usd = most_usd(price, request.parameters, [message.text for message in request.messages])
    return await database_sync_to_async(reserve_test_call, thread_sensitive=False)(amount_usd=amount_usd)


async def _settle(reservation_id: int | None, answer: Answer, price: Price, failure: ProviderError | None) -> None:
    if reservation_id is not None:
        await database_sync_to_async(settle_test_call, thread_sensitive=False)(
            reservation_id=reservation_id, answer=answer, price=price, failure=failure.kind if failure else ""
        )


async def _next(chunks: AsyncIterator[Chunk], answer: Answer, left_s: float) -> Chunk | None:
    async with asyncio.timeout(min(IDLE_TIMEOUT_S if answer.n_chunks else FIRST_CHUNK_TIMEOUT_S, left_s)):
        return await anext(chunks, None)


def _unreachable(error: ProviderError) -> Check:
    sentence = f"{str(error)[:1].upper()}{str(error)[1:]}."
    advice = OTHER_LIMIT_ADVICE if OTHER_LIMIT in str(error) else ADVICE.get(error.kind, "")
    return Check("Reachable", Verdict.BAD, f"{sentence} {advice}".strip())


def _no_room(refused: NoRoom) -> Check:
    booking = refused.booking
    return Check("Affordable", Verdict.BAD, NO_ROOM.format(cap=booking.scope.label, usd=usd(booking.amount)))


def _result(answer: Answer, n_pieces: int, names: tuple[str, ...], price: Price) -> TestResult:
    report, tokens = answer.report, (answer.report.input_tokens, answer.report.output_tokens)
    is_text = answer.raw_media is None
    checks = [
        Check("Reachable", Verdict.GOOD, "The endpoint answered."),
        *([_streams(n_pieces), _says_something(answer.text)] if is_text else []),
        _stops(report.finish_reason),
        *([_language(answer), _identity(answer, names)] if is_text and not is_blank(answer.text) else []),
        *([_counts(tokens)] if is_text else []),
    ]
    return TestResult(
        checks=tuple(checks),
        first_token_ms=answer.first_token_ms,
        latency_ms=answer.latency_ms,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        cost_usd=None if None in tokens else price.cost_usd(*tokens),
        reported_model=report.model,
    )


def _streams(n_pieces: int) -> Check:
    if n_pieces >= MIN_PIECES:
        return Check("Streams", Verdict.GOOD, f"The answer came in {n_pieces} pieces.")
    return Check("Streams", Verdict.NOTE, "The answer came in one piece: voters see nothing until all of it is there.")


def _says_something(text: str) -> Check:
    if is_blank(text):
        return Check("Says something", Verdict.BAD, "The answer is empty. Does the model only think, or refuse?")
    return Check("Says something", Verdict.GOOD, f"{len(text.split())} words.")


def _stops(reason: str) -> Check:
    if reason in ENDINGS:
        return Check("Stops", Verdict.GOOD, "The model ended its answer by itself.")
    if reason in (LENGTH, CUT):
        sentence = "The answer was cut at the largest number of tokens. Raise max_tokens in the parameters."
        return Check("Stops", Verdict.NOTE, sentence)
    if reason == REFUSED:
        return Check("Stops", Verdict.NOTE, "A content filter of the endpoint refused the prompt.")
    return Check("Stops", Verdict.NOTE, f"It ended for a reason of its own: {reason[:40] or 'none given'}.")


def _language(answer: Answer) -> Check:
    asked, got = detect_language(answer.request.messages[-1].text), detect_language(answer.text)
    if asked and got and asked != got:
        return Check("Language", Verdict.NOTE, f"Asked in {asked}, it answered in {got}.")
    if asked and got:
        return Check("Language", Verdict.GOOD, f"It answered in the language of the prompt ({got}).")
    return Check("Language", Verdict.NOTE, "Too little text to tell the language.")


def _identity(answer: Answer, names: tuple[str, ...]) -> Check:
    if reveals_identity(answer.text, names, answer.request.messages[-1].text):
        sentence = "The answer gives away who wrote it. Such battles do not count; a system prompt may forbid it."
        return Check("Stays anonymous", Verdict.NOTE, sentence)
    return Check("Stays anonymous", Verdict.GOOD, "The answer does not say who wrote it.")


def _counts(tokens: tuple[int | None, int | None]) -> Check:
    if None in tokens:
        sentence = "The endpoint reports no tokens, so costs are counted from the length of the text."
        return Check("Counts tokens", Verdict.NOTE, sentence)
    return Check("Counts tokens", Verdict.GOOD, f"{tokens[0]} tokens in, {tokens[1]} out.")
