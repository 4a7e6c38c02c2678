"""Frequency: which sentences are made of the text's most frequent words? (SumBasic)

Source: Nenkova & Vanderwende (2005), The impact of frequency on summarization, section 4: a sentence scores the mean
probability of its terms; the terms of a chosen sentence then count with their probability squared.
"""

from collections.abc import Sequence

import numpy as np

from arena.providers.summarisers.vectors import best_positions, count_terms


def choose_frequency(sentences: Sequence[str], n_sentences: int) -> list[int]:
    """One sentence after the other, each with the highest mean probability of its terms at that moment."""
    counts = count_terms(sentences)
    lengths = np.maximum(counts.sum(axis=1), 1.0)
    probabilities = counts.sum(axis=0) / max(counts.sum(), 1.0)
    chosen: list[int] = []
    while len(chosen) < min(n_sentences, len(sentences)):
        scores = counts @ probabilities / lengths
        scores[chosen] = -np.inf
        (best,) = best_positions(scores, 1)
        chosen.append(best)
        probabilities = np.where(counts[best] > 0, probabilities**2, probabilities)
    return sorted(chosen)
