"""Which table are pairs drawn from? Made after each publication, and anew when models come, go or are set differently.

Next file to read: draws.py, which draws; ratings/pairing.py, the rule.
"""

import logging

from django.db import transaction

from arena.domain.metadata import VoterKind
from arena.models import Arena, Ledger, SamplerSnapshot, Snapshot
from arena.queries.catalog import Field, battle_field
from arena.queries.clock import database_now
from arena.queries.leaderboards import current_snapshot
from arena.queries.pairing import (
    current_strengths,
    fits,
    newest_sampler,
    pairing_state,
    weight_classes,
    who_can_meet,
)
from arena.queries.pool import Mask, read_pool
from arena.queries.shares import weekly_shares
from arena.services.planning import plan_votes
from ratings.pairing import DisconnectedPairs, InvalidPairing, NoEligiblePair, take_snapshot

log = logging.getLogger(__name__)


def refresh_sampler(*, arena: Arena, snapshot: Snapshot | None = None) -> SamplerSnapshot | None:
    """Make table and plan from the newest votes; the newest there is, if nothing changed.

    None while no two contestants could meet, or not all on one scale.
    """
    field = battle_field(arena)
    can_meet = who_can_meet(field, read_pool(arena, field.contestant_ids))
    try:
        return _store(arena, field, can_meet, snapshot)
    except (NoEligiblePair, DisconnectedPairs):
        return None
    except InvalidPairing as error:
        log.error("no table for %s, its pairing cannot be used: %s", arena.slug, error)
        return None


def sampler_for(*, arena: Arena, field: Field, can_meet: Mask) -> SamplerSnapshot:
    """The newest table, or a new one if it no longer fits.

    Raises NoEligiblePair, DisconnectedPairs, InvalidPairing.
    """
    newest = newest_sampler(arena)
    if newest is not None and fits(newest, arena, field, can_meet):
        return newest
    return _store(arena, field, can_meet, current_snapshot(arena, VoterKind.HUMAN))


def warn_of_shares(*, arena: Arena) -> None:
    """Tell the operator's log which shares of this week pass their cap; the public page says the same."""
    for week in weekly_shares(arena, n_weeks=1):
        for share in week.alarms:
            log.warning(
                "%s: share of %s %s is %.3f since %s, above its cap of %.3f",
                arena.slug,
                share.group.label.lower(),
                share.name,
                share.share,
                week.start,
                share.cap,
            )


@transaction.atomic
def _store(arena: Arena, field: Field, can_meet: Mask, snapshot: Snapshot | None) -> SamplerSnapshot:
    if not can_meet.any():
        raise NoEligiblePair("no two contestants could meet")
    Ledger.objects.select_for_update().get(arena=arena)  # one at a time: of two who made the same table one stores it
    strengths, counts = current_strengths(arena, field.contestants)
    table = take_snapshot(pairing_state(arena, field, can_meet, strengths, counts))
    plan = plan_votes(snapshot=snapshot, ids=table.ids, strengths=strengths, probabilities=table.table().matrix())
    made = {
        "snapshot_id": snapshot.pk if snapshot else None,
        "digest": table.digest,
        "exposures": list(field.exposures),
        "weight_classes": weight_classes(arena, field),
        "plan": plan.to_values(),
    }
    newest = newest_sampler(arena)
    if newest is not None and {name: getattr(newest, name) for name in made} == made:
        return newest
    return SamplerSnapshot.objects.create(
        arena=arena,
        created_at=database_now(),
        rule=table.rule,
        version=table.version,
        settings=table.settings,
        ids=list(table.ids),
        triangle=table.triangle,
        **made,
    )
