"""How much does each vote count? Windows, decay, pair weights and caps of a spec. Read pipeline.py next."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ratings.comparisons import Comparisons
from ratings.errors import InvalidVotes
from ratings.spec import RatingSpec

SECONDS_PER_DAY = 86_400.0


def weigh_votes(votes: Comparisons, spec: RatingSpec) -> Comparisons:
    """The votes of the spec's window, with the product of its weights.

    Weights: the vote's own; 2^(-age/half life); 1/max(n_pair, pair_floor) or 1/pair probability, scaled to mean 1;
    min(1, cap/n_voter). Without any of them the votes keep weight None. Cost: O(n + m^2).
    Raises: InvalidVotes if the spec needs times, pair probabilities or voters that the votes lack.
    """
    if spec.needs_time and votes.n_rows:
        votes = _in_window(votes, spec)
    factors = [votes.weight] if votes.weight is not None else []
    if votes.n_rows:
        factors += _factors(votes, spec)
    return replace(votes, weight=np.prod(factors, axis=0)) if factors else votes


def _factors(votes: Comparisons, spec: RatingSpec) -> list[NDArray[np.float64]]:
    factors = []
    if spec.half_life_days is not None and votes.time is not None:
        factors.append(_decay(votes.time, spec.until, spec.half_life_days))
    if spec.weighting == "pair":
        factors.append(_mean_one(1.0 / np.maximum(_votes_of_pair(votes), spec.pair_floor), votes.count))
    if spec.weighting == "propensity":
        if votes.pair_probability is None:
            raise InvalidVotes("weighting by propensity needs the probability of the pair in every vote")
        factors.append(_mean_one(1.0 / votes.pair_probability, votes.count))
    if spec.max_votes_per_voter is not None and votes.voter is not None:
        factors.append(_voter_cap(votes.voter, votes.count, votes.n_voters, spec.max_votes_per_voter))
    return factors


def _in_window(votes: Comparisons, spec: RatingSpec) -> Comparisons:
    if votes.time is None:
        raise InvalidVotes("a window or a half life needs the time of every vote")
    inside = np.ones(votes.n_rows, dtype=bool)
    if spec.since is not None:
        inside &= votes.time >= spec.since
    if spec.until is not None:
        inside &= votes.time < spec.until
    return votes if inside.all() else votes.take(inside)


def _decay(time: NDArray[np.float64], until: float | None, half_life_days: float) -> NDArray[np.float64]:
    newest = float(time.max()) if until is None else until
    return np.exp2((time - newest) / (half_life_days * SECONDS_PER_DAY))


def _votes_of_pair(votes: Comparisons) -> NDArray[np.int64]:
    ordered = votes.counts.sum(axis=2)
    return (ordered + ordered.T)[votes.a, votes.b]


def _voter_cap(voter: NDArray[np.int32], count: NDArray | None, n_voters: int, cap: int) -> NDArray[np.float64]:
    known = voter >= 0
    n_votes = np.bincount(voter[known], None if count is None else count[known], n_voters)
    factor = np.ones(len(voter))
    factor[known] = np.minimum(1.0, cap / n_votes[voter[known]])
    return factor


def _mean_one(factor: NDArray[np.float64], count: NDArray | None) -> NDArray[np.float64]:
    return factor / np.average(factor, weights=count)
