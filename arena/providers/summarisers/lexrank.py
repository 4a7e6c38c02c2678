"""LexRank with redundancy control: which sentences are central, and do not repeat each other?

Sources: Erkan & Radev (2004), LexRank: graph-based lexical centrality, section 3.3 (continuous LexRank);
Carbonell & Goldstein (1998), The use of MMR: relevance minus the largest similarity to what is chosen already.
"""

from collections.abc import Sequence

import numpy as np

from arena.providers.summarisers.page_rank import rank_nodes
from arena.providers.summarisers.vectors import best_positions, cosine_similarity, count_terms, weigh_tfidf

_RELEVANCE = 0.5  # MMR's lambda: centrality and novelty weigh the same


def choose_lexrank(sentences: Sequence[str], n_sentences: int) -> list[int]:
    """One sentence after the other, each with the best balance of centrality and novelty at that moment."""
    if not sentences:
        return []
    weights = weigh_tfidf(count_terms(sentences))
    similarities = cosine_similarity(weights, weights)
    ranks = rank_nodes(similarities)
    relevances = ranks / ranks.max()
    chosen: list[int] = []
    while len(chosen) < min(n_sentences, len(sentences)):
        repetition = similarities[:, chosen].max(axis=1, initial=0.0)
        scores = _RELEVANCE * relevances - (1.0 - _RELEVANCE) * repetition
        scores[chosen] = -np.inf
        (best,) = best_positions(scores, 1)
        chosen.append(best)
    return sorted(chosen)
