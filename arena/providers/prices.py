"""What does a model cost by the public price lists? From the data that comes with genai-prices; nothing is fetched.

Next file to read: queries/spending.py, which asks where an operator stated no price.
"""

from decimal import Decimal
from functools import lru_cache

from genai_prices import Usage, calc_price

# Small enough for the first step of every price list that rises with the length.
N_TOKENS = 1_000
TOKENS_PER_PRICE = 1_000_000


@lru_cache(maxsize=512)
def listed_price(model_name: str, base_url: str) -> tuple[Decimal, Decimal] | None:
    """USD for a million tokens in and out at this endpoint; None where the lists do not know it."""
    if not model_name or not base_url:
        return None
    try:
        price = calc_price(Usage(input_tokens=N_TOKENS, output_tokens=N_TOKENS), model_name, provider_api_url=base_url)
    except LookupError:
        return None
    factor = Decimal(TOKENS_PER_PRICE) / N_TOKENS
    return price.input_price * factor, price.output_price * factor
