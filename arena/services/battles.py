"""How does a battle begin, and how does it end without a vote? Next file to read: responses.py, then votes.py."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from arena.domain.battle_state import (
    OPEN_STATES,
    BattleState,
    Branch,
    Side,
    UnrankedReason,
    VoidReason,
    states_before,
)
from arena.domain.errors import AlreadyVoted, BattleExpired, BattleVoid, InvalidInput, NoBattles, NotReady
from arena.domain.leaks import asks_identity
from arena.domain.prompts import check_prompt
from arena.models import Arena, Battle, Contestant, Delta, Output, Prompt, Response, SamplerSnapshot, Voter
from arena.queries.battles import battle_of_voter
from arena.queries.catalog import Field, arena_by_slug, battle_field, pool_prompts
from arena.queries.clock import database_now
from arena.queries.pairing import table_of, who_can_answer, who_can_meet
from arena.services.coordinator import launch
from arena.services.pairing import sampler_for
from arena.services.voters import ensure_voter
from ratings.ledger import commitment
from ratings.pairing import DisconnectedPairs, NoEligiblePair, PairDraw

NONCE_BYTES = 32


@dataclass(frozen=True)
class Draw:
    """A pair, and the table that it was drawn from."""

    sampler: SamplerSnapshot
    pair: PairDraw


def start_battle(
    *,
    voter_id: UUID,
    arena_slug: str,
    rng: np.random.Generator,
    prompt_key: str | None = None,
    prompt_text: str | None = None,
    pair: Sequence[str] | None = None,
    is_private: bool = False,
) -> UUID:
    """Draw who meets whom and on what; the id of the new battle.

    is_private : the vote counts, the texts are never published, whatever the voter agreed to before.
    Raises NotFound for the arena, InvalidInput for prompt and pair, NoBattles if no two contestants can meet.
    """
    arena = arena_by_slug(arena_slug)
    with transaction.atomic():
        voter = ensure_voter(voter_id=voter_id)
        prompts = _prompts_to_draw_from(arena, prompt_key, prompt_text)
        field = battle_field(arena, [prompt.id for prompt in prompts])
        if pair is not None:
            draw, contestants, prompts = _directed(field, prompts, pair, rng)
        else:
            draw, contestants, prompts = _drawn(arena, field, prompts, rng)
        prompt = _choose_prompt(prompts, voter_id, rng)
        battle = _create(
            arena, voter, prompt, contestants, draw, may_publish=bool(voter.consent_version) and not is_private
        )
        is_ready = _create_first_responses(battle, field)
        if not is_ready:
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

    The pieces of answers are kept only while a browser may still come back for them.
    """
    now = database_now()
    dead_since = now - timedelta(seconds=settings.HEARTBEAT_LIMIT_S)
    Battle.objects.filter(state__in=states_before(BattleState.EXPIRED), expires_at__lte=now).update(
        state=BattleState.EXPIRED
    )
    Battle.objects.filter(state__in=(BattleState.DRAWN, BattleState.ANSWERING), heartbeat_at__lte=dead_since).update(
        state=BattleState.VOID, void_reason=VoidReason.LOST
    )
    Delta.objects.exclude(battle__state__in=OPEN_STATES).delete()  # the whole texts stand in the responses


def _prompts_to_draw_from(arena: Arena, prompt_key: str | None, prompt_text: str | None) -> list[Prompt]:
    if prompt_text is not None:
        if prompt_key is not None:
            raise InvalidInput({"prompt": ["Choose a prompt or type one, not both."]})
        if not arena.takes_prompts:
            raise InvalidInput({"prompt": ["This arena has its own prompts; voters cannot type one here."]})
        text = check_prompt(prompt_text)
        return [Prompt.objects.create(arena=arena, text=text)]
    pool = list(pool_prompts(arena) if prompt_key is None else pool_prompts(arena).filter(key=prompt_key))
    if prompt_key is not None and not pool:
        raise InvalidInput({"prompt_id": ["There is no such prompt in this arena."]})
    return pool


def _directed(
    field: Field, prompts: list[Prompt], pair: Sequence[str], rng: np.random.Generator
) -> tuple[None, tuple[Contestant, Contestant], list[Prompt]]:
    by_slug = {contestant.slug: contestant for contestant in field.contestants}
    unknown = [slug for slug in pair if slug not in by_slug]
    if unknown or len(pair) != 2 or len(set(pair)) != 2:
        raise InvalidInput(
            {"pair": [f"Name two different active models of this arena; not: {', '.join(unknown or pair)}"]}
        )
    first, second = (by_slug[slug] for slug in rng.permutation(pair))
    common = [p for p in prompts if field.can_answer(first, p.id) and field.can_answer(second, p.id)]
    if not common:
        raise NoBattles
    return None, (first, second), common


def _drawn(
    arena: Arena, field: Field, prompts: list[Prompt], rng: np.random.Generator
) -> tuple[Draw, tuple[Contestant, Contestant], list[Prompt]]:
    can_answer = who_can_answer(field, prompts)
    try:
        sampler = sampler_for(arena=arena, field=field, can_meet=who_can_meet(field, list(pool_prompts(arena))))
        pair = table_of(sampler).masked(can_answer.any(axis=1)).draw(rng)
    except (NoEligiblePair, DisconnectedPairs) as error:
        raise NoBattles from error
    common = [prompt for prompt, can in zip(prompts, can_answer.T, strict=True) if can[pair.i] and can[pair.j]]
    if not common:
        raise NoBattles
    return Draw(sampler, pair), (field.contestants[pair.i], field.contestants[pair.j]), common


def _choose_prompt(prompts: list[Prompt], voter_id: UUID, rng: np.random.Generator) -> Prompt:
    """One of the prompts that this voter has met least often."""
    seen = dict.fromkeys((prompt.id for prompt in prompts), 0)
    for prompt_id in Battle.objects.filter(voter_id=voter_id, prompt__in=prompts).values_list("prompt_id", flat=True):
        seen[prompt_id] += 1
    fewest = min(seen.values())
    fresh = [prompt for prompt in prompts if seen[prompt.id] == fewest]
    return fresh[rng.integers(len(fresh))]


def _create(
    arena: Arena,
    voter: Voter,
    prompt: Prompt,
    pair: tuple[Contestant, Contestant],
    draw: Draw | None,
    *,
    may_publish: bool,
) -> Battle:
    battle_id, nonce, now = uuid.uuid4(), secrets.token_bytes(NONCE_BYTES), database_now()
    a, b = pair
    return Battle.objects.create(
        id=battle_id,
        arena=arena,
        prompt=prompt,
        contestant_a=a,
        contestant_b=b,
        voter=voter,
        may_publish=may_publish,
        branch=Branch.SAMPLER if draw else Branch.DIRECTED,
        unranked_reason=_unranked_reason(prompt, is_drawn=draw is not None),
        nonce=nonce,
        commitment=commitment(battle_id, a.slug, b.slug, nonce),
        sampler=draw.sampler if draw else None,
        pair_probability=draw.pair.probability if draw else None,
        n_eligible_pairs=draw.pair.n_eligible if draw else None,
        side_probability=draw.pair.side_probability if draw else None,
        created_at=now,
        heartbeat_at=now,
        expires_at=now + timedelta(hours=settings.BATTLE_LIFETIME_H),
    )


def _unranked_reason(prompt: Prompt, *, is_drawn: bool) -> str:
    if not is_drawn:
        return UnrankedReason.DIRECTED
    is_probe = not prompt.is_in_pool and asks_identity(prompt.text)
    return UnrankedReason.IDENTITY_LEAK if is_probe else ""


def _create_first_responses(battle: Battle, field: Field) -> bool:
    """Both sides of the first turn; whether both are stored outputs, so that the battle is ready at once."""
    outputs = {
        output.contestant_id: output
        for output in Output.objects.filter(
            prompt=battle.prompt, contestant__in=(battle.contestant_a_id, battle.contestant_b_id)
        )
    }
    sides = {Side.A: battle.contestant_a_id, Side.B: battle.contestant_b_id}
    # A contestant that answers live is asked anew; a stored output stands in only where nothing can be called.
    stored = {side: None if id in field.live else outputs[id] for side, id in sides.items()}
    Response.objects.bulk_create(
        Response(battle=battle, side=side, output=output, is_done=output is not None) for side, output in stored.items()
    )
    if None in stored.values():
        return False
    said = [(output.text.strip(), output.sha256) for output in stored.values()]
    Battle.objects.filter(id=battle.id, state=BattleState.DRAWN).update(
        state=BattleState.READY, ready_at=battle.created_at, is_identical=said[0] == said[1]
    )
    return True
