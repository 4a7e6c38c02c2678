"""How do the two answers of a battle look on the page? Made of blind values only.

Next file to read: rendering.py, which makes text safe; reveal.py for what follows the vote.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from django.utils.safestring import SafeString

from arena.domain.battle_state import Side
from arena.domain.blinding import BlindBattle, BlindMedia, BlindSide, BlindTurn
from arena.domain.prompts import is_blank
from arena.rendering import clean_characters, render_markdown

# In widths of a Latin letter; a line of the page holds about a hundred.
LONG_PROMPT_LENGTH = 280  # about three lines; a longer prompt can be folded away
TWO_COLUMN_LENGTH = 1_600  # up to here a long prompt fits above the answers when it is set in two columns
LINE_BREAK_LENGTH = 60
INDENTED = re.compile(r"^(?:[ \t]+\S|```)", re.MULTILINE)  # code, or the like: its lines belong below each other
MEDIA_KINDS = ("image", "audio", "video")


@dataclass(frozen=True)
class ShownMedia:
    kind: str
    url: str
    media_type: str


@dataclass(frozen=True)
class ShownTurn:
    """One round of one side: finished as HTML, unfinished as plain text that the browser continues."""

    number: int
    prompt: str
    html: SafeString | None
    text: str
    media: tuple[ShownMedia, ...]
    attached: tuple[ShownMedia, ...]
    is_empty: bool
    is_declined: bool


@dataclass(frozen=True)
class ShownSide:
    side: str
    label: str
    turns: tuple[ShownTurn, ...]


@dataclass(frozen=True)
class ShownPrompt:
    text: str
    language: str
    attached: tuple[ShownMedia, ...]
    is_long: bool
    has_two_columns: bool


def show_prompt(battle: BlindBattle) -> ShownPrompt:
    text = clean_characters(battle.prompt).strip()
    length = _visible_length(text)
    return ShownPrompt(
        text=text,
        language=battle.language,
        attached=_shown(battle.a.turns[0].attachments) if battle.a.turns else (),
        is_long=length > LONG_PROMPT_LENGTH,
        has_two_columns=LONG_PROMPT_LENGTH < length <= TWO_COLUMN_LENGTH and not INDENTED.search(text),
    )


def _visible_length(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else LINE_BREAK_LENGTH if c == "\n" else 1 for c in text)


def show_sides(battle: BlindBattle) -> tuple[ShownSide, ShownSide]:
    return _side(Side.A, battle.a), _side(Side.B, battle.b)


def has_films(sides: Sequence[ShownSide]) -> bool:
    """Whether both sides have a film, so that the two can run together."""
    return all(any(media.kind == "video" for turn in side.turns for media in turn.media) for side in sides)


def _side(side: Side, blind: BlindSide) -> ShownSide:
    return ShownSide(side.value, side.label, tuple(_turn(k, turn) for k, turn in enumerate(blind.turns, start=1)))


def _turn(number: int, turn: BlindTurn) -> ShownTurn:
    text = clean_characters(turn.text)
    return ShownTurn(
        number=number,
        prompt=clean_characters(turn.prompt).strip() if number > 1 else "",
        html=render_markdown(turn.text) if turn.is_done else None,
        text=text,
        media=_shown(turn.media),
        attached=_shown(turn.attachments) if number > 1 else (),
        is_empty=turn.is_done and not turn.media and _has_no_words(text),
        is_declined=turn.is_declined,
    )


def _has_no_words(text: str) -> bool:
    """Thinking marks without a thought are as empty as no text."""
    return is_blank(text.replace("<think>", "").replace("</think>", ""))


def _shown(found: Sequence[BlindMedia]) -> tuple[ShownMedia, ...]:
    kinds = [media.media_type.partition("/")[0] for media in found]
    return tuple(
        ShownMedia(kind if kind in MEDIA_KINDS else "file", media.url, media.media_type)
        for kind, media in zip(kinds, found, strict=True)
    )
