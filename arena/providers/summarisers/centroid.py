"""Centroid: which sentences lie nearest to the middle of the text?

Source: Radev, Jing, Styś & Tam (2004), Centroid-based summarization of multiple documents, here with the cosine to the
TF-IDF centroid of one document instead of a sum over its words, so that a long sentence has no start.
"""

from collections.abc import Sequence

from arena.providers.summarisers.vectors import best_positions, cosine_similarity, count_terms, weigh_tfidf


def choose_centroid(sentences: Sequence[str], n_sentences: int) -> list[int]:
    """The sentences with the largest cosine to the mean TF-IDF vector."""
    if not sentences:
        return []
    weights = weigh_tfidf(count_terms(sentences))
    centroid = weights.mean(axis=0, keepdims=True)
    return best_positions(cosine_similarity(weights, centroid)[:, 0], n_sentences)
