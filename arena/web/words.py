"""How are the closed lists of the domain said in the reader's language? Next file to read: domain/words.py."""

import re

from django.utils.translation import gettext

from arena.domain.words import Word

NUMBER = re.compile(r"\d[\d,.]*(?<![.,])")


def label_of(word: Word) -> str:
    """The label that a page shows."""
    return gettext(word.label) if word.label else ""


def note_in_words(sentence: str) -> str:
    """A sentence of the mathematics, stored in English, in the reader's language, with its numbers as they are."""
    template = NUMBER.sub("%s", sentence.replace("%", "%%"))
    return gettext(template) % tuple(NUMBER.findall(sentence))
