"""How likely should each pair be? The rules an arena can choose from, and the limits put on all of them.

Arithmetic is in place where an array is our own: each array given back to the system and asked for again costs more
than the sums in it (0.9 ms instead of 0.25 ms a table at m = 150, measured).
Read next: pairing.py (the whole table and the draw). A rule is a function of a state alone: (m, m) weights >= 0,
symmetric, in any unit. The cap, the class share and exploration are applied afterwards, to every rule alike.
Source: PAIRING, section 9 of this project's design; numbers in docs/benchmarks.md.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ratings.pairing_state import Bools, Floats, InvalidPairing, PairingState

NEED_EXPONENT = 4  # v^4: mean interval after churn 14.88, 14.18, 13.80, 13.66 for 1, 2, 4, 8 (PAIRING, section 6)
STRENGTH_LIMIT = 150.0  # nats; exp of more would overflow when squared, and no prior lets a strength come near
CAP_ROUNDS = 100
CAP_MARGIN = 1e-7  # aim this far below the cap, so that the last round ends under it and not beside it
CAP_TOLERANCE = 1e-10
CAP_PROGRESS = 0.95
CAP_MIN_POWER = 0.25
CAP_FLOOR = 1e-30  # of the largest scale: small enough for any need, large enough to divide by
CLASS_ROUNDS = 5
FOCUS_FLOOR = 0.05  # of the largest focus: places far from the boundary keep some need, so their intervals shrink too


@dataclass(frozen=True)
class Rule:
    """A way to weigh pairs, with the version that is stored beside every table it made."""

    name: str
    version: int
    weigh: Callable[[PairingState], Floats]


def decisiveness(theta: Floats) -> Floats:
    """h_ij = p_ij (1 - p_ij), p_ij = 1 / (1 + exp(theta_j - theta_i)): the information of one battle of i and j.

    theta : (m,) nats.
    Returns (m, m), symmetric, 0 .. 1/4. Cost: O(m^2), m exponentials.
    """
    odds = np.exp(np.clip(theta - theta.sum() / max(len(theta), 1), -STRENGTH_LIMIT, STRENGTH_LIMIT))
    table = np.add.outer(odds, odds)
    np.multiply(table, table, out=table)
    return np.divide(np.outer(odds, odds), table, out=table)


def need_var(state: PairingState) -> Floats:
    """Q_ij = (a_i + a_j) h_ij with a_i = x_i (v_i / mean v)^4: battles go where a strength is least known.

    With top_focus = k, a_i = x_i (v_i / mean v)^2 L_i instead, L_i from focus().
    Returns (m, m). Cost: O(m^2). Source: PAIRING, section 9.
    """
    share = state.variance / state.variance.mean()
    if state.settings.top_focus:
        need = state.exposure * share * share * focus(state.theta, state.variance, state.settings.top_focus)
    else:
        need = state.exposure * share**NEED_EXPONENT
    table = decisiveness(state.theta)
    return np.multiply(table, np.add.outer(need, need), out=table)


def uniform(state: PairingState) -> Floats:
    """Q_ij = 1: every pair alike. Returns (m, m)."""
    return np.ones((state.n_contestants, state.n_contestants))


def paper(state: PairingState) -> Floats:
    """Q_ij = sqrt(h_ij / (n_ij + 1)) - sqrt(h_ij / (n_ij + 2)): how much one more battle tightens the pair's win rate.

    h_ij stands for the variance of one outcome, from the fit and not from the pair's few votes; one pseudo-battle a
    pair makes the first battle finite.
    Returns (m, m). Cost: O(m^2). Source: Chiang et al. 2024 (arXiv 2403.04132), equation 9.
    """
    return np.sqrt(decisiveness(state.theta)) * (1 / np.sqrt(state.counts + 1) - 1 / np.sqrt(state.counts + 2))


def weighted(state: PairingState) -> Floats:
    """Q_ij = x_i x_j: the operator's weights and nothing else (the LMArena policy is such weights, set by hand).

    Returns (m, m).
    """
    return state.exposure[:, None] * state.exposure[None, :]


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("need_var", 1, need_var),
        Rule("uniform", 1, uniform),
        Rule("paper", 1, paper),
        Rule("weighted", 1, weighted),
    )
}


def get_rule(name: str) -> Rule:
    """The rule of that name. Raises InvalidPairing if there is none."""
    if name not in RULES:
        raise InvalidPairing(f"unknown pairing rule {name!r}; known: {', '.join(RULES)}")
    return RULES[name]


def focus(theta: Floats, variance: Floats, n_top: int) -> Floats:
    """L_i: how much a smaller variance of i would settle who belongs to the first n_top places.

    L_i = floor + (1 - floor) l_i / max l, l_i = sum of exp(-z_ij^2 / 2) / s_ij^2 over j on the other side of the
    boundary, s_ij^2 = v_i + v_j, z_ij = (theta_i - theta_j) / s_ij: the chance density of i and j in the wrong order.
    theta : (m,) nats.   variance : (m,) nats^2.   n_top : places; m or more means no boundary, all alike.
    Returns (m,), FOCUS_FLOOR .. 1. Cost: O(m^2).
    """
    if n_top >= len(theta):
        return np.ones(len(theta))
    is_top = np.zeros(len(theta), dtype=bool)
    is_top[np.argsort(-theta, kind="stable")[:n_top]] = True
    spread = variance[is_top][:, None] + variance[~is_top][None, :]
    swap = np.exp(-((theta[is_top][:, None] - theta[~is_top][None, :]) ** 2) / (2 * spread)) / spread
    nearness = np.empty(len(theta))
    nearness[is_top], nearness[~is_top] = swap.sum(axis=1), swap.sum(axis=0)
    return FOCUS_FLOOR + (1 - FOCUS_FLOOR) * nearness / max(nearness.max(), np.finfo(float).tiny)


def cap_share(table: Floats, cap: float) -> Floats:
    """No contestant in more than `cap` of the battles: rows above it are scaled down together, the rest renormalised.

    table : (m, m) >= 0, symmetric, diagonal 0, sum over unordered pairs 1.   cap : 0 .. 1; less than 2 / m is 2 / m.
    Returns (m, m), sum over unordered pairs 1. Where even equal weights on these pairs pass the cap (a contestant whom
    all the others need), the closest after CAP_ROUNDS rounds. Cost: O(m^2) a round, usually fewer than ten.
    """
    n_active = int(np.count_nonzero(table.any(axis=1)))
    limit = max(cap, 2 / n_active)
    if table.sum(axis=1).max() <= limit:
        return table
    aim = max(limit - CAP_MARGIN, 2 / n_active)
    scale = np.ones(len(table))
    must_be_even = limit * n_active <= 2
    power, worst = (1 / 2 if must_be_even else 1.0), np.inf
    for _ in range(CAP_ROUNDS):
        mass = scale * (table @ scale)
        share = mass * (2 / mass.sum())
        excess = float(share.max()) - limit
        if excess <= CAP_TOLERANCE:
            break
        if excess > CAP_PROGRESS * worst:  # two who meet each other both gave way and swing: half steps settle them
            power = max(power / 2, CAP_MIN_POWER)
        worst = excess
        is_held = (scale < 1) | (share > aim) | must_be_even
        held = share[is_held]
        factor = aim * np.maximum(1 - held, 0) / np.maximum(held * (1 - aim), CAP_FLOOR)
        scale[is_held] *= factor if power == 1 else factor**power
        scale = np.clip(scale / scale.max(), CAP_FLOOR, 1)
    capped = np.outer(scale, scale)
    np.multiply(capped, table, out=capped)
    np.multiply(capped, 2 / capped.sum(), out=capped)
    return _mixed_below(capped, limit)


def keep_class_share(table: Floats, same_class: Bools, share: float) -> Floats:
    """A fixed part of the battles inside classes, the rest as bridges between them.

    table : as cap_share.   same_class : (m, m) bool.   share : 0 .. 1, of battles with both sides in one class.
    Returns (m, m), sum over unordered pairs 1; unchanged where one of the two kinds has no weight.
    """
    inside = table[same_class].sum() / 2
    if not inside or not table[~same_class].any():
        return table
    return np.where(same_class, table * (share / inside), table * ((1 - share) / (1 - inside)))


def explore(table: Floats, eligible: Bools, exploration: float) -> Floats:
    """P = (1 - eps) Q + eps E / K: every eligible pair keeps a positive probability, so it can be weighted by 1 / P.

    table : as cap_share.   eligible : (m, m) bool, K of them unordered.   exploration : eps, 0 .. 1.
    Returns (m, m), >= eps / K on eligible pairs, sum over unordered pairs 1.
    """
    n_pairs = np.count_nonzero(eligible) / 2
    mixed = (1 - exploration) * table
    return np.add(mixed, exploration / n_pairs, out=mixed, where=eligible)


def limited_table(state: PairingState, weights: Floats) -> Floats:
    """Weights of a rule as probabilities: eligible pairs only, cap, class share, exploration.

    weights : (m, m) >= 0, symmetric; all zero on the eligible pairs means all alike. At least one pair is eligible.
    Returns (m, m), symmetric, diagonal 0, sum over unordered pairs 1.
    Raises InvalidPairing if a weight is negative or not finite.
    """
    settings, eligible = state.settings, state.eligible
    table = np.where(eligible, weights, 0.0)
    total = float(table.sum())
    if not math.isfinite(total) or table.min() < 0:
        raise InvalidPairing(f"rule {settings.rule} gave a weight that is no weight")
    if total:
        np.multiply(table, 2 / total, out=table)
    else:
        table = eligible * (2 / np.count_nonzero(eligible))
    if state.classes is None:
        return explore(cap_share(table, settings.cap), eligible, settings.exploration)
    same = state.same_class()
    by_rule = _class_share_of_rule(settings.class_share, settings.exploration, eligible, same)
    for _ in range(CLASS_ROUNDS):  # the cap comes last: it is a promise, the class share an aim
        table = cap_share(keep_class_share(table, same, by_rule), settings.cap)
    return explore(table, eligible, settings.exploration)


def _mixed_below(table: Floats, limit: float) -> Floats:
    """The table, or where scaling came to its end above the limit, just enough of equal weights mixed in."""
    share = table.sum(axis=1)
    is_above = share > limit + CAP_TOLERANCE
    if not is_above.any():
        return table
    even = (table > 0) * (2 / np.count_nonzero(table))
    even_share = even.sum(axis=1)
    if even_share.max() > limit + CAP_TOLERANCE:
        return table
    part = float(((share - limit) / np.maximum(share - even_share, CAP_FLOOR))[is_above].max())
    return (1 - part) * table + part * even


def _class_share_of_rule(share: float, exploration: float, eligible: Bools, same_class: Bools) -> float:
    """What the rule's part must hold inside classes so that, with the even part, the whole holds `share`."""
    evenly = np.count_nonzero(eligible & same_class) / np.count_nonzero(eligible)
    if exploration == 1:
        return share
    return float(np.clip((share - exploration * evenly) / (1 - exploration), 0, 1))
