"""How likely is each prompt, so that kinds of prompts get the shares of battles that the operator asked for?

Next file to read: shares.py, the choice; services/draws.py, which draws.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from arena.domain.shares import PromptShares

ROUNDS = 20
"""Of fitting to one set of shares after the other; a pool with every language in every category needs two."""
Names = NDArray[np.str_]


def prompt_weights(shares: PromptShares, categories: Names, languages: Names) -> NDArray[np.float64]:
    """(n,) probabilities of n prompts, by iterative proportional fitting of equal ones to both sets of shares.

    A share whose prompts are not among these goes to the others; where all have a share of nothing, all are alike.
    Source: Deming and Stephan 1940, "On a least squares adjustment of a sampled frequency table".
    """
    weights = np.full(len(categories), 1 / len(categories))
    for _ in range(ROUNDS if shares.category and shares.language else 1):
        for named, labels in ((shares.category, categories), (shares.language, languages)):
            if named:
                weights = _fitted(weights, named, labels)
    return weights


def _fitted(weights: NDArray[np.float64], named: Mapping[str, float], labels: Names) -> NDArray[np.float64]:
    groups = [(labels == name, share) for name, share in named.items()]
    groups.append((~np.isin(labels, list(named)), max(0.0, 1 - sum(named.values()))))
    fitted = np.zeros_like(weights)
    for members, share in groups:
        present = weights[members].sum()
        if present:
            fitted[members] = weights[members] * (share / present)
    total = fitted.sum()
    return fitted / total if total else weights
