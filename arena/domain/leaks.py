"""Does a text say who wrote it, or ask who answers? Whole words, said of oneself; a mention alone is no confession.

First names are looked for, which is quick, and only around a name it is asked who is meant: by what stands before it in
the same sentence ("I am", "developed by") or after it ("created me"). Out of reach, and missed: acrostics, names
with letters left out. Next file to read: leak_phrases.py for the words, services/responses.py for the use.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from arena.domain.leak_phrases import MAKERS, MODELS, MODELS_AND_WORDS, TONGUES, VERSIONS, Tongue

MIN_NAME_LENGTH = 3
REACH = 160  # characters on each side of a name that can speak of it
MAX_GAP_WORDS = 14
MAX_MENTIONS = 1_000  # of one name that are looked at
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
SENTENCE_END = re.compile(r"[.!?](?=\s|$)|[。！？؟।\n]")
WORD = re.compile(r"[^\s,.;:!?\"“”„«»()\[\]*_`،؟。—–-]+")  # not \w, which lacks the vowel signs of Hindi
# Of the names of the two contestants these are enough alone, unless the prompt brought them up: "quillon-1-70b".
DISTINCTIVE = re.compile(r"(?=.*\d)(?=.*[A-Za-z]).{5,}")
VERSION = re.compile(rf"(?:[-\s]?v?\d(?:\.?[A-Za-z0-9])*)?(?:[-\s](?:{VERSIONS})(?![A-Za-z]))*", re.IGNORECASE)
ARTICLE = re.compile(r"\b(?:an?|the|une?|una|uno|eine?|um|uma|een|ett?)\s+$", re.IGNORECASE)
OWNED = re.compile(r"['’]s (?:\w+ ){0,4}(?:AI|assistant|model|chatbot|bot)\b", re.IGNORECASE)
SURNAME = re.compile(r" [A-Z][a-z]+")
SIGNATURE = re.compile(r"\s*[-—–]{1,2}\s*$")
SEPARATOR = r"[\s,:;\"“”„«»‘’'*_`()\[\]\-–—،、「『]"
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")


def reveals_identity(text: str, names: Iterable[str], prompt: str) -> bool:
    """Whether an answer gives its author away.

    names : of the two contestants: names, slugs, aliases, organisations.   prompt : what was asked; a distinctive name
    that the prompt brought up itself may be repeated.
    """
    text = _plain(text)
    own = tuple(sorted({name.strip() for name in names if len(name.strip()) >= MIN_NAME_LENGTH}))
    lowered, asked = text.lower(), prompt.lower()
    for name in _all_names(own):
        if name.lowered not in lowered:
            continue
        is_enough = name.is_distinctive and name.lowered not in asked
        mentions = (_Mention(text, found.start(), found.end(), name) for found in name.pattern.finditer(text))
        if is_enough and next(mentions, None):
            return True
        # Somebody who writes a name thousands of times has long been found out by the same sentence before.
        distinct = {(mention.before, mention.after): mention for mention in islice(mentions, MAX_MENTIONS)}
        if any(mention.is_confession for mention in distinct.values()):
            return True
    return False


def asks_identity(prompt: str) -> bool:
    """Whether a prompt asks who is answering, also if the question is wrapped in Base64."""
    return any(_asks(text) for text in (_plain(prompt), *_unwrapped(prompt)))


def _asks(text: str) -> bool:
    lowered = text.lower()
    return any(question.search(text) for marks, question in _questions() if any(mark in lowered for mark in marks))


@dataclass(frozen=True)
class _Name:
    """text : as it is written.   is_word : it means other things too.   is_maker : a company, not a model.
    is_distinctive : of these contestants, and so rare that the name alone says who it is."""

    text: str
    is_word: bool = False
    is_maker: bool = False
    is_distinctive: bool = False

    @cached_property
    def lowered(self) -> str:
        return self.text.lower()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """As a whole word; scripts without spaces have no word edges."""
        escaped = re.escape(self.text)
        if self.text.isascii():
            escaped = rf"(?<![A-Za-zÀ-ɏ0-9]){escaped}(?![A-Za-zÀ-ɏ])"
        return re.compile(escaped, 0 if self.is_word else re.IGNORECASE)


@dataclass(frozen=True)
class _Mention:
    """A name in a text, and its sentence around it."""

    text: str
    start: int
    end: int
    name: _Name

    @property
    def is_confession(self) -> bool:
        return self._is_signature or any(self._is_said_in(spoken) for spoken in self._spoken())

    @property
    def _is_signature(self) -> bool:
        """ "ChatGPT: Of course" at the beginning, "— Claude" at the end."""
        if self.name.is_maker or self.name.is_word:
            return False
        is_first = not self.text[: self.start].strip("*_#[ \n") and re.match(r"[\]*_]{0,3}:", self.text[self.end :])
        is_last = not self.text[self.end :].strip("*_. \n") and SIGNATURE.search(self.text[: self.start][-6:])
        return bool(is_first or is_last)

    @cached_property
    def before(self) -> str:
        window = self.text[max(0, self.start - REACH) : self.start]
        ends = [end.end() for end in SENTENCE_END.finditer(window)]
        return window[ends[-1] :] if ends else window

    @cached_property
    def after(self) -> str:
        window = self.text[self.end : self.end + REACH]
        window = window[VERSION.match(window).end() :]  # type: ignore[union-attr]
        end = SENTENCE_END.search(window)
        return window[: end.start()] if end else window

    def _spoken(self) -> Iterable["_Spoken"]:
        """The languages in which somebody speaks of himself here."""
        sentence = f"{self.before} {self.after}".lower()
        words = {part for word in WORD.findall(sentence) for part in (word, *re.split("['’]", word))}
        return _tongues_of(words, sentence)

    def _is_said_in(self, spoken: "_Spoken") -> bool:
        if spoken.said_after and spoken.said_after.match(self.after):
            return True
        if spoken.bare_after and not self.before.strip() and spoken.bare_after.match(self.after):
            return True
        if self._is_somebody_else:
            return False
        if not spoken.speaks.search(self.before):
            return False
        if spoken.made_before.search(self.before) or (spoken.owner and spoken.owner.search(self.before)):
            return True
        if spoken.made_after and spoken.made_after.match(self.after) and spoken.subject.search(self.before):
            return True
        return self._is_model and self._is_named_in(spoken)

    def _is_named_in(self, spoken: "_Spoken") -> bool:
        """I am Claude; as Claude, I."""
        if spoken.role and spoken.role.search(self.before) and spoken.mine.search(self.after):
            return True
        return bool(spoken.named_after.match(self.after) and spoken.named.search(self.before))

    @property
    def _is_model(self) -> bool:
        """A company is none, but for its own assistant; a word with an article is one of many star signs or birds."""
        if self.name.is_maker:
            return bool(OWNED.match(self.after))
        is_one_of_many = self.name.is_word and ARTICLE.search(self.before)
        return not is_one_of_many or bool(re.match(r" (?:model|architecture)\b", self.after))

    @property
    def _is_somebody_else(self) -> bool:
        """Claude Monet; Google's biggest fan."""
        surname = SURNAME.match(self.after)
        if surname and self.text[self.end : self.end + 1] == " " and not self.name.is_maker:
            return True
        return self.after.startswith(("'s ", "’s ")) and not OWNED.match(self.after)


class _Spoken:
    """A language with its patterns compiled."""

    def __init__(self, tongue: Tongue) -> None:
        self.is_spaced = tongue.is_spaced
        gap = self._gap(tongue)
        subject = f"(?:{tongue.named}" + (f"|{tongue.role}" if tongue.role else "") + ")"
        self.speaks = _compile(f"{subject}|{tongue.owner}" if tongue.owner else subject)
        self.named = _compile(f"(?:{tongue.named}){gap}$")
        self.role = _compile(f"(?:{tongue.role}){gap}$") if tongue.role else None
        self.mine = _compile(tongue.mine or r"(?!)")
        self.subject = _compile(f"{subject}{gap}$")
        self.made_before = _compile(self._made_before(tongue, subject, gap))
        self.named_after = _compile(tongue.named_after)
        self.owner = _compile(f"(?:{tongue.owner}){gap}$") if tongue.owner else None
        self.made_after = _compile(tongue.made_after) if tongue.made_after else None
        self.said_after = _compile(tongue.said_after) if tongue.said_after else None
        self.bare_after = _compile(tongue.bare_after) if tongue.bare_after else None

    def _gap(self, tongue: Tongue) -> str:
        if self.is_spaced:
            return rf"(?:{SEPARATOR}+(?:{tongue.gap})(?=\W|$)){{0,{MAX_GAP_WORDS}}}{SEPARATOR}*"
        return rf"(?:{SEPARATOR}|{tongue.gap}){{0,{MAX_GAP_WORDS}}}"

    def _made_before(self, tongue: Tongue, subject: str, gap: str) -> str:
        """ "I am a (helpful) assistant developed by": some free words, if it is a model that speaks."""
        if not tongue.made_by:
            return r"(?!)"
        free = r"(?:[\s,\-]+[^\s,.;:!?]+){0,6}?[\s,\-]+" if self.is_spaced else r"[^，。,.;]{0,20}"
        rest = r"(?:[\s,]+[^\s.;:!?]+){0,6}?[\s,]+" if self.is_spaced else r"[^。.;]{0,16}"
        edge = r"\b" if self.is_spaced else ""
        is_model = rf"{subject}{free}{edge}(?:{tongue.nouns}){edge}{rest}(?:{tongue.made_by}){gap}$"
        is_plain = rf"{subject}{gap}(?:{tongue.made_by}){gap}$"
        return f"{is_plain}|{is_model}"


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _tongues_of(words: set[str], sentence: str) -> list[_Spoken]:
    """The languages of which a mark is among the words or, where no spaces part them, in the sentence."""
    by_word, by_piece = _marks()
    found = {spoken for word in words & by_word.keys() for spoken in by_word[word]}
    if not sentence.isascii():
        found |= {spoken for piece, spoken in by_piece if piece in sentence}
    return list(found)


@lru_cache(maxsize=1)
def _marks() -> tuple[dict[str, list[_Spoken]], list[tuple[str, _Spoken]]]:
    by_word: dict[str, list[_Spoken]] = {}
    by_piece: list[tuple[str, _Spoken]] = []
    for tongue in TONGUES.values():
        spoken = _Spoken(tongue)
        for mark in tongue.marks.split():
            if tongue.is_spaced:
                by_word.setdefault(mark, []).append(spoken)
            else:
                by_piece.append((mark, spoken))
    return by_word, by_piece


@lru_cache(maxsize=1)
def _questions() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    """Each with the words or pieces of text of which one must occur: a search for all of them takes too long."""
    return tuple((frozenset(tongue.you.split()), _compile(tongue.asks)) for tongue in TONGUES.values())


@lru_cache(maxsize=1)
def _known_names() -> tuple[_Name, ...]:
    return (
        *(_Name(name) for name in MODELS),
        *(_Name(name, is_word=True) for name in MODELS_AND_WORDS),
        *(_Name(name, is_maker=True) for name in MAKERS),
    )


@lru_cache(maxsize=512)
def _all_names(own: tuple[str, ...]) -> tuple[_Name, ...]:
    """Those that everybody knows, and those of the two contestants."""
    words = set(MODELS_AND_WORDS) | set(MAKERS)
    return (
        *_known_names(),
        *(_Name(name, is_distinctive=bool(DISTINCTIVE.fullmatch(name))) for name in own if name not in words),
    )


def _plain(text: str) -> str:
    """Wide and narrow forms made one; what nobody sees taken out, since it could hide a name."""
    return INVISIBLE.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))


def _unwrapped(prompt: str) -> Iterator[str]:
    """The texts that stand in the prompt as Base64."""
    for found in BASE64.finditer(prompt):
        wrapped = found[0].rstrip("=").replace("-", "+").replace("_", "/")
        try:
            yield base64.b64decode(wrapped + "=" * (-len(wrapped) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
