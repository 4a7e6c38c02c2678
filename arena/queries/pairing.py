"""What does the sampler know when it draws? Who could meet whom, how often they met, how well each is known.

Next file to read: services/pairing.py, which keeps the tables; ratings/pairing.py, the rule.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from django.db.models import Sum

from arena.domain.metadata import VoterKind
from arena.models import Arena, PairCount, Prompt, SamplerSnapshot
from arena.queries.catalog import Field
from ratings.pairing import PairingState, PairTable
from ratings.pairing import SamplerSnapshot as StoredTable
from ratings.pairing_strengths import Strengths, estimate_strengths

Mask = np.ndarray  # of booleans


def who_can_answer(field: Field, prompts: Sequence[Prompt]) -> Mask:
    """(m contestants, n prompts), just now."""
    rows = [[field.can_answer(contestant, prompt.id) for prompt in prompts] for contestant in field.contestants]
    return np.array(rows, dtype=bool).reshape(len(field.contestants), len(prompts))


def who_can_meet(field: Field, pool: Sequence[Prompt]) -> Mask:
    """(m, m): the two can both be called, or have a prompt of the pool in common; whatever is down just now."""
    has_endpoint = np.array([contestant.id in field.callable for contestant in field.contestants], dtype=bool)
    rows = [[c.id in field.stored.get(prompt.id, ()) for prompt in pool] for c in field.contestants]
    answers = (np.array(rows, dtype=bool).reshape(len(field.contestants), len(pool)) | has_endpoint[:, None]).astype(
        int
    )
    can_meet = (answers @ answers.T > 0) | (has_endpoint[:, None] & has_endpoint[None, :])
    np.fill_diagonal(can_meet, False)
    return can_meet


def current_strengths(arena: Arena, field: Field) -> tuple[Strengths, np.ndarray]:
    """How good the contestants are by the votes of people so far, how well that is known, and battles of each pair."""
    wins, ties = _human_votes(arena, {contestant.id: k for k, contestant in enumerate(field.contestants)})
    return estimate_strengths(wins, ties), wins + wins.T + ties


def pairing_state(arena: Arena, field: Field, can_meet: Mask) -> PairingState:
    """The arena as the rule sees it. Raises InvalidPairing for settings that make no sense."""
    strengths, counts = current_strengths(arena, field)
    return PairingState(
        ids=field.slugs,
        theta=strengths.theta,
        variance=strengths.covariance().diagonal(),
        counts=counts,
        eligible=can_meet,
        # Only where the operator asked for weight classes; else everybody meets everybody.
        classes=[c.weight_class for c in field.contestants] if "class_share" in arena.pairing else None,
        exposure=np.array(field.exposures),
        settings=arena.pairing_settings(),
    )


def newest_sampler(arena: Arena) -> SamplerSnapshot | None:
    return arena.sampler_snapshots.order_by("-id").first()


def fits(sampler: SamplerSnapshot, arena: Arena, field: Field, can_meet: Mask) -> bool:
    """Whether this table is still about the contestants, pairs and settings of now."""
    return (
        tuple(sampler.ids) == field.slugs
        and sampler.settings == arena.pairing_settings().to_json()
        and bool(np.array_equal(table_of(sampler).matrix() > 0, can_meet))
    )


def table_of(sampler: SamplerSnapshot) -> PairTable:
    """The table to draw from. Raises InvalidPairing if the stored bytes were changed."""
    return _unpacked(
        StoredTable(
            ids=tuple(sampler.ids),
            rule=sampler.rule,
            version=sampler.version,
            settings=sampler.settings,
            triangle=bytes(sampler.triangle),
            digest=sampler.digest,
        )
    )


@lru_cache(maxsize=32)
def _unpacked(stored: StoredTable) -> PairTable:
    return stored.table()


def _human_votes(arena: Arena, position: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    m = len(position)
    wins, ties = np.zeros((m, m)), np.zeros((m, m))
    rows = (
        PairCount.objects.filter(
            arena=arena, voter_kind=VoterKind.HUMAN, contestant_a__in=position, contestant_b__in=position
        )
        .values_list("contestant_a", "contestant_b")
        .annotate(Sum("wins_a"), Sum("wins_b"), Sum("ties"), Sum("both_bads"))
    )
    for a, b, wins_a, wins_b, n_ties, both_bads in rows:
        i, j = position[a], position[b]
        wins[i, j] += wins_a
        wins[j, i] += wins_b
        ties[i, j] += n_ties + both_bads
        ties[j, i] += n_ties + both_bads
    return wins, ties
