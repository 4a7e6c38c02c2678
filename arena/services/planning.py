"""How many more votes until the board is settled? Planned with every table of pairs, and kept with it.

Next file to read: queries/planning.py, which reads the plan; ratings/planner.py, the formula.
"""

from itertools import pairwise

import numpy as np

from arena.models import Snapshot
from arena.queries.planning import Neighbours, Newcomer, Plan
from ratings.pairing_strengths import Strengths
from ratings.planner import NEWCOMER_POINTS, VotePlanner

DECIMALS = 1  # of half-widths in points


def plan_votes(
    *, snapshot: Snapshot | None, ids: tuple[str, ...], strengths: Strengths, probabilities: np.ndarray
) -> Plan:
    """What is missing if pairs go on being drawn from this table; neighbours are those of the published board.

    ids : slugs in the order of the strengths and of the (m, m) probabilities.
    """
    planner = VotePlanner(strengths, probabilities)
    position = {slug: k for k, slug in enumerate(ids)}
    ranked = snapshot.rows.filter(rank__isnull=False).order_by("rank") if snapshot else None
    order = list(ranked.values_list("contestant__slug", flat=True)) if ranked is not None else []
    return Plan(
        neighbours=tuple(_neighbours(planner, position, *pair) for pair in pairwise(order)),
        newcomers=tuple(
            Newcomer(slug, round(width, DECIMALS), planner.until_half_width(k))
            for slug, k in position.items()
            if (width := planner.half_width(k, 0)) > NEWCOMER_POINTS
        ),
    )


def _neighbours(planner: VotePlanner, position: dict[str, int], upper: str, lower: str) -> Neighbours:
    """Of a model that is no longer drawn nothing more will be known."""
    if upper not in position or lower not in position:
        return Neighbours(upper, lower, None)
    return Neighbours(upper, lower, planner.until_separated(position[upper], position[lower]))
