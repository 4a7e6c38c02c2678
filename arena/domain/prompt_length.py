"""How long is a prompt? Three bands by characters. Next file to read: slices.py, which filters by them."""

from arena.domain.words import Word


class PromptLength(Word):
    SHORT = "short", "short, up to 100 characters"
    MEDIUM = "medium", "medium, up to 1,000 characters"
    LONG = "long", "long, over 1,000 characters"


# Upper bounds in characters, inclusive. A sentence or two; a paragraph or a page; more.
UPPER_BOUND: dict[PromptLength, float] = {
    PromptLength.SHORT: 100,
    PromptLength.MEDIUM: 1_000,
    PromptLength.LONG: float("inf"),
}


def prompt_length_of(n_characters: int) -> PromptLength:
    """The band of a prompt with this many characters."""
    return next(band for band, bound in UPPER_BOUND.items() if n_characters <= bound)
