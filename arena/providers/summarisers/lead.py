"""Lead: what does the text say first? The classical baseline for news."""

from collections.abc import Sequence


def choose_lead(sentences: Sequence[str], n_sentences: int) -> list[int]:
    """The first sentences."""
    return list(range(min(n_sentences, len(sentences))))
