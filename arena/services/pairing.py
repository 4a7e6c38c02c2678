"""Which table are pairs drawn from? Made after each publication, and anew when models come, go or are set differently.

Next file to read: battles.py, which draws; ratings/pairing.py, the rule.
"""

from django.db import transaction

from arena.models import Arena, Ledger, SamplerSnapshot, Snapshot
from arena.queries.catalog import Field, battle_field, pool_prompts
from arena.queries.clock import database_now
from arena.queries.pairing import Mask, fits, newest_sampler, pairing_state, who_can_meet
from ratings.pairing import DisconnectedPairs, NoEligiblePair, take_snapshot


def refresh_sampler(*, arena: Arena, snapshot: Snapshot | None = None) -> SamplerSnapshot | None:
    """Make the table from the newest votes; None while no two contestants could meet, or not all on one scale."""
    pool = list(pool_prompts(arena))
    field = battle_field(arena, [prompt.id for prompt in pool])
    try:
        return _store(arena, field, who_can_meet(field, pool), snapshot)
    except (NoEligiblePair, DisconnectedPairs):
        return None


def sampler_for(*, arena: Arena, field: Field, can_meet: Mask) -> SamplerSnapshot:
    """The newest table, or a new one if it no longer fits.

    Raises NoEligiblePair, DisconnectedPairs, InvalidPairing.
    """
    newest = newest_sampler(arena)
    if newest is not None and fits(newest, arena, field, can_meet):
        return newest
    return _store(arena, field, can_meet, None)


@transaction.atomic
def _store(arena: Arena, field: Field, can_meet: Mask, snapshot: Snapshot | None) -> SamplerSnapshot:
    if not can_meet.any():
        raise NoEligiblePair("no two contestants could meet")
    table = take_snapshot(pairing_state(arena, field, can_meet))
    Ledger.objects.select_for_update().get(arena=arena)  # of two who made the same table one stores it
    newest = newest_sampler(arena)
    if newest is not None and newest.digest == table.digest:
        return newest
    return SamplerSnapshot.objects.create(
        arena=arena,
        created_at=database_now(),
        snapshot=snapshot,
        rule=table.rule,
        version=table.version,
        settings=table.settings,
        ids=list(table.ids),
        triangle=table.triangle,
        digest=table.digest,
    )
