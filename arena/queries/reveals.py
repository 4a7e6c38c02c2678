"""What does a voter see of a battle: blind before the vote, and after it the vote and who the two were?

Next file to read: battles.py for the blind part, leaderboards.py (reveal_of) for what is kept with a vote.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from arena.domain.battle_state import BattleState
from arena.domain.blinding import BlindBattle
from arena.domain.errors import NotFound
from arena.models import Vote
from arena.queries.battles import blind_battle
from arena.queries.receipts import receipt_of


@dataclass(frozen=True)
class RevealedVote:
    """Only of what is stored with the vote and the battle, so that it is the same at every look."""

    vote_id: int
    outcome: str
    is_ranked: bool
    reveal: dict[str, Any] | None
    receipt: str


@dataclass(frozen=True)
class SeenBattle:
    battle: BlindBattle
    vote: RevealedVote | None


def seen_battle(battle_id: UUID, voter_id: UUID | None) -> SeenBattle:
    """Raises NotFound, also if it is another voter's."""
    battle = blind_battle(battle_id, voter_id)
    return SeenBattle(battle, revealed_vote(battle_id, voter_id) if battle.state == BattleState.VOTED else None)


def revealed_vote(battle_id: UUID, voter_id: UUID | None) -> RevealedVote:
    """Raises NotFound if this voter has not voted on it."""
    if voter_id is None:
        raise NotFound
    try:
        vote = Vote.objects.select_related("battle").get(battle=battle_id, battle__voter=voter_id)
    except Vote.DoesNotExist:
        raise NotFound from None
    nonce = bytes(vote.battle.nonce).hex() if vote.battle.nonce else None
    return RevealedVote(
        vote_id=vote.pk,
        outcome=vote.outcome,
        is_ranked=vote.is_ranked,
        reveal=None if vote.reveal is None else vote.reveal | {"nonce": nonce},
        receipt=receipt_of(battle_id),
    )
