"""What does a call cost, at worst and in the end, and which caps are there? Money is counted in whole nano-dollars.

A cap holds to the last digit only in whole numbers: SQLite keeps decimals as floats. Next file to read:
queries/spending.py for the price of a model, services/spending.py for the reservation before each call.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from arena.domain.words import Word

NANO_PER_USD = 1_000_000_000
TOKENS_PER_PRICE = 1_000_000
TOKENS_PER_MESSAGE = 16  # roles and marks around a text, at most
TOKENS_PER_PICTURE = 3_000  # more than the large families count for one picture of ours
UNKNOWN_ANSWER_TOKENS = 5_000  # a picture or a sound without a price counts as so many tokens without one


class CapScope(Word):
    DAY = "day", "whole site, a day"
    MONTH = "month", "whole site, a month"
    MODEL_DAY = "model-day", "a model, a day"
    VOTER_DAY = "voter-day", "a voter, a day"


DEFAULT_CAPS_USD: dict[CapScope, Decimal] = {CapScope.DAY: Decimal(25), CapScope.MONTH: Decimal(250)}
"""Until an operator says otherwise: an arena that was forgotten over night costs no more than this."""


class PriceSource(Word):
    STATED = "stated", "as stated for the model"
    LISTED = "listed", "from the list of public prices"
    OWN = "own", "own server: nothing is counted"
    UNKNOWN = "unknown", "unknown: the worst price is counted"


@dataclass(frozen=True)
class Price:
    """USD for a million tokens in and out, and for one answer that is no text."""

    input_usd: Decimal
    output_usd: Decimal
    answer_usd: Decimal
    source: PriceSource

    @property
    def is_known(self) -> bool:
        return self.source in (PriceSource.STATED, PriceSource.LISTED)

    @property
    def is_free(self) -> bool:
        return not (self.input_usd or self.output_usd or self.answer_usd)

    def cost_usd(self, n_input: int, n_output: int) -> Decimal:
        """What one answer costs; never less than the provider asks, by less than a nano-dollar more."""
        tokens = (self.input_usd * n_input + self.output_usd * n_output) / TOKENS_PER_PRICE
        return (tokens + self.answer_usd).quantize(Decimal(1) / NANO_PER_USD, ROUND_CEILING)


def nano(usd: Decimal) -> int:
    """Whole nano-dollars, rounded up."""
    return int((usd * NANO_PER_USD).to_integral_value(ROUND_CEILING))


def usd(n_nano: int) -> Decimal:
    return Decimal(n_nano) / NANO_PER_USD


def most_tokens(texts: Iterable[str], n_pictures: int = 0) -> int:
    """More tokens than these messages can be: tokenizers of today never make two tokens of one byte."""
    n_text = sum(len(text.encode(errors="replace")) + TOKENS_PER_MESSAGE for text in texts)
    return n_text + TOKENS_PER_PICTURE * n_pictures
