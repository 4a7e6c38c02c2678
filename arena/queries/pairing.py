"""What does the sampler know when it draws? Who could meet whom, how often they met, how well each is known.

Next file to read: ratings/pairing.py, the rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Sum

from arena.domain.metadata import VoterKind
from arena.models import Arena, PairCount, Prompt
from arena.queries.catalog import Field
from ratings.pairing import PairingState
from ratings.pairing_strengths import estimate_strengths


@dataclass(frozen=True)
class Candidates:
    """(m contestants, n prompts): who can answer what."""

    can_answer: np.ndarray

    @property
    def can_meet(self) -> np.ndarray:
        """(m, m): the two have at least one prompt in common."""
        answers = self.can_answer.astype(np.int64)
        return answers @ answers.T > 0


def candidates(field: Field, prompts: Sequence[Prompt]) -> Candidates:
    rows = [[field.can_answer(contestant, prompt.id) for prompt in prompts] for contestant in field.contestants]
    return Candidates(np.array(rows, dtype=bool).reshape(len(field.contestants), len(prompts)))


def pairing_state(arena: Arena, field: Field, who: Candidates) -> PairingState:
    """The arena as the rule sees it: human votes of every source, the strengths they give, the operator's exposures."""
    position = {contestant.id: k for k, contestant in enumerate(field.contestants)}
    wins, ties = _human_votes(arena, position)
    strengths = estimate_strengths(wins, ties)
    return PairingState(
        ids=tuple(contestant.slug for contestant in field.contestants),
        theta=strengths.theta,
        variance=strengths.covariance().diagonal(),
        counts=wins + wins.T + ties,
        eligible=who.can_meet,
        exposure=np.array(field.exposures),
    )


def _human_votes(arena: Arena, position: dict[int, int]) -> tuple[np.ndarray, np.ndarray]:
    m = len(position)
    wins, ties = np.zeros((m, m)), np.zeros((m, m))
    rows = (
        PairCount.objects.filter(
            arena=arena, voter_kind=VoterKind.HUMAN, contestant_a__in=position, contestant_b__in=position
        )
        .values_list("contestant_a", "contestant_b")
        .annotate(Sum("wins_a"), Sum("wins_b"), Sum("ties"), Sum("both_bads"))
    )
    for a, b, wins_a, wins_b, n_ties, both_bads in rows:
        i, j = position[a], position[b]
        wins[i, j] += wins_a
        wins[j, i] += wins_b
        ties[i, j] += n_ties + both_bads
        ties[j, i] += n_ties + both_bads
    return wins, ties
