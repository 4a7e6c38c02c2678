"""Which two contestants meet next, and with what probability?

Read next: pairing_rules.py (the rules), pairing_strengths.py (where theta and variance come from), planner.py (how many
more votes are needed). Pure functions: state in, table out; nothing here reads a clock, a database or a seed. The
worker makes the table after each fit; the web process masks who cannot answer and draws.
"""

import numpy as np

from ratings.pairing_rules import RULES, get_rule, limited_table
from ratings.pairing_state import (
    DisconnectedPairs,
    Floats,
    InvalidPairing,
    NoEligiblePair,
    PairingSettings,
    PairingState,
    check_connected,
)
from ratings.pairing_table import Chance, PairDraw, PairTable, SamplerSnapshot

__all__ = [
    "RULES",
    "DisconnectedPairs",
    "InvalidPairing",
    "NoEligiblePair",
    "PairDraw",
    "PairTable",
    "PairingSettings",
    "PairingState",
    "SamplerSnapshot",
    "draw_pair",
    "pair_probabilities",
    "take_snapshot",
]


def full_table(state: PairingState) -> Floats:
    """The rule's table over all eligible pairs, whoever is available just now.

    Returns (m, m), symmetric, diagonal 0, sum over unordered pairs 1, >= eps / K on each of the K eligible pairs.
    Raises NoEligiblePair if K = 0, DisconnectedPairs if the pairs leave islands, InvalidPairing for an unknown rule.
    Cost: O(m^2), 0.1 ms at m = 60.
    """
    rule = get_rule(state.settings.rule)
    if not state.eligible.any():
        raise NoEligiblePair("no two contestants are eligible to meet")
    check_connected(state)
    return limited_table(state, rule.weigh(state))


def pair_probabilities(state: PairingState) -> Floats:
    """P_ij, the probability that i and j meet next: full_table, then who is not available masked and renormalised.

    Returns (m, m) float64, symmetric, diagonal 0, sum over unordered pairs 1.
    Raises NoEligiblePair if no eligible pair is available, else as full_table. Cost: O(m^2).
    """
    table = full_table(state)
    if state.available.all():
        return table
    masked = np.where(state.available[:, None] & state.available[None, :], table, 0.0)
    total = masked.sum() / 2
    if not total:
        raise NoEligiblePair("no eligible pair is available now")
    return masked / total


def draw_pair(state: PairingState, rng: Chance) -> PairDraw:
    """One battle: a pair drawn by P, a fair coin for the sides.

    rng : anything with random() in [0, 1).
    Returns PairDraw. Raises as pair_probabilities. Cost: that of the table; to draw often, keep PairTable.of(P).
    """
    return PairTable.of(pair_probabilities(state)).draw(rng)


def take_snapshot(state: PairingState) -> SamplerSnapshot:
    """The full table of a state as it is stored; its .table().masked(available).draw(rng) is the draw service.

    Raises as full_table. Cost: O(m^2).
    """
    rule = get_rule(state.settings.rule)
    return SamplerSnapshot.take(
        state.ids, full_table(state), rule=rule.name, version=rule.version, settings=state.settings.to_json()
    )
