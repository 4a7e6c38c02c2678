"""How is a judge asked? The same battle in both orders at once, each call with a code of its own.

Next file to read: judging.py, which decides who is asked about what.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from arena.domain.judging import Exhibits, Order, fill_template, form_of, on_sides_of_battle, read_verdict
from arena.domain.parameters import SYSTEM_PROMPT
from arena.domain.prompts import strip_controls
from arena.domain.spending import Price, most_tokens
from arena.models import Arena, Judge
from arena.providers.base import Chunk, Message, ProviderError, Request
from arena.providers.openai_compatible import close_connections
from arena.providers.registry import PROVIDERS
from arena.queries.judging import price_of_judge
from arena.services.spending import UNCHARGED, most_usd
from ratings.outcomes import Outcome

PROVIDER = "openai"
TIMEOUT_S = 60.0  # of one call, from the first byte sent to the last that came
MAX_REPLY_CHARACTERS = 100_000
CODE_BYTES = 4


@dataclass(frozen=True)
class JudgeCall:
    """One order of one battle. most_usd : what it can cost.   offered : outcomes that the arena offers."""

    order: Order
    code: str
    request: Request
    price: Price
    most_usd: Decimal
    offered: Sequence[str]


@dataclass(frozen=True)
class JudgeReply:
    """What came back. verdict : on the sides of the battle; None for an unreadable one, or after an error."""

    order: Order
    text: str
    verdict: Outcome | None
    cost_usd: Decimal
    error: ProviderError | None = None


def calls_of(*, judge: Judge, arena: Arena, exhibits: Exhibits) -> tuple[JudgeCall, JudgeCall]:
    """With A first, and with B first."""
    return _call(judge, arena, exhibits, Order.AB), _call(judge, arena, exhibits.swapped(), Order.BA)


def ask(calls: Sequence[JudgeCall]) -> list[JudgeReply]:
    """All of these at once, in an event loop of its own. Raises nothing: a failure is a reply."""
    return asyncio.run(_ask(calls))


def _call(judge: Judge, arena: Arena, exhibits: Exhibits, order: Order) -> JudgeCall:
    code = secrets.token_hex(CODE_BYTES)
    text = fill_template(judge.template, exhibits, question=arena.question, rules=arena.rules, code=code)
    price, parameters = price_of_judge(judge), judge.parameters | {SYSTEM_PROMPT: form_of(code, arena.outcomes)}
    request = Request(
        contestant="",
        messages=(Message("user", text),),
        base_url=judge.base_url,
        model_name=judge.model_name,
        key_name=judge.key_name,
        parameters=parameters,
    )
    return JudgeCall(order, code, request, price, most_usd(price, parameters, [text]), arena.outcomes)


async def _ask(calls: Sequence[JudgeCall]) -> list[JudgeReply]:
    try:
        return list(await asyncio.gather(*(_ask_one(call) for call in calls)))
    finally:
        await close_connections()


async def _ask_one(call: JudgeCall) -> JudgeReply:
    said = _Said()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await said.hear(PROVIDERS[PROVIDER].stream(call.request))
    except TimeoutError:
        return _failed(call, said, ProviderError("the judge did not answer in time", "timeout"))
    except ProviderError as error:
        return _failed(call, said, error)
    verdict = read_verdict(said.text, call.code, call.offered)
    if verdict is not None:
        verdict = on_sides_of_battle(verdict, call.order)
    return JudgeReply(call.order, said.text, verdict, _cost(call, said))


@dataclass
class _Said:
    """What has come so far."""

    text: str = ""
    n_chunks: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None

    async def hear(self, chunks: AsyncIterator[Chunk]) -> None:
        """To the end. Raises ProviderError, also for a reply that does not come to one."""
        async for chunk in chunks:
            self.n_chunks += 1
            self.text += strip_controls(chunk.text)
            self.input_tokens = self.input_tokens if chunk.input_tokens is None else chunk.input_tokens
            self.output_tokens = self.output_tokens if chunk.output_tokens is None else chunk.output_tokens
            if len(self.text) > MAX_REPLY_CHARACTERS:
                raise ProviderError("the judge does not come to an end", "protocol")


def _cost(call: JudgeCall, said: _Said) -> Decimal:
    """As reported; else by the length of what was asked and said."""
    if said.input_tokens is not None and said.output_tokens is not None:
        return call.price.cost_usd(said.input_tokens, said.output_tokens)
    texts = [str(call.request.parameters[SYSTEM_PROMPT]), *(message.text for message in call.request.messages)]
    return min(call.most_usd, call.price.cost_usd(most_tokens(texts), most_tokens([said.text])))


def _failed(call: JudgeCall, said: _Said, error: ProviderError) -> JudgeReply:
    """It costs nothing where the endpoint did nothing, and else what it could."""
    is_uncharged = not said.n_chunks and (error.is_fatal or error.kind in UNCHARGED)
    return JudgeReply(call.order, said.text, None, Decimal(0) if is_uncharged else call.most_usd, error)
