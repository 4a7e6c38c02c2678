"""Which texts does the demo arena ask about, and with which words? The texts themselves: demo_passages.jsonl.

All were written for this project.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PASSAGES_FILE = Path(__file__).with_name("demo_passages.jsonl")
_INTRODUCTION_LENGTH = 160  # characters; a longer first paragraph is part of the text, colon or not

INSTRUCTIONS = {
    "en": "Summarise the following text in three sentences.",
    "de": "Fassen Sie den folgenden Text in drei Sätzen zusammen.",
    "fr": "Résumez le texte suivant en trois phrases.",
    "es": "Resuma el siguiente texto en tres frases.",
    "ja": "次の文章を三つの文で要約してください。",
    "ar": "لخّص النص التالي في ثلاث جمل.",
    "zh": "请用三句话概括下面这段文字。",
}


@dataclass(frozen=True)
class DemoPassage:
    key: str
    language: str
    category: str
    text: str

    @property
    def prompt(self) -> str:
        """What the voter reads and the contestants are asked."""
        return f"{INSTRUCTIONS[self.language]}\n\n{self.text}"


@lru_cache(maxsize=1)
def read_passages() -> tuple[DemoPassage, ...]:
    """All packaged passages, in the order of the file."""
    lines = _PASSAGES_FILE.read_text(encoding="utf-8").splitlines()
    return tuple(DemoPassage(**json.loads(line)) for line in lines)


def find_passage(prompt: str) -> str:
    """The text to summarise: the prompt without an instruction of ours or a short first line that ends in a colon."""
    introduction, _, rest = prompt.strip().partition("\n")
    introduction = introduction.strip()
    is_ours = introduction in INSTRUCTIONS.values()
    is_theirs = len(introduction) <= _INTRODUCTION_LENGTH and introduction.endswith((":", "："))
    return rest.strip() if rest.strip() and (is_ours or is_theirs) else prompt.strip()
