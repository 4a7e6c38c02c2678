"""How strong is a contestant at equal style? Strengths and style effects fitted together. Read sorted_votes.py next."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ratings.bradley_terry import fit_strengths
from ratings.comparisons import Comparisons
from ratings.errors import InvalidSpec, InvalidVotes, NotConverged, NotEstimable
from ratings.newton import maximise
from ratings.pair_sums import PairSums
from ratings.sorted_votes import SortedVotes

STYLE_TOLERANCE = 1e-4
"""Nats: largest step of the last iteration, so that ratings are within 4e-7 points; each pass reads all votes."""
SIDE = "side"
"""Name of the intercept: the pull of side a at average style."""


@dataclass(frozen=True, eq=False)
class StyleFit:
    """Strengths at equal style, and what style does.

    theta : (m,) float64, nats, mean zero.   effects : (k,) float64, nats for one standard deviation of a difference.
    names : of the k effects, "side" last.   means, scales : (k,) float64, of the differences before scaling.
    information, meat : (m + k, m + k) float64.   rows : the votes as they were fitted.
    iterations, max_step : how the iteration ended (nats).
    """

    theta: NDArray[np.float64]
    effects: NDArray[np.float64]
    names: tuple[str, ...]
    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    information: NDArray[np.float64]
    meat: NDArray[np.float64]
    rows: SortedVotes
    iterations: int
    max_step: float

    def scaled(self, covariates: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, k) float64: covariates of votes as they were fitted, 1 last. Cost: O(n k)."""
        scaled = (covariates[:, self.rows.columns] - self.means[:-1]) / self.scales[:-1]
        return np.column_stack([scaled, np.ones(len(covariates))])


def fit_style(votes: Comparisons, features: tuple[str, ...]) -> StyleFit:
    """Maximum likelihood of E(score of a) = 1/(1 + exp(-(theta_a - theta_b + x'b))), x scaled differences and a 1.

    votes : among m >= 2 strongly connected contestants, with covariates.   features : names among covariate_names.
    No penalty. A feature that never varies has no effect and is left out of `names`.
    Raises: InvalidSpec for an unknown feature; InvalidVotes if the votes have no covariates; NotEstimable if effects
    cannot be told from each other or from strengths, or decide all votes. Cost: O(n k^2) a pass, about 3 passes.
    Source: Li, Angelopoulos, Chiang (2024), Does style matter?; here without penalty, Newton on (theta, b).
    """
    if votes.covariates is None:
        raise InvalidVotes("style control needs the covariates of every vote")
    rows = SortedVotes.of(votes, votes.covariates, _columns(votes, features))
    names = tuple(votes.covariate_names[column] for column in rows.columns)
    theta = fit_strengths(PairSums.of(votes)).theta
    start = np.concatenate([theta, rows.first_effects(theta)])
    try:
        maximum = maximise(start, rows.derivatives, votes.n_contestants, STYLE_TOLERANCE)
    except NotConverged as error:
        raise NotEstimable(f"the effects of {', '.join(names)} cannot be estimated from these votes") from error
    return StyleFit(
        theta=maximum.point[: votes.n_contestants],
        effects=maximum.point[votes.n_contestants :],
        names=(*names, SIDE),
        means=rows.means,
        scales=rows.scales,
        information=maximum.hessian,
        meat=rows.meat(),
        rows=rows,
        iterations=maximum.iterations,
        max_step=maximum.max_step,
    )


def _columns(votes: Comparisons, features: tuple[str, ...]) -> list[int]:
    unknown = [name for name in features if name not in votes.covariate_names]
    if unknown:
        raise InvalidSpec(f"unknown style feature {unknown[0]!r}; the votes have {', '.join(votes.covariate_names)}")
    return [votes.covariate_names.index(name) for name in features]
