"""What does the sampler know when it draws? Who could meet whom, how often they met, how well each is known.

Next file to read: services/pairing.py, which keeps the tables; ratings/pairing.py, the rule.
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

import numpy as np
from django.db.models import Count, Max, Sum

from arena.domain.metadata import VoterKind
from arena.models import Arena, Battle, Contestant, PairCount, SamplerSnapshot
from arena.queries.catalog import Field
from arena.queries.pool import Mask, Pool
from ratings.pairing import NoEligiblePair, PairingState, PairTable
from ratings.pairing import SamplerSnapshot as StoredTable
from ratings.pairing_strengths import Strengths, estimate_strengths
from ratings.scale import POINTS_PER_NAT

WARM_SD = 80 / POINTS_PER_NAT
"""Nats: how far a strength may lie from that in the arena of the first guess; 60 to 100 points, PAIRING section 9."""


def who_can_answer(field: Field, stored: Mask) -> Mask:
    """(m, n), just now: those who can be called answer everything, the others what is stored."""
    return stored | field.is_live[:, None]


def who_share_a_prompt(can_answer: Mask) -> Mask:
    """(m, m) of (m, n): two different ones with a prompt that both can answer."""
    answers = can_answer.astype(np.float32)  # floats, because only they are multiplied fast
    share = answers @ answers.T > 0
    np.fill_diagonal(share, False)
    return share


def who_can_meet(field: Field, pool: Pool) -> Mask:
    """(m, m): the two can both be called, or have a prompt of the pool in common; whatever is down just now."""
    both_callable = field.is_callable[:, None] & field.is_callable[None, :]
    np.fill_diagonal(both_callable, False)
    return who_share_a_prompt(pool.stored | field.is_callable[:, None]) | both_callable


def current_strengths(arena: Arena, contestants: Sequence[Contestant]) -> tuple[Strengths, np.ndarray]:
    """How good the contestants are by the votes of people so far, how well that is known, and battles of each pair.

    The first guess, where the arena names another one for it, is how good they are there.
    """
    position = {contestant.pk: k for k, contestant in enumerate(contestants)}
    wins, ties = _human_votes(arena.pk, position)
    counts = wins + wins.T + ties
    if arena.prior_arena_id is None:
        return estimate_strengths(wins, ties), counts
    guess = estimate_strengths(*_human_votes(arena.prior_arena_id, position))
    prior_sd = np.sqrt(WARM_SD**2 + guess.variance())
    return estimate_strengths(wins, ties, prior_mean=guess.theta, prior_sd=prior_sd), counts


def pairing_state(arena: Arena, field: Field, can_meet: Mask, strengths: Strengths, counts: np.ndarray) -> PairingState:
    """The arena as the rule sees it. Raises InvalidPairing for settings that make no sense."""
    return PairingState(
        ids=field.slugs,
        theta=strengths.theta,
        variance=strengths.variance(),
        counts=counts,
        eligible=can_meet,
        classes=weight_classes(arena, field) or None,
        exposure=np.array(field.exposures),
        settings=arena.pairing_settings(),
    )


def weight_classes(arena: Arena, field: Field) -> list[str]:
    """Only where the operator asked for weight classes; else everybody meets everybody, and there are none."""
    return [str(c.weight_class) for c in field.contestants] if "class_share" in arena.pairing else []


def newest_sampler(arena: Arena) -> SamplerSnapshot | None:
    return arena.sampler_snapshots.order_by("-id").first()


def fits(sampler: SamplerSnapshot, arena: Arena, field: Field, can_meet: Mask) -> bool:
    """Whether this table is still about the contestants, pairs, exposures, classes and settings of now."""
    return (
        tuple(sampler.ids) == field.slugs
        and tuple(sampler.exposures) == field.exposures
        and sampler.weight_classes == weight_classes(arena, field)
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


def table_among(table: PairTable, can_meet: Mask) -> PairTable:
    """The table with only these pairs, renormalised. Raises NoEligiblePair if none is left.

    By pairs and not by contestants: of two who can answer something each, both may know no prompt in common.
    """
    kept = can_meet[table.first, table.second]
    if kept.all():
        return table
    if not kept.any():
        raise NoEligiblePair("no two contestants can meet now")
    among = np.where(can_meet, table.matrix(), 0.0)
    return PairTable.of(among / table.probability[kept].sum())


def times_seen(voter_id: UUID, arena: Arena, prompt_ids: np.ndarray) -> np.ndarray:
    """(n,), in how many battles of this arena this voter met each prompt."""
    met = Battle.objects.filter(voter_id=voter_id, arena=arena).order_by()
    counted = dict(met.values_list("prompt_id").annotate(Count("id")))
    return np.array([counted.get(prompt_id, 0) for prompt_id in prompt_ids.tolist()], dtype=np.int64)


def times_shown(prompt_id: int) -> int:
    """How many battles of this site showed this prompt before. Of battles that begin at once, two may say the same."""
    newest = Battle.objects.filter(prompt_id=prompt_id).aggregate(newest=Max("n_shown_before"))["newest"]
    return 0 if newest is None else newest + 1


@lru_cache(maxsize=32)
def _unpacked(stored: StoredTable) -> PairTable:
    return stored.table()


def _human_votes(arena_id: int, position: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    m = len(position)
    wins, ties = np.zeros((m, m)), np.zeros((m, m))
    rows = (
        PairCount.objects.filter(
            arena=arena_id, voter_kind=VoterKind.HUMAN, contestant_a__in=position, contestant_b__in=position
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
