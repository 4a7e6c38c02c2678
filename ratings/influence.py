"""How far can one voter, or a handful of votes, move a board? First-order influence. Read diagnostics.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import information, win_probabilities
from ratings.clusters import ClusterScores
from ratings.newton import grounded_inverse
from ratings.outcomes import N_OUTCOMES, SCORES
from ratings.pair_sums import PairSums


@dataclass(frozen=True, eq=False)
class VoterInfluence:
    """The rating that each voter moves most.

    voters : (V,) intp, index of the voter.   contestants : (V,) intp.   shifts : (V,) float64, nats, signed.
    """

    voters: NDArray[np.intp]
    contestants: NDArray[np.intp]
    shifts: NDArray[np.float64]

    @property
    def largest(self) -> float:
        """Nats, the largest shift by any voter; 0 without voters."""
        return float(np.abs(self.shifts).max(initial=0.0))


def voter_influence(scores: ClusterScores, inverse: NDArray[np.float64]) -> VoterInfluence:
    """What the ratings owe to each voter: I_v = H^+ u_v, the first-order change when all votes of v are added.

    inverse : (m, m) float64, H^+ of the fit. Cost: O(n + V m^2).
    Source: Hampel (1974); leaving one voter out changes theta by -I_v/(1 - leverage).
    """
    contestants = np.empty(scores.n_voters, dtype=np.intp)
    shifts = np.empty(scores.n_voters)
    for voters, block in scores.by_voter.blocks():
        moved = block @ inverse
        contestants[voters] = np.abs(moved).argmax(axis=1)
        shifts[voters] = np.take_along_axis(moved, contestants[voters, None], axis=1)[:, 0]
    return VoterInfluence(scores.voters, contestants, shifts)


def removals_to_flip(
    theta: NDArray[np.float64], sums: PairSums, counts: NDArray[np.int64], above: int, below: int
) -> int | None:
    """About how many votes must go for `below` to pass `above`; None if not even all helpful ones would do.

    theta : (m,) float64, nats.   counts : (m, m, 4) int64, [a, b, outcome], unweighted.
    A vote moves the gap by (H^+_above - H^+_below)(1_a - 1_b)(y - p)/(1 - leverage); the most helpful go first.
    Cost: O(m^3) once a call. Source: Broderick, Giordano, Meager (2020), arXiv 2011.14999 (AMIP).
    """
    inverse = grounded_inverse(information(theta, sums.games), len(theta))
    p = win_probabilities(theta)
    direction = inverse[above] - inverse[below]
    pull = direction[:, None] - direction[None, :]
    spread = np.diag(inverse)[:, None] + np.diag(inverse)[None, :] - 2.0 * inverse
    pull = pull / (1.0 - np.minimum(p * p.T * spread, 0.5))
    moves = np.stack([pull * (SCORES[code] - p) for code in range(N_OUTCOMES)], axis=2)
    helpful = (moves > 0) & (counts > 0)
    order = np.argsort(-moves[helpful], kind="stable")
    sizes, numbers = moves[helpful][order], counts[helpful][order]
    gap = float(theta[above] - theta[below])
    reached = np.cumsum(sizes * numbers)
    cell = int(np.searchsorted(reached, gap))
    if cell == len(reached):
        return None
    before = reached[cell - 1] if cell else 0.0
    return int(numbers[:cell].sum() + np.ceil((gap - before) / sizes[cell]))
