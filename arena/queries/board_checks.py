"""What do the checks of a published board tell its operator? Sentences from the meta of a snapshot.

Next file to read: services/board_checks.py, which makes the checks.
"""

from typing import Any

from ratings.matchup_noise import LARGE, SMALL, SMALL_POINTS

INVERSE_PROBABILITY = "inverse_probability"
MATCHUP_NOISE = "matchup_noise"
ADVICE = {
    SMALL: f"That is less than {SMALL_POINTS:g}: pairs behave as the ratings say, so a rule that prefers close pairs "
    "would save votes without bending the board.",
    LARGE: f"That is {SMALL_POINTS:g} or more: keep the rule need_var, which leans little on the ratings.",
}
UNCLEAR_ADVICE = "Too few votes to say whether a sharper rule would pay; keep the rule need_var."


def advice_on(meta: dict[str, Any]) -> list[str]:
    """On the fit by inverse probability and on matchup noise; empty for a board without these checks."""
    return [*_on_weighting(meta.get(INVERSE_PROBABILITY)), *_on_noise(meta.get(MATCHUP_NOISE))]


def _on_weighting(check: dict[str, Any] | None) -> list[str]:
    if check is None:
        return []
    if check.get("problem"):
        return [f"The fit by inverse probability failed: {check['problem']}"]
    if check["alarms"]:
        return [
            "ALARM: weighted by the probability of their pairs, votes move these models by more than half their "
            f"interval, so the choice of pairs may shape the ranking: {', '.join(check['alarms'])}."
        ]
    largest = max(abs(points) for points in check["differences"].values())
    return [
        f"Weighted by the probability of their pairs, {check['n_votes']:,} votes "
        f"(worth {check['effective_votes']:,.0f}) move no model by more than half its interval; "
        f"the largest difference is {largest:.1f} points."
    ]


def _on_noise(check: dict[str, Any] | None) -> list[str]:
    if check is None:
        return []
    return [
        f"Matchup noise: {check['points']:.0f} points, at most {check['upper_points']:.0f}. "
        f"{ADVICE.get(check['verdict'], UNCLEAR_ADVICE)}"
    ]
