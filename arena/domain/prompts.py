"""What may a voter type as a prompt? Next file to read: errors.py."""

import re
import unicodedata

from arena.domain.errors import InvalidInput

MAX_PROMPT_LENGTH = 8_000  # Unicode code points, the unit of the counter on the page
VISIBLE_CATEGORIES = "LNPS"  # first letters of Unicode's general categories: letters, numbers, punctuation, symbols
EMPTY_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"  # fillers that count as letters or symbols and show nothing
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\ufffb]")


def clean_text(text: str) -> str:
    """The text in NFC with Unix line ends and without control characters and lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", strip_controls(text))


def strip_controls(text: str) -> str:
    """The text without what no reader can see and some databases refuse; safe for a piece of a longer text."""
    return CONTROLS.sub("", text.replace("\r", ""))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing."""
    return not any(unicodedata.category(c)[0] in VISIBLE_CATEGORIES and c not in EMPTY_LETTERS for c in text)


def check_prompt(text: str) -> str:
    """The cleaned prompt. Raises InvalidInput if nothing is visible or it is longer than MAX_PROMPT_LENGTH."""
    cleaned = clean_text(text)
    if is_blank(cleaned):
        raise InvalidInput({"prompt": ["Type something for the models to answer."]})
    if len(cleaned) > MAX_PROMPT_LENGTH:
        raise InvalidInput({"prompt": [f"At most {MAX_PROMPT_LENGTH:,} characters; this has {len(cleaned):,}."]})
    return cleaned
