"""Who meets whom, and on what? The draw of one battle, before anything is written of it.

Next file to read: pairing.py, which keeps the tables that pairs are drawn from; battles.py, which begins the battle.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from arena.domain.battle_state import Branch, UnrankedReason
from arena.domain.errors import InvalidInput, NoBattles
from arena.domain.filter_values import UNKNOWN
from arena.domain.leaks import asks_identity
from arena.domain.prompt_draw import prompt_weights
from arena.domain.prompts import check_prompt
from arena.domain.shares import InvalidShares, PromptShares
from arena.models import Arena, Contestant, Prompt, SamplerSnapshot
from arena.queries.catalog import Field
from arena.queries.pairing import (
    table_among,
    table_of,
    times_seen,
    who_can_answer,
    who_can_meet,
    who_share_a_prompt,
)
from arena.queries.pool import Mask, Pool
from arena.services.pairing import sampler_for
from ratings.pairing import DisconnectedPairs, InvalidPairing, NoEligiblePair, PairDraw, PairTable

NO_ID = 0
"""Stands for a prompt that was typed and is no row yet."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What the voter asks for. prompt_key : of the pool.   prompt_text : typed.   pair : slugs, a directed battle."""

    prompt_key: str | None = None
    prompt_text: str | None = None
    pair: Sequence[str] | None = None


@dataclass(frozen=True)
class Drawn:
    """Two contestants on sides a and b, their prompt, and how they came to meet. sampler, pair : None if directed."""

    contestants: tuple[Contestant, Contestant]
    prompt: Prompt
    branch: Branch
    unranked_reason: str = ""
    sampler: SamplerSnapshot | None = None
    pair: PairDraw | None = None


@dataclass(frozen=True, eq=False)
class Offer:
    """The n prompts that may be asked, and (m, n) who can answer them just now."""

    ids: np.ndarray
    categories: np.ndarray
    languages: np.ndarray
    can_answer: Mask


def draw(*, arena: Arena, field: Field, pool: Pool, voter_id: UUID, wish: Wish, rng: np.random.Generator) -> Drawn:
    """Raises InvalidInput for prompt and pair, NoBattles if no two contestants can meet."""
    offer = _offer(arena, field, pool, wish)
    try:
        if wish.pair is not None:
            return _directed(arena, field, offer, voter_id, wish, rng)
        return _drawn(arena, field, pool, offer, voter_id, wish, rng)
    except (NoEligiblePair, DisconnectedPairs) as error:
        raise NoBattles from error
    except (InvalidPairing, InvalidShares) as error:
        log.error("no battle in %s, its settings cannot be used: %s", arena.slug, error)
        raise NoBattles from error


def _offer(arena: Arena, field: Field, pool: Pool, wish: Wish) -> Offer:
    if wish.prompt_text is not None:
        _check_may_type(arena, wish)
        alone = np.array([NO_ID]), np.array([UNKNOWN]), np.array([UNKNOWN])
        return Offer(*alone, can_answer=field.is_live[:, None])
    chosen = np.ones(len(pool.ids), dtype=bool) if wish.prompt_key is None else pool.keys == wish.prompt_key
    if wish.prompt_key is not None and not chosen.any():
        raise InvalidInput({"prompt_id": ["There is no such prompt in this arena."]})
    can_answer = who_can_answer(field, pool.stored[:, chosen])
    return Offer(pool.ids[chosen], pool.categories[chosen], pool.languages[chosen], can_answer)


def _check_may_type(arena: Arena, wish: Wish) -> None:
    if wish.prompt_key is not None:
        raise InvalidInput({"prompt": ["Choose a prompt or type one, not both."]})
    if not arena.takes_prompts:
        raise InvalidInput({"prompt": ["This arena has its own prompts; voters cannot type one here."]})
    check_prompt(wish.prompt_text or "")


def _directed(arena: Arena, field: Field, offer: Offer, voter_id: UUID, wish: Wish, rng: np.random.Generator) -> Drawn:
    """Exactly this pair, on sides by chance; without a probability and never on the blind board."""
    pair = wish.pair or ()
    unknown = [slug for slug in pair if slug not in field.slugs]
    if unknown or len(pair) != 2 or len(set(pair)) != 2:
        raise InvalidInput(
            {"pair": [f"Name two different active models of this arena; not: {', '.join(unknown or pair)}"]}
        )
    i, j = (field.slugs.index(slug) for slug in rng.permutation(pair))
    among = offer.can_answer[i] & offer.can_answer[j]
    if not among.any():
        raise NoEligiblePair("the two can answer no prompt in common now")
    prompt = _prompt(arena, offer, wish, among, times_seen(voter_id, arena, offer.ids), rng)
    return Drawn((field.contestants[i], field.contestants[j]), prompt, Branch.DIRECTED, UnrankedReason.DIRECTED)


def _drawn(
    arena: Arena, field: Field, pool: Pool, offer: Offer, voter_id: UUID, wish: Wish, rng: np.random.Generator
) -> Drawn:
    sampler = sampler_for(arena=arena, field=field, can_meet=who_can_meet(field, pool))
    whole, seen = table_of(sampler), times_seen(voter_id, arena, offer.ids)
    table, asked = _freshest(whole, offer, seen)
    pair = table.draw(rng)
    among = asked & offer.can_answer[pair.i] & offer.can_answer[pair.j]
    prompt = _prompt(arena, offer, wish, among, seen, rng)
    branch = Branch.SAMPLER if wish.prompt_key is None else Branch.PINNED
    reason = ""
    if not prompt.is_in_pool and asks_identity(prompt.text):
        reason = UnrankedReason.IDENTITY_LEAK
    elif branch is Branch.PINNED and _is_narrower(table, whole, who_can_answer(field, pool.stored)):
        reason = UnrankedReason.PINNED
    return Drawn((field.contestants[pair.i], field.contestants[pair.j]), prompt, branch, reason, sampler, pair)


def _freshest(whole: PairTable, offer: Offer, seen: np.ndarray) -> tuple[PairTable, Mask]:
    """The table of those who can meet on a prompt that the voter has seen least often, and which prompts these are."""
    for limit in np.unique(seen):
        asked = seen <= limit
        can_meet = who_share_a_prompt(offer.can_answer[:, asked])
        if can_meet[whole.first, whole.second].any():
            return table_among(whole, can_meet), asked
    raise NoEligiblePair("no two contestants can answer one of these prompts now")


def _is_narrower(table: PairTable, whole: PairTable, can_answer: Mask) -> bool:
    """Whether the chosen prompt kept pairs apart that could have met on another one."""
    return table.n_eligible < int(np.count_nonzero(who_share_a_prompt(can_answer)[whole.first, whole.second]))


def _prompt(arena: Arena, offer: Offer, wish: Wish, among: Mask, seen: np.ndarray, rng: np.random.Generator) -> Prompt:
    """The typed one, or one of these that the voter has met least often, by the shares of the operator."""
    if wish.prompt_text is not None:
        return Prompt(arena=arena, text=check_prompt(wish.prompt_text))
    fresh = np.flatnonzero(among & (seen == seen[among].min()))
    shares = PromptShares.from_values(arena.prompt_shares)
    weights = prompt_weights(shares, offer.categories[fresh], offer.languages[fresh])
    k = int(np.cumsum(weights).searchsorted(rng.random(), side="right"))
    return Prompt.objects.get(pk=int(offer.ids[fresh[min(k, len(fresh) - 1)]]))
