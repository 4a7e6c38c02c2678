"""TextRank: which sentences do the others share words with?

Source: Mihalcea & Tarau (2004), TextRank: bringing order into texts, section 4: the weight of an edge is the number of
common terms over ln |S_i| + ln |S_j|.
"""

from collections.abc import Sequence

import numpy as np

from arena.providers.summarisers.page_rank import rank_nodes
from arena.providers.summarisers.vectors import best_positions, count_terms


def choose_textrank(sentences: Sequence[str], n_sentences: int) -> list[int]:
    """The sentences that a walk along common terms visits most."""
    if not sentences:
        return []
    counts = count_terms(sentences)
    is_present = (counts > 0).astype(np.float64)
    # ln(1 + length): a sentence of one term would otherwise divide by zero
    log_lengths = np.log1p(counts.sum(axis=1))
    totals = log_lengths[:, None] + log_lengths[None, :]
    overlaps = is_present @ is_present.T / np.where(totals > 0, totals, 1.0)
    np.fill_diagonal(overlaps, 0.0)
    return best_positions(rank_nodes(overlaps), n_sentences)
