"""How alike are two sentences, in numbers? Next: centroid.py and lexrank.py, which use it.

Source: Salton & Buckley (1988), Term-weighting approaches in automatic text retrieval.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from arena.providers.summarisers.terms import extract_terms

_SCORE_DECIMALS = 9  # scores that differ by rounding only are a tie, so that every machine chooses the same sentences


def count_terms(sentences: Sequence[str]) -> NDArray[np.float64]:
    """How often each term stands in each sentence: (k, v) float64 for k sentences and v terms."""
    terms = extract_terms(sentences)
    columns = {term: column for column, term in enumerate(dict.fromkeys(term for found in terms for term in found))}
    counts = np.zeros((len(sentences), len(columns)))
    for row, found in enumerate(terms):
        np.add.at(counts[row], [columns[term] for term in found], 1.0)
    return counts


def weigh_tfidf(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """count * (1 + ln(k / sentences with the term)): a term of every sentence keeps the weight one."""
    n_with_term = np.maximum((counts > 0).sum(axis=0), 1)
    return np.asarray(counts * (1.0 + np.log(len(counts) / n_with_term)))


def cosine_similarity(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cosine of every row of left with every row of right; 0 for a row without terms."""
    return np.asarray(_unit_rows(left) @ _unit_rows(right).T)


def _unit_rows(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms > 0, norms, 1.0))


def best_positions(scores: NDArray[np.float64], n_sentences: int) -> list[int]:
    """Positions of the highest scores, ascending; the earlier sentence wins a tie."""
    order = np.argsort(-np.round(scores, _SCORE_DECIMALS), kind="stable")
    return sorted(order[:n_sentences].tolist())
