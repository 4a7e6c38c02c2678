"""Which texts are held back, who may complain of what, and what becomes of it? Closed lists, and the word list.

Next file to read: services/moderation.py for checks, services/reports.py for complaints.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

from arena.domain.words import Word


class Check(Word):
    """What looks at prompts and answers before anybody reads them."""

    OFF = "off", "nothing"
    WORDS = "words", "the list of words below"
    ENDPOINT = "endpoint", "an endpoint with the moderation API of OpenAI"


class ReportReason(Word):
    PERSONAL = "personal", "It names or describes a private person."
    ILLEGAL = "illegal", "It is, or helps with, something illegal."
    HATEFUL = "hateful", "It is hateful, or threatens somebody."
    SEXUAL = "sexual", "It is sexual, or violent beyond need."
    OTHER = "other", "Something else."


class ReportAbout(Word):
    PROMPT = "prompt", "What was asked"
    A = "a", "Answer A"
    B = "b", "Answer B"


class ReportState(Word):
    OPEN = "open", "waits"
    DISMISSED = "dismissed", "dismissed"
    REDACTED = "redacted", "texts removed"
    EXCLUDED = "excluded", "texts removed, vote not counted"


MAX_NOTE_LENGTH = 500
HELD_BACK = "moderation"
"""Kind of error of an answer that a check held back: no fault of the model."""
CHECK_FAILED = "the check failed"
"""So begins, for operators, why a text was held back that nobody could look at."""


def found_word(text: str, words: Sequence[str]) -> str | None:
    """The first of these words or phrases that stands in the text, whatever the case, the accents or the width."""
    pattern = _pattern(tuple(words))
    found = pattern.search(_folded(text)) if pattern else None
    return found.group(1) if found else None


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    folded = [" ".join(_folded(word).split()) for word in words]
    parts = [r"\s+".join(re.escape(part) for part in word.split()) for word in folded if word]
    if not parts:
        return None
    # Scripts without spaces have no edges of words; there a word is found wherever it stands.
    return re.compile("(" + "|".join(rf"(?<![^\W_]){p}(?![^\W_])" if p.isascii() else p for p in parts) + ")")


def _folded(text: str) -> str:
    """NFKD without marks, in lower case: Ｂäd and bad are one word.

    Decomposed first, for a mathematical capital has no lower case of its own; and again after it (Unicode 3.13, D146).
    """
    folded = normalize("NFKD", normalize("NFKD", text).casefold())
    return "".join(c for c in folded if not 0x0300 <= ord(c) <= 0x036F)
