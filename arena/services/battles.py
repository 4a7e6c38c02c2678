"""How does a battle begin, and how does it end without a vote? Next file to read: responses.py, then votes.py."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from arena.domain.battle_state import (
    OPEN_STATES,
    WRITING_STATES,
    BattleState,
    Side,
    VoidReason,
    states_before,
)
from arena.domain.errors import (
    AlreadyVoted,
    AtSpendingCap,
    BattleExpired,
    BattleVoid,
    InvalidInput,
    NoBattles,
    NotReady,
)
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Arena, Battle, Contestant, Delta, Output, Response, Upload, Voter
from arena.queries.battles import battle_of_voter
from arena.queries.catalog import Field, arena_by_slug, battle_field
from arena.queries.clock import database_now
from arena.queries.pairing import times_shown
from arena.queries.pool import read_pool
from arena.queries.spending import FREE_PROVIDERS, within_budget, without_paid
from arena.queries.voters import agrees
from arena.services.challenges import delete_old_challenges
from arena.services.coordinator import launch
from arena.services.draws import Drawn, Wish, draw
from arena.services.seals import seal_pair
from arena.services.spending import Call, NoRoom, remember_refusal, reserve_calls, settle_lost_calls
from arena.services.start_counters import delete_old_counters
from arena.services.starts import admit_start, count_start
from arena.services.uploads import attach, delete_unused_uploads, find_attachments
from arena.services.voters import ensure_voter


def start_battle(
    *,
    voter_id: UUID,
    arena_slug: str,
    rng: np.random.Generator,
    prompt_key: str | None = None,
    prompt_text: str | None = None,
    pair: Sequence[str] | None = None,
    is_private: bool = False,
    attachments: Sequence[UUID] = (),
    viewer: Viewer = OUTSIDER,
    network: str = "",
    solution: str = "",
) -> UUID:
    """Draw who meets whom and on what; the id of the new battle.

    attachments : ids of pictures that this voter has brought, for a prompt of their own.
    is_private : the vote counts, the texts are never published, whatever the voter agreed to before.
    network, solution : as services.starts.admit_start takes them.
    Raises TooManyStarts, ChallengeNeeded, NotFound for the arena, InvalidInput for prompt and pair, NoBattles if no two
    contestants can meet, AtSpendingCap if they could but for the money.
    """
    arena = arena_by_slug(arena_slug, viewer)
    wish = Wish(prompt_key, prompt_text, pair)
    with transaction.atomic():
        voter = ensure_voter(voter_id=voter_id)
        admission = admit_start(voter=voter, network=network, solution=solution, now=database_now())
        uploads = find_attachments(arena=arena, voter_id=voter_id, upload_ids=attachments)
        if uploads and prompt_text is None:
            raise InvalidInput({"attachments": ["Pictures go with a prompt of your own."]})
        may_publish = agrees(voter, arena) and not is_private
        battle = _create_affordable(arena, voter, wish, uploads, rng, may_publish=may_publish)
        count_start(admission=admission, is_live=battle.is_live)
        if battle.state == BattleState.DRAWN:
            transaction.on_commit(lambda: launch(battle.id))
    return battle.id


def skip_battle(*, voter_id: UUID | None, battle_id: UUID) -> None:
    """The voter passes; no mark against anybody. Skipping again changes nothing.

    Raises NotFound, AlreadyVoted, BattleOver if the battle expired or was void for another reason.
    """
    battle = battle_of_voter(battle_id, voter_id)
    if void_battle(battle_id=battle_id, reason=VoidReason.SKIPPED):
        return
    battle.refresh_from_db()
    if battle.void_reason == VoidReason.SKIPPED:
        return
    if battle.state == BattleState.VOTED:
        raise AlreadyVoted(str(battle_id))
    raise BattleExpired if battle.state == BattleState.EXPIRED else BattleVoid


def share_battle(*, voter_id: UUID | None, battle_id: UUID, is_shared: bool) -> None:
    """Open a finished battle to everybody, or close it again. Raises NotFound, NotReady before the vote."""
    battle = battle_of_voter(battle_id, voter_id)
    if battle.state != BattleState.VOTED:
        raise NotReady("Only a battle that has your vote can be shared.")
    Battle.objects.filter(id=battle_id).update(is_shared=is_shared)


def void_battle(*, battle_id: UUID, reason: VoidReason) -> bool:
    """Whether the battle was open and is void now."""
    return bool(
        Battle.objects.filter(id=battle_id, state__in=states_before(BattleState.VOID)).update(
            state=BattleState.VOID, void_reason=reason
        )
    )


def sweep_battles() -> None:
    """Expire battles that waited too long for a vote; void those whose web process died while they answered.

    The pieces of answers are kept only while a browser may still come back for them, and pictures that went with no
    prompt for a day.
    """
    now = database_now()
    dead_since = now - timedelta(seconds=settings.HEARTBEAT_LIMIT_S)
    Battle.objects.filter(state__in=states_before(BattleState.EXPIRED), expires_at__lte=now).update(
        state=BattleState.EXPIRED
    )
    Battle.objects.filter(state__in=WRITING_STATES, heartbeat_at__lte=dead_since).update(
        state=BattleState.VOID, void_reason=VoidReason.LOST
    )
    settle_lost_calls()
    delete_old_counters(now=now)
    delete_old_challenges(now=now)
    delete_unused_uploads()
    Delta.objects.exclude(battle__state__in=OPEN_STATES).delete()  # the whole texts stand in the responses


def _create_affordable(
    arena: Arena, voter: Voter, wish: Wish, uploads: Sequence[Upload], rng: np.random.Generator, *, may_publish: bool
) -> Battle:
    """Draw and create; where a budget has no room for an answer, draw again among those it does not concern."""
    whole = battle_field(arena)
    field = within_budget(whole, voter.id, database_now()) if whole.is_live.any() else whole
    pool = read_pool(arena, whole.contestant_ids)
    while True:
        try:
            drawn = draw(arena=arena, field=field, pool=pool, voter_id=voter.id, wish=wish, rng=rng)
        except NoBattles as error:
            if (field.is_live == whole.is_live).all():
                raise
            raise AtSpendingCap from error
        try:
            return _create_drawn(arena, voter, drawn, field, uploads, may_publish=may_publish)
        except NoRoom as refused:
            remember_refusal(refused=refused)
            field = without_paid(field, None if refused.contestant_id is None else {refused.contestant_id})


@transaction.atomic
def _create_drawn(
    arena: Arena, voter: Voter, drawn: Drawn, field: Field, uploads: Sequence[Upload], *, may_publish: bool
) -> Battle:
    """Raises NoRoom, with nothing written."""
    if drawn.prompt.pk is None:
        drawn.prompt.save()
    battle = _create(arena, voter, drawn, may_publish=may_publish)
    attach(battle=battle, turn=1, uploads=uploads)
    asked = _create_first_responses(battle, field)
    reserve_calls(
        calls=[
            Call(contestant_id, [drawn.prompt.text], len(uploads), response_id) for response_id, contestant_id in asked
        ],
        voter_id=voter.id,
    )
    return battle


def _create(arena: Arena, voter: Voter, drawn: Drawn, *, may_publish: bool) -> Battle:
    a, b = drawn.contestants
    seal, pair, now = seal_pair(a, b), drawn.pair, database_now()
    return Battle.objects.create(
        id=seal.battle_id,
        arena=arena,
        prompt=drawn.prompt,
        contestant_a=a,
        contestant_b=b,
        voter=voter,
        may_publish=may_publish,
        branch=drawn.branch,
        unranked_reason=drawn.unranked_reason,
        nonce=seal.nonce,
        commitment=seal.commitment,
        sampler=drawn.sampler,
        pair_probability=pair.probability if pair else None,
        n_eligible_pairs=pair.n_eligible if pair else None,
        side_probability=pair.side_probability if pair else None,
        n_shown_before=times_shown(drawn.prompt.pk),
        created_at=now,
        heartbeat_at=now,
        expires_at=now + timedelta(hours=settings.BATTLE_LIFETIME_H),
    )


def _create_first_responses(battle: Battle, field: Field) -> list[tuple[int, int]]:
    """Both sides of the first turn; ids of responses and contestants of those that are yet to be asked.

    If none is, the battle is ready at once.
    A stored output beside a live answer is told like one: shown at once it would say which side is which.
    """
    outputs = {
        output.contestant_id: output
        for output in Output.objects.filter(
            prompt=battle.prompt,
            contestant__in=(battle.contestant_a_id, battle.contestant_b_id),
            is_redacted=False,
        )
    }
    sides = {Side.A: battle.contestant_a_id, Side.B: battle.contestant_b_id}
    # A contestant that answers live is asked anew; a stored output stands in only where nothing can be called.
    live = {contestant.pk for contestant, is_live in zip(field.contestants, field.is_live, strict=True) if is_live}
    stored = {side: None if id in live else outputs[id] for side, id in sides.items()}
    are_all_stored = None not in stored.values()
    responses = Response.objects.bulk_create(
        Response(battle=battle, side=side, output=output, is_done=are_all_stored) for side, output in stored.items()
    )
    if not are_all_stored:
        unanswered = {id for side, id in sides.items() if stored[side] is None}
        battle.is_live = any(_is_called(contestant) for contestant in field.contestants if contestant.pk in unanswered)
        battle.save(update_fields=["is_live"])
        return [(response.pk, sides[Side(response.side)]) for response in responses if response.output_id is None]
    said = [(output.text.strip(), output.sha256) for output in stored.values()]
    Battle.objects.filter(id=battle.id, state=BattleState.DRAWN).update(
        state=BattleState.READY, ready_at=battle.created_at, is_identical=said[0] == said[1]
    )
    battle.state = BattleState.READY
    return []


def _is_called(contestant: Contestant) -> bool:
    """Whether its answer comes from outside; those of the demo are made in this process."""
    return contestant.endpoint.provider not in FREE_PROVIDERS
