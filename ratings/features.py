"""Which looks of an answer may sway a voter? Length, headers, lists, bold, code, emoji, counted. Read style.py next."""

import re
import unicodedata
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class StyleFeatures(NamedTuple):
    """Counts of a text: characters, Markdown headers, list items, bold spans, code spans and blocks, emoji."""

    length: int
    headers: int
    lists: int
    bold: int
    code: int
    emoji: int


FEATURE_NAMES = StyleFeatures._fields

_FENCED = re.compile(r"^ {0,3}(```+|~~~+).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\n]{1,200}?(?<!`)\1(?!`)")
_HEADER = re.compile(r"^ {0,3}#{1,6}(?=[ \t]|$)", re.MULTILINE)
_LIST_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\S", re.MULTILINE)
_BOLD = re.compile(r"\*\*(?=[^\s*])[^\n]{1,200}?(?<=[^\s*])\*\*|__(?=[^\s_])[^\n]{1,200}?(?<=[^\s_])__")
# Spans end within 200 characters, so that no text makes the search quadratic.
_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55]")


def count_features(text: str) -> StyleFeatures:
    """Style features of an answer; Markdown inside code is no style.

    Length is in code points of the NFC form, so that equal looks have equal length. Cost: O(length).
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    without_blocks, n_blocks = _FENCED.subn("\n", text)
    prose, n_spans = _INLINE_CODE.subn("", without_blocks)
    return StyleFeatures(
        length=len(text),
        headers=len(_HEADER.findall(prose)),
        lists=len(_LIST_ITEM.findall(prose)),
        bold=len(_BOLD.findall(prose)),
        code=n_blocks + n_spans,
        emoji=len(_EMOJI.findall(prose)),
    )


def relative_differences(side_a: ArrayLike, side_b: ArrayLike) -> NDArray[np.float64]:
    """Covariates of votes: x = (A - B)/(A + B + 1) for each feature, between -1 and 1, 0 where equal.

    side_a, side_b : (n, k) counts >= 0. Returns (n, k) float64. Cost: O(n k).
    Source: Li, Angelopoulos, Chiang (2024), Does style matter?, with + 1 so that nothing against nothing is 0.
    """
    a, b = np.asarray(side_a, dtype=np.float64), np.asarray(side_b, dtype=np.float64)
    return (a - b) / (a + b + 1.0)
