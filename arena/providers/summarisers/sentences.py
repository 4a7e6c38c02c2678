"""Where does a sentence end, in any script? Next: terms.py, which cuts sentences into terms.

A terminator ends a sentence when white space follows (scripts with spaces) or at once (CJK), unless it stands after an
abbreviation, an initial or an ordinal, before a small letter, or inside CJK quotation marks.
"""

import re

_CJK_TERMINATORS = "。！？｡"
_SPACED_TERMINATORS = ".!?…؟۔।॥"
_CLOSERS = "\"'”’»)]」』）】》›“"
_CJK_OPEN, _CJK_CLOSE = "「『（《【", "」』）》】"
_QUOTATIVE = "とっ"  # Japanese: a quoted sentence goes on with "to" or "tte"
_TERMINATOR = re.compile(f"[{re.escape(_CJK_TERMINATORS + _SPACED_TERMINATORS)}]+[{re.escape(_CLOSERS)}]*")
_LAST_WORD = re.compile(r"[^\s(\[«„“\"']*\Z")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•·]|\d{1,3}[.)])\s")
_CJK = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_SPACE_IN_CJK = re.compile(f"(?<=[{_CJK}])\\s+(?=[{_CJK}])")

_WRAPPED_LINE_LENGTH = 60  # characters; a longer line without a terminator was probably broken by a mail program
_WORD_WINDOW = 24  # characters before a full stop in which an abbreviation is looked for
_ORDINAL_DIGITS = 2  # "3. Mai", "19. Jahrhundert", "1. Wash", but "in 1998. The"

# Only those that are no ordinary last word of a sentence in a language of the demo.
_ABBREVIATIONS = frozenset(
    re.findall(
        r"\w+",
        """mr mrs ms dr prof rev hon st mt vs fig approx dept hr fr nr bzw ca evtl ggf vgl bspw inkl sog str
        mm mme mlle mgr av env apr sr sra srta dra ud uds pág núm aprox sig dott""",
    )
)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in order, white space collapsed; never an empty one."""
    is_cased = any(character.isupper() for character in text)
    sentences: list[str] = []
    for block in _split_blocks(text):
        sentences.extend(_split_block(block, is_cased))
    return sentences


def join_sentences(sentences: list[str]) -> str:
    """Sentences as running text: a space between them, none after a CJK full stop."""
    return _SPACE_IN_CJK.sub("", " ".join(sentences))


def _split_blocks(text: str) -> list[str]:
    """Paragraphs, list items and headings; a line that only wraps is joined to the one before."""
    blocks: list[str] = []
    previous = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and previous and _is_continuation(previous, stripped):
            blocks[-1] += " " + stripped
        elif stripped:
            blocks.append(stripped)
        previous = stripped
    return [_SPACE_IN_CJK.sub("", re.sub(r"\s+", " ", block)) for block in blocks]


def _is_continuation(previous: str, line: str) -> bool:
    if _LIST_ITEM.match(line):
        return False
    return line[0].islower() or len(previous) >= _WRAPPED_LINE_LENGTH


def _split_block(block: str, is_cased: bool) -> list[str]:
    depths = _quotation_depths(block)
    sentences: list[str] = []
    start = 0
    for match in _TERMINATOR.finditer(block):
        end = match.end()
        if depths[end] == 0 and _is_end(block, match, is_cased):
            sentences.append(block[start:end].strip())
            start = end
    sentences.append(block[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _quotation_depths(block: str) -> list[int]:
    """How many CJK quotations are open before each position; all zero when the marks do not pair up."""
    depths = [0]
    for character in block:
        step = (character in _CJK_OPEN) - (character in _CJK_CLOSE)
        depths.append(depths[-1] + step)
    is_paired = depths[-1] == 0 and min(depths) == 0
    return depths if is_paired else [0] * len(depths)


def _is_end(block: str, match: re.Match[str], is_cased: bool) -> bool:
    mark, rest = match.group(), block[match.end() :]
    if any(character in _CJK_TERMINATORS for character in mark):
        is_quotation = mark[-1] in _CJK_CLOSE
        return not (is_quotation and rest[:1] != "" and rest[0] in _QUOTATIVE)
    following = rest.lstrip()
    if not following:
        return True
    if following == rest:
        return False
    if is_cased and following[0].islower():
        return False
    return mark != "." or not _is_abbreviation(block[: match.start()])


def _is_abbreviation(before: str) -> bool:
    """Whether the full stop after this text belongs to the last word: "Dr", "z.B", "J", "19"."""
    found = _LAST_WORD.search(before[-_WORD_WINDOW:])
    word = found.group() if found else ""
    if len(word) == 1 and word.isupper():
        return True
    if word.isdecimal():
        return len(word) <= _ORDINAL_DIGITS
    is_dotted = re.fullmatch(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}", word) is not None
    return is_dotted or word.casefold() in _ABBREVIATIONS
