"""What is a closed list of words, each with the label a reader sees? Next file to read: metadata.py."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A value of a closed list: the code is stored and published, the label is shown."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        # The default is for type checkers only: to them Word(code), which looks a word up, calls this.
        word = str.__new__(cls, code)
        word._value_ = code
        word.label = label
        return word

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(word.value, word.label) for word in cls]
