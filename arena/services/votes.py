"""How does a vote come in? One transaction: the vote, its place in the outbox, the battle's new state.

Next file to read: ledger.py, where votes get their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from arena.domain.battle_state import BattleState, UnrankedReason
from arena.domain.errors import AlreadyVoted, BattleExpired, BattleVoid, InvalidInput, NotFound, NotReady
from arena.domain.metadata import VoterKind
from arena.domain.prompts import clean_text, is_blank
from arena.domain.reasons import VoteReason
from arena.failpoints import failpoint
from arena.jobs import SEQUENCE, enqueue_on_commit
from arena.models import Battle, PendingVote, Vote, VoteNote
from arena.models.votes import MAX_COMMENT_LENGTH
from arena.queries.clock import database_now
from arena.queries.leaderboards import reveal_of
from ratings.errors import InvalidVotes
from ratings.outcomes import parse_site

MS_PER_S = 1_000


@dataclass(frozen=True)
class CastVote:
    vote_id: int
    is_replay: bool


def cast_vote(
    *, voter_id: UUID | None, battle_id: UUID, outcome: str, reasons: Sequence[str] = (), comment: str = ""
) -> CastVote:
    """Record the one vote of a battle. The same vote again is a replay and changes nothing.

    Raises InvalidInput, NotFound, NotReady, AlreadyVoted if it said something else, BattleExpired, BattleVoid.
    """
    comment = _check(outcome, reasons, comment)
    with transaction.atomic():
        battle = _lock(battle_id, voter_id)
        vote = Vote.objects.filter(battle=battle).first()
        if vote is not None:
            return _replay(vote, outcome)
        elapsed_ms = _check_is_open(battle)
        _check_is_offered(battle, outcome, reasons)
        vote = _insert(battle, outcome, elapsed_ms)
        if reasons or comment:
            VoteNote.objects.create(vote=vote, reasons=list(reasons), comment=comment)
        PendingVote.objects.create(vote=vote, arena=battle.arena)
        Battle.objects.filter(id=battle.id, state=BattleState.READY).update(state=BattleState.VOTED)
        enqueue_on_commit(SEQUENCE, battle.arena_id)
        failpoint("vote:before_commit")
    failpoint("vote:after_commit")
    return CastVote(vote.pk, is_replay=False)


def _check(outcome: str, reasons: Sequence[str], comment: str) -> str:
    try:
        parse_site(outcome)
    except InvalidVotes:
        raise InvalidInput({"outcome": ["Say one of: a, b, tie, both_bad."]}) from None
    if any(reason not in list(VoteReason) for reason in reasons):
        raise InvalidInput({"reasons": [f"Choose from: {', '.join(VoteReason)}."]})
    comment = "" if is_blank(comment) else clean_text(comment).strip()
    if len(comment) > MAX_COMMENT_LENGTH:
        raise InvalidInput({"comment": [f"At most {MAX_COMMENT_LENGTH:,} characters."]})
    return comment


def _check_is_offered(battle: Battle, outcome: str, reasons: Sequence[str]) -> None:
    """By the arena, to people and judges alike."""
    if outcome not in battle.arena.outcomes:
        raise InvalidInput({"outcome": [f"This arena offers: {', '.join(battle.arena.outcomes)}."]})
    if any(reason not in battle.arena.reasons for reason in reasons):
        raise InvalidInput({"reasons": [f"This arena offers: {', '.join(battle.arena.reasons) or 'none'}."]})


def _lock(battle_id: UUID, voter_id: UUID | None) -> Battle:
    """The voter's battle; nobody else can vote on it until the transaction ends."""
    try:
        return (
            Battle.objects.select_for_update(of=("self",))
            .select_related("arena", "contestant_a", "contestant_b", "voter")
            .get(id=battle_id, voter_id=voter_id, voter__isnull=False)
        )
    except Battle.DoesNotExist:
        raise NotFound from None


def _replay(vote: Vote, outcome: str) -> CastVote:
    if vote.outcome != outcome:
        raise AlreadyVoted(str(vote.battle_id))
    return CastVote(vote.pk, is_replay=True)


def _check_is_open(battle: Battle) -> int | None:
    """Milliseconds since the answers were complete. Raises unless the battle waits for a vote, by database time."""
    now = database_now()
    if battle.state == BattleState.VOID:
        raise BattleVoid
    if battle.state == BattleState.EXPIRED or (battle.expires_at and battle.expires_at <= now):
        raise BattleExpired
    if battle.state != BattleState.READY:
        raise NotReady
    return max(0, round((now - battle.ready_at).total_seconds() * MS_PER_S)) if battle.ready_at else None


def _insert(battle: Battle, outcome: str, elapsed_ms: int | None) -> Vote:
    return Vote.objects.create(
        battle=battle,
        outcome=outcome,
        voter_kind=battle.voter.kind,
        is_ranked=not battle.unranked_reason,
        elapsed_ms=elapsed_ms if battle.voter.kind == VoterKind.HUMAN else None,  # a program needs no time to read
        reveal=reveal_of(battle),
        created_at=database_now(),
    )


def explain_unranked(battle: Battle) -> str:
    """Why the vote does not count for the blind board, as a sentence; empty if it does."""
    return UnrankedReason(battle.unranked_reason).label if battle.unranked_reason else ""
