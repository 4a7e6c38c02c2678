"""Which content terms does a text hold, in any script? Next: vectors.py, which turns terms into numbers.

Scripts with spaces: words without stop words, cut to a common stem. Chinese characters: overlapping pairs. Katakana:
whole runs. Hiragana, the grammar of Japanese, is left out. Thai and its neighbours: overlapping triples.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from arena.providers.summarisers.stop_words import CHINESE_PARTICLES, find_stop_words

_WORD, _HAN, _KATAKANA, _HIRAGANA, _UNSPACED, _OTHER = "word", "han", "katakana", "hiragana", "unspaced", "other"
_RANGES = (
    (_HIRAGANA, 0x3040, 0x309F),
    (_KATAKANA, 0x30A0, 0x30FF),
    (_HAN, 0x3400, 0x9FFF),
    (_HAN, 0xF900, 0xFAFF),
    (_HAN, 0x20000, 0x3FFFF),
    (_UNSPACED, 0x0E00, 0x0EFF),  # Thai, Lao
    (_UNSPACED, 0x1000, 0x109F),  # Burmese
    (_UNSPACED, 0x1780, 0x17FF),  # Khmer
)
_KATAKANA_DOT = "・"
_STEM_LENGTH = 6  # characters; truncation does for inflected words what a stemmer would, in every alphabet
_ARABIC = re.compile("[\u0621-\u064a]")
_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})
_ARABIC_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=..)")


def extract_terms(texts: Sequence[str]) -> list[list[str]]:
    """The content terms of each text, in order; the stop words are those of all the texts together."""
    runs = [_find_runs(text) for text in texts]
    stop_words = find_stop_words(run for found in runs for script, run in found if script == _WORD)
    is_japanese = any(script in (_HIRAGANA, _KATAKANA) for found in runs for script, _ in found)
    particles = frozenset() if is_japanese else CHINESE_PARTICLES
    return [[term for script, run in found for term in _cut(script, run, stop_words, particles)] for found in runs]


def _find_runs(text: str) -> list[tuple[str, str]]:
    """Maximal runs of one script, folded: compatibility forms, case, accents of Arabic."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    runs = [(script, "".join(run)) for script, run in groupby(folded, _script_of) if script != _OTHER]
    return [(script, _fold_arabic(run) if _ARABIC.search(run) else run) for script, run in runs]


@lru_cache(maxsize=8192)
def _script_of(character: str) -> str:
    point = ord(character)
    if character == _KATAKANA_DOT:
        return _OTHER
    for script, first, last in _RANGES:
        if first <= point <= last:
            return script
    return _WORD if unicodedata.category(character)[0] in "LMN" else _OTHER


def _fold_arabic(word: str) -> str:
    letters = "".join(character for character in word if not unicodedata.combining(character))
    return letters.translate(_ARABIC_LETTERS)


def _cut(script: str, run: str, stop_words: frozenset[str], particles: frozenset[str]) -> list[str]:
    if script == _WORD:
        is_content = len(run) > 1 and run not in stop_words
        return [_ARABIC_ARTICLE.sub("", run)[:_STEM_LENGTH]] if is_content else []
    if script == _HAN:
        return [pair for pair in _overlapping(run, 2) if particles.isdisjoint(pair)]
    if script == _KATAKANA:
        return [run]
    if script == _UNSPACED:
        return _overlapping(run, 3)
    return []


def _overlapping(run: str, length: int) -> list[str]:
    return [run[start : start + length] for start in range(max(1, len(run) - length + 1))]
