"""How does the demo arena come to be? Summarisers that really run, passages of our own, and an automatic judge.

The judge's votes are of kind judge: they fill its own board, labelled so, and never enter the board of people.
Next file to read: providers/demo.py, providers/demo_judge.py.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from django.db import transaction

from arena.domain.battle_state import BattleState, Branch, Side
from arena.domain.metadata import EntryStatus, Openness, TrainingType, VoterKind
from arena.models import Arena, Battle, Contestant, Endpoint, Entry, PendingVote, Prompt, Response, Vote, Voter
from arena.providers.demo import CONTESTANTS
from arena.providers.demo_judge import JUDGE_RULE, JUDGE_SLUG, judge
from arena.providers.demo_passages import DemoPassage, read_passages
from arena.queries.clock import database_now
from arena.services.catalog import save_arena, set_entry_status
from arena.services.seals import seal_pair

DEMO_SLUG = "demo"
MIN_VOTES = 10
PUBLISH_EVERY_S = 60
SOURCE = "written for this project"


@transaction.atomic
def seed_demo(*, rng: np.random.Generator) -> bool:
    """The demo arena with its judge votes, once; whether it was made now. rng decides only which side is which."""
    if Arena.objects.filter(slug=DEMO_SLUG).exists():
        return False
    arena = Arena(
        slug=DEMO_SLUG,
        name="Summaries",
        description="Two programs summarise the same short text, in seven languages. Which summary would you keep?",
        rules=(
            "Read the text, then both summaries. Prefer the one that keeps what matters and reads well. "
            "The contestants are classical algorithms that choose sentences; they run on this machine while you wait, "
            "and they do it on your own text just as well.\n\n"
            f"The board opens with votes of an automatic judge until enough people have voted. {JUDGE_RULE}"
        ),
        question="Which summary is better?",
        takes_prompts=True,
        prompt_hint="Paste a text of a few paragraphs, in any language.",
        min_votes=MIN_VOTES,
        publish_every_s=PUBLISH_EVERY_S,
    )
    save_arena(arena=arena)
    contestants = {slug: _enter(arena, slug) for slug in CONTESTANTS}
    judge_voter = Voter.objects.create(kind=VoterKind.JUDGE, origin=DEMO_SLUG, label=JUDGE_SLUG)
    for passage in read_passages():
        _judge_passage(arena, passage, contestants, judge_voter, rng)
    return True


def _enter(arena: Arena, slug: str) -> Contestant:
    demo = CONTESTANTS[slug]
    contestant = Contestant.objects.create(
        slug=slug,
        name=demo.name,
        version=demo.version,
        description=demo.description,
        openness=Openness.FULLY_OPEN,
        training_type=TrainingType.OTHER,
        kind="summariser",
    )
    Endpoint.objects.create(contestant=contestant, provider="demo", model_name=slug)
    entry = Entry.objects.create(arena=arena, contestant=contestant)
    set_entry_status(entry_id=entry.pk, status=EntryStatus.ACTIVE, reason="part of the demo")
    return contestant


def _judge_passage(
    arena: Arena, passage: DemoPassage, contestants: dict[str, Contestant], voter: Voter, rng: np.random.Generator
) -> None:
    """Every pair of contestants once on this passage; identical summaries are no comparison."""
    prompt = Prompt.objects.create(
        arena=arena,
        key=passage.key,
        text=passage.prompt,
        language=passage.language,
        category=passage.category,
        source=SOURCE,
        is_in_pool=True,
    )
    summaries = {slug: CONTESTANTS[slug].summarise(passage.text) for slug in contestants}
    votes = []
    for first, second in _pairs(list(contestants), rng):
        if summaries[first] == summaries[second]:
            continue
        battle = _battle(arena, prompt, contestants[first], contestants[second], voter)
        Response.objects.bulk_create(
            Response(battle=battle, side=side, text=summaries[slug], is_done=True, finish_reason="stop")
            for side, slug in ((Side.A, first), (Side.B, second))
        )
        votes.append(
            Vote(
                battle=battle,
                outcome=judge(passage.text, summaries[first], summaries[second]),
                voter_kind=VoterKind.JUDGE,
                is_ranked=True,
                created_at=battle.created_at,
            )
        )
    Vote.objects.bulk_create(votes)
    PendingVote.objects.bulk_create(PendingVote(vote=vote, arena=arena) for vote in votes)


def _pairs(slugs: list[str], rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    for pair in combinations(slugs, 2):
        first, second = rng.permutation(pair)
        yield str(first), str(second)


def _battle(arena: Arena, prompt: Prompt, a: Contestant, b: Contestant, voter: Voter) -> Battle:
    seal, now = seal_pair(a, b), database_now()
    return Battle.objects.create(
        id=seal.battle_id,
        arena=arena,
        prompt=prompt,
        contestant_a=a,
        contestant_b=b,
        voter=voter,
        state=BattleState.VOTED,
        branch=Branch.EXHAUSTIVE,
        nonce=seal.nonce,
        commitment=seal.commitment,
        created_at=now,
        ready_at=now,
    )
