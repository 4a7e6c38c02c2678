"""What is published beside the numbers, so that anyone can check them? JSON values only. Read board.py next."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ratings.bootstrap import BootstrapIntervals
from ratings.comparisons import Comparisons
from ratings.davidson import DavidsonFit
from ratings.diagnostics import chi_square_per_df, side_z
from ratings.estimates import Estimate
from ratings.graph import Field, Reason
from ratings.pair_sums import PairSums
from ratings.ranks import difference_errors
from ratings.scale import to_points
from ratings.sequences import confirmed_above
from ratings.spec import RatingSpec


def describe_votes(votes: Comparisons, field: Field, spec: RatingSpec) -> dict[str, Any]:
    """Spec, numbers of votes, voters and contestants, hash of the counts. Cost: O(n + m^2)."""
    among_ranked = np.ix_(field.ranked, field.ranked)
    return {
        "spec": spec.to_dict(),
        "n_votes": votes.n_votes,
        "n_votes_ranked": int(votes.counts[among_ranked].sum()),
        "n_contestants": votes.n_contestants,
        "n_ranked": len(field.ranked),
        "n_components": field.n_components,
        "n_voters": _count_voters(votes),
        "counts_sha256": hash_counts(votes),
    }


def describe_estimate(estimate: Estimate | None, sums: PairSums, counts: NDArray[np.int64]) -> dict[str, Any]:
    """Clusters, factors, convergence and fit of the ranked contestants; the same keys with None if nobody is ranked.

    sums, counts : of votes among the ranked. Cost: O(m^2).
    """
    if estimate is None:
        return dict.fromkeys(_ESTIMATE_KEYS) | {"clusters": "none"}
    uncertainty = estimate.uncertainty
    return {
        "clusters": uncertainty.clusters,
        "n_clusters": uncertainty.n_clusters,
        "g_eff": uncertainty.g_eff,
        "quantile": uncertainty.quantile,
        "dispersion": uncertainty.dispersion,
        "chi2_per_df": chi_square_per_df(estimate.theta, sums, uncertainty.dispersion),
        "side_z": side_z(estimate.theta, counts),
        **estimate.details,
    }


_ESTIMATE_KEYS = (
    "clusters",
    "n_clusters",
    "g_eff",
    "quantile",
    "dispersion",
    "chi2_per_df",
    "side_z",
    "iterations",
    "max_step",
)


def describe_davidson(fit: DavidsonFit) -> dict[str, Any]:
    """Strengths and tie parameter for the odds of a pair; nu is None where all votes are ties."""
    return {"theta": fit.theta.tolist(), "nu": None if np.isinf(fit.nu) else fit.nu}


def describe_confirmed(
    ids: tuple[str, ...], field: Field, estimate: Estimate, n_votes: int, sequence_votes: int, alpha: float
) -> dict[str, Any]:
    """Claims that hold at all publications together: is the first above all others, which neighbours are in order."""
    errors = difference_errors(estimate.uncertainty.covariance)
    above = confirmed_above(estimate.theta, errors, n_votes, sequence_votes, alpha)
    order = np.argsort(-estimate.theta, kind="stable")
    names = [ids[i] for i in field.ranked[order]]
    neighbours = [[names[k], names[k + 1]] for k in range(len(order) - 1) if above[order[k], order[k + 1]]]
    is_first = bool(above[order[0], order[1:]].all())
    return {"first": names[0] if is_first else None, "neighbours": neighbours}


def describe_bootstrap(ids: tuple[str, ...], intervals: BootstrapIntervals) -> dict[str, Any]:
    """Percentile intervals in points by name, and how many resamples they rest on."""
    bounds = zip(ids, to_points(intervals.low).tolist(), to_points(intervals.high).tolist(), strict=True)
    return {
        "n_rounds": intervals.n_rounds,
        "n_failed": intervals.n_failed,
        "intervals": {name: [low, high] for name, low, high in bounds},
    }


def describe_field(votes: Comparisons, field: Field) -> list[str]:
    """Plain sentences about who is ranked and who is not."""
    if votes.n_votes == 0:
        return ["There are no votes yet."]
    if len(field.ranked) == 0:
        return ["Fewer than two contestants can be compared: all ratings are preliminary and nobody has a place."]
    n_preliminary = votes.n_contestants - len(field.ranked)
    notes = [f"Preliminary contestants: {n_preliminary}. They move no other rating."] if n_preliminary else []
    if Reason.UNCONNECTED in field.reasons:
        notes.append("Not all contestants are connected by wins in both directions: the largest such part is ranked.")
    return notes


def hash_counts(votes: Comparisons) -> str:
    """SHA-256 of names and counts in order of names: each name in UTF-8 and a zero byte, then (m, m, 4) int64.

    Integers are little-endian. Equal for equal votes, whatever the order of votes and contestants. Cost: O(n + m^2).
    """
    order = np.array(sorted(range(votes.n_contestants), key=votes.ids.__getitem__), dtype=np.intp)
    digest = hashlib.sha256()
    for i in order:
        digest.update(votes.ids[i].encode() + b"\0")
    digest.update(votes.counts[np.ix_(order, order)].astype("<i8").tobytes())
    return digest.hexdigest()


def _count_voters(votes: Comparisons) -> int:
    if votes.voter is None:
        return 0
    return int(np.count_nonzero(np.bincount(votes.voter[votes.voter >= 0], minlength=1)))
