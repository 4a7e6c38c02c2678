"""How does one vote without waiting? On answers that another voter's battle already holds, in a battle of one's own.

One vote a battle stays the rule, and agreement between voters is measured. Next file to read: battles.py.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from arena.domain.battle_state import BattleState, Branch
from arena.domain.errors import NoBattles
from arena.domain.metadata import VoterKind
from arena.domain.moderation import Check, found_word
from arena.domain.prompts import clean_text
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Arena, Battle, Response, Voter
from arena.queries.battles import shown_responses
from arena.queries.catalog import arena_by_slug
from arena.queries.clock import database_now
from arena.queries.pairing import times_shown
from arena.queries.replays import replayable_battles
from arena.services.seals import seal_pair
from arena.services.starts import admit_start, count_start
from arena.services.uploads import copy_attachments
from arena.services.voters import ensure_voter

CHOICES = 20  # drawn among the answers that were judged least often


@transaction.atomic
def start_replay(
    *,
    voter_id: UUID,
    arena_slug: str,
    rng: np.random.Generator,
    viewer: Viewer = OUTSIDER,
    network: str = "",
    solution: str = "",
) -> UUID:
    """A battle over finished answers that this voter has not judged; its id.

    network, solution : as services.starts.admit_start takes them.
    Raises TooManyStarts, ChallengeNeeded, NotFound for the arena, NoBattles if there is nothing left to judge.
    """
    arena = arena_by_slug(arena_slug, viewer)
    voter = ensure_voter(voter_id=voter_id)
    admission = admit_start(voter=voter, network=network, solution=solution, now=database_now())
    candidates = _choices(arena, replayable_battles(arena, voter_id))
    if not candidates:
        raise NoBattles("You have judged every finished pair of answers here. Start a new battle instead.")
    original = candidates[rng.integers(len(candidates))]
    battle = copy_battle(original=original, voter=voter)
    count_start(admission=admission, is_live=False)
    return battle.id


def _choices(arena: Arena, battles: QuerySet[Battle]) -> list[Battle]:
    """The first few; where words are held back, those without the words of now, which may be younger than the texts."""
    if arena.moderation != Check.WORDS:
        return list(battles[:CHOICES])
    words = arena.moderation_words.splitlines()
    read = battles.select_related("contestant_a", "contestant_b", "prompt").prefetch_related("responses")
    passing = (battle for battle in read.iterator(chunk_size=CHOICES) if not _holds_word(battle, words))
    return list(islice(passing, CHOICES))


def _holds_word(battle: Battle, words: Sequence[str]) -> bool:
    """In what a voter typed or a model wrote; prompts of the pool and stored outputs are the operator's own."""
    texts = [] if battle.prompt.is_in_pool else [battle.prompt.text]
    for response in battle.responses.all():
        texts += [response.prompt_text, response.text]
    return any(found_word(clean_text(text), words) for text in texts)


def copy_battle(*, original: Battle, voter: Voter) -> Battle:
    """The same answers of the same pair on the same sides, for the vote of this voter.

    Under a seal of its own; not drawn by the sampler, so without a probability. Call it in a transaction.
    """
    seal, now = seal_pair(original.contestant_a, original.contestant_b), database_now()
    is_read_by_people = voter.kind == VoterKind.HUMAN
    battle = Battle.objects.create(
        id=seal.battle_id,
        arena_id=original.arena_id,
        prompt_id=original.prompt_id,
        contestant_a=original.contestant_a,
        contestant_b=original.contestant_b,
        voter=voter,
        replay_of=original,
        state=BattleState.READY,
        branch=Branch.QUEUE,
        nonce=seal.nonce,
        commitment=seal.commitment,
        n_turns=original.n_turns,
        n_shown_before=times_shown(original.prompt_id) if is_read_by_people else None,
        is_identical=original.is_identical,
        created_at=now,
        ready_at=now,
        heartbeat_at=now,
        expires_at=now + timedelta(hours=settings.BATTLE_LIFETIME_H),
    )
    Response.objects.bulk_create(
        Response(
            battle=battle,
            side=response.side,
            turn=response.turn,
            prompt_text=response.prompt_text,
            output=response.output,
            text=response.text,
            media=response.media.name,
            media_type=response.media_type,
            finish_reason=response.finish_reason,
            is_done=True,
        )
        for response in shown_responses(original)
    )
    copy_attachments(original=original, copy=battle)
    return battle
