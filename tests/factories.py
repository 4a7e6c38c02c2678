"""How do tests get rows to work on? Small plain functions; what has a service is made by it.

    arena = make_arena()                                one empty arena with its ledger
    a, b = enter(arena, "ada-1"), enter(arena, "bob-2")  contestants that take part in it
    arena = make_stored_arena()                         four contestants, three prompts, every output stored
    battle = make_battle(arena, "ada-1", "bob-2")       one that waits for the vote of its voter
    vote = make_vote(arena, "ada-1", "bob-2", "a")      such a battle with its vote

Names are no words of any language, so that looking for them in a page proves something.
"""

import time
import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from arena.domain.battle_state import WRITING_STATES, BattleState, Branch, Side
from arena.domain.metadata import EntryStatus, VoterKind
from arena.models import (
    Arena,
    Battle,
    Contestant,
    Endpoint,
    Entry,
    Output,
    PendingVote,
    Prompt,
    Response,
    Vote,
    Voter,
)
from arena.queries.clock import database_now
from arena.services.battles import start_battle
from arena.services.catalog import save_arena
from arena.services.votes import cast_vote
from ratings.ledger import commitment

SLUGS = ("quillon-1", "brevant-2", "tessarix-3", "ondolar-4")
PROMPT_KEYS = ("p1", "p2", "p3")
PASSAGE = "Summarise this text.\n\nOne is small. Two is more. Three is a crowd. Four comes late. Five is gone."
NONCE = bytes(range(32))
LIFETIME = timedelta(hours=24)
ANSWERED_WITHIN_S = 20.0


def make_arena(slug: str = "text", **fields: Any) -> Arena:
    """An arena with an empty ledger whose board ranks from the first vote on."""
    arena = Arena(**{"slug": slug, "name": slug.title(), "min_votes": 0, **fields})
    save_arena(arena=arena)
    return arena


def make_contestant(slug: str, **fields: Any) -> Contestant:
    """The contestant of this slug; made when it is new."""
    contestant, _ = Contestant.objects.get_or_create(slug=slug, defaults={"name": slug.title(), **fields})
    return contestant


def enter(
    arena: Arena, slug: str, status: EntryStatus = EntryStatus.ACTIVE, exposure: float = 1.0, **fields: Any
) -> Contestant:
    """A contestant that takes part, as if it always had: without an entry in the ledger."""
    contestant = make_contestant(slug, **fields)
    Entry.objects.create(arena=arena, contestant=contestant, status=status, exposure=exposure)
    return contestant


def make_prompt(arena: Arena, key: str, **fields: Any) -> Prompt:
    defaults = {"text": f"Question {key}?", "is_in_pool": True}
    return Prompt.objects.create(arena=arena, key=key, **{**defaults, **fields})


def make_output(prompt: Prompt, contestant: Contestant, **fields: Any) -> Output:
    text = f"Answer {contestant.pk} to {prompt.key}."
    return Output.objects.create(**{"prompt": prompt, "contestant": contestant, "text": text, **fields})


def make_stored_arena(
    slug: str = "text", slugs: Sequence[str] = SLUGS, prompt_keys: Sequence[str] = PROMPT_KEYS, **fields: Any
) -> Arena:
    """An arena in which every contestant has a stored output for every prompt."""
    arena = make_arena(slug, **fields)
    contestants = [enter(arena, contestant) for contestant in slugs]
    for key in prompt_keys:
        prompt = make_prompt(arena, key)
        for contestant in contestants:
            make_output(prompt, contestant)
    return arena


def make_live_arena(slug: str = "live", slugs: Sequence[str] = ("lead-k3", "hashpick-9"), **fields: Any) -> Arena:
    """An arena of demo contestants that answer live, with one prompt; voters may type their own."""
    arena = make_arena(slug, takes_prompts=True, **fields)
    for contestant in slugs:
        Endpoint.objects.create(contestant=enter(arena, contestant), provider="demo", model_name=contestant)
    make_prompt(arena, "p1", text=PASSAGE)
    return arena


def make_voter(kind: VoterKind = VoterKind.HUMAN, **fields: Any) -> Voter:
    return Voter.objects.create(kind=kind, **fields)


def start(arena: Arena, voter_id: uuid.UUID | None = None, seed: int = 0, **choices: Any) -> Battle:
    """A battle as a voter starts it."""
    rng = np.random.default_rng(seed)
    battle_id = start_battle(voter_id=voter_id or uuid.uuid4(), arena_slug=arena.slug, rng=rng, **choices)
    return Battle.objects.get(id=battle_id)


def settled(battle: Battle, within_s: float = ANSWERED_WITHIN_S) -> Battle:
    """The battle when nobody is answering any more."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        battle = Battle.objects.get(id=battle.id)
        if battle.state not in WRITING_STATES:
            return battle
        time.sleep(0.02)
    raise AssertionError(f"still {battle.state} after {within_s} s")


def make_battle(arena: Arena, a: str, b: str, voter: Voter | None = None, **fields: Any) -> Battle:
    """A battle of these two, on these sides, that was drawn and is ready for the vote of this voter."""
    battle_id, now = fields.pop("id", None) or uuid.uuid4(), database_now()
    p1, _ = Prompt.objects.get_or_create(arena=arena, key="p1", defaults={"text": "Question p1?"})
    defaults = {
        "prompt": p1,
        "contestant_a": make_contestant(a),
        "contestant_b": make_contestant(b),
        "voter": voter or make_voter(),
        "state": BattleState.READY,
        "branch": Branch.SAMPLER,
        "nonce": NONCE,
        "commitment": commitment(battle_id, a, b, NONCE),
        "pair_probability": 0.25,
        "n_eligible_pairs": 4,
        "side_probability": 0.5,
        "created_at": now,
        "ready_at": now,
        "heartbeat_at": now,
        "expires_at": now + LIFETIME,
    }
    battle = Battle.objects.create(id=battle_id, arena=arena, **{**defaults, **fields})
    Response.objects.bulk_create(
        Response(battle=battle, side=side, text=f"Answer {side}.", is_done=True) for side in Side
    )
    return battle


def make_vote(arena: Arena, a: str, b: str, outcome: str, voter: Voter | None = None, **fields: Any) -> Vote:
    """The vote of this voter on a battle of these two; it waits in the outbox."""
    battle = make_battle(arena, a, b, voter, **fields)
    cast = cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome=outcome)
    return Vote.objects.get(pk=cast.vote_id)


def make_votes(arena: Arena, votes: Sequence[tuple[str, str, str]], voters: Sequence[Voter] = ()) -> list[Vote]:
    """Votes (a, b, outcome) in this order; voters take turns, or each is by a voter of its own."""
    return [
        make_vote(arena, a, b, outcome, voters[k % len(voters)] if voters else None)
        for k, (a, b, outcome) in enumerate(votes)
    ]


def make_counted_votes(arena: Arena, votes: Sequence[tuple[str, str, str, Voter, Prompt, int]]) -> None:
    """Votes (a, b, outcome, voter, prompt, turns) in the outbox, written in bulk: for tests that need many."""
    contestants = {slug: make_contestant(slug) for slug in {slug for a, b, *_ in votes for slug in (a, b)}}
    now = database_now()
    battles = Battle.objects.bulk_create(
        Battle(
            arena=arena,
            prompt=prompt,
            contestant_a=contestants[a],
            contestant_b=contestants[b],
            voter=voter,
            state=BattleState.VOTED,
            branch=Branch.IMPORT,
            n_turns=n_turns,
            created_at=now,
        )
        for a, b, _, voter, prompt, n_turns in votes
    )
    Response.objects.bulk_create(
        Response(battle=battle, side=side, text=f"Answer {side}.", is_done=True) for battle in battles for side in Side
    )
    made = Vote.objects.bulk_create(
        Vote(battle=battle, outcome=outcome, voter_kind=voter.kind, is_ranked=True, created_at=now)
        for battle, (_, _, outcome, voter, _, _) in zip(battles, votes, strict=True)
    )
    PendingVote.objects.bulk_create(PendingVote(vote=vote, arena=arena) for vote in made)


def make_paid_arena(slug: str = "paid", slugs: Sequence[str] = SLUGS[:2], **fields: Any) -> Arena:
    """An arena whose contestants answer live for 2 USD an answer, at most; nobody is at their address."""
    arena = make_arena(slug, takes_prompts=True, **fields)
    for contestant in slugs:
        paid = enter(arena, contestant, input_price_usd=Decimal(0), output_price_usd=Decimal(1_000))
        Endpoint.objects.create(contestant=paid, provider="openai", base_url="https://models.example/v1")
    make_prompt(arena, "p1", text="Why is the sky blue?")
    return arena
