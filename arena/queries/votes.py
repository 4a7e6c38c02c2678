"""What is known of votes: one voter's, and a pair's? Next file to read: leaderboards.py."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from arena.domain.metadata import VoterKind
from arena.domain.visibility import Viewer
from arena.models import Battle, Vote
from arena.queries.visibility import enterable
from ratings.outcomes import MIRRORED, Outcome, parse_site


@dataclass(frozen=True)
class Agreement:
    """How other people voted on the same two contestants, seen from this battle's sides."""

    n_votes: int
    n_same: int

    @property
    def percent(self) -> int:
        return round(100 * self.n_same / self.n_votes)


MAX_OWN_VOTES = 50  # of the newest: one small query each
EVEN = [Outcome.TIE.site_label, Outcome.BOTH_BAD.site_label]


def agreement_on_pair(battle: Battle, outcome: Outcome) -> Agreement | None:
    """Other people's votes on this pair, in this arena; tie and both bad count as the same verdict here.

    None while nobody else has voted on it.
    """
    a, b = battle.contestant_a_id, battle.contestant_b_id
    straight = Q(battle__contestant_a=a, battle__contestant_b=b)
    swapped = Q(battle__contestant_a=b, battle__contestant_b=a)
    same = (
        Q(outcome__in=EVEN)
        if not outcome.is_decisive
        else (straight & Q(outcome=outcome.site_label)) | (swapped & Q(outcome=MIRRORED[outcome].site_label))
    )
    counts = (
        Vote.objects.filter(straight | swapped, battle__arena=battle.arena_id, voter_kind=VoterKind.HUMAN)
        .exclude(battle=battle)
        .aggregate(n_votes=Count("id"), n_same=Count("id", filter=same))
    )
    return Agreement(**counts) if counts["n_votes"] else None


def agreement_of_voter(voter_id: UUID) -> Agreement | None:
    """How often one voter said what most others said, over pairs that others have voted on; None without such pairs."""
    own = votes_of_voter(voter_id).order_by("-id")[:MAX_OWN_VOTES]
    verdicts = [agreement for vote in own if (agreement := agreement_on_pair(vote.battle, parse_site(vote.outcome)))]
    return Agreement(len(verdicts), sum(a.n_same * 2 > a.n_votes for a in verdicts)) if verdicts else None


def n_votes_of_voter(voter_id: UUID) -> int:
    return Vote.objects.filter(battle__voter_id=voter_id).count()


def visible_votes_of_voter(voter_id: UUID, viewer: Viewer) -> QuerySet[Vote]:
    """Those in arenas that are open to this viewer still."""
    return votes_of_voter(voter_id).filter(enterable(viewer, "battle__arena"))


def votes_of_voter(voter_id: UUID) -> QuerySet[Vote]:
    """The voter's own votes with battle, arena and both contestants, newest first."""
    return (
        Vote.objects.filter(battle__voter_id=voter_id)
        .select_related("battle__arena", "battle__contestant_a", "battle__contestant_b")
        .order_by("-id")
    )
