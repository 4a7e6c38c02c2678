"""Which finished answers may others judge, and how far do voters agree on the same two answers?

Next file to read: services/replays.py.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value, When
from django.db.models.functions import Coalesce

from arena.domain.battle_state import BattleState, Branch
from arena.domain.consent import ERASED
from arena.domain.metadata import VoterKind
from arena.domain.moderation import Check
from arena.models import Arena, Battle, Response, Vote
from arena.queries.votes import EVEN
from ratings.outcomes import MIRRORED, parse_site

N_NEWEST = 200_000  # votes that agreement is measured on
ANSWERED = (BattleState.READY, BattleState.VOTED, BattleState.EXPIRED)


def replayable_battles(arena: Arena, voter_id: UUID) -> QuerySet[Battle]:
    """Drawn battles whose answers are complete and fit for others, and that this voter has not met; those come first
    that the fewest people were shown.

    A typed prompt is shown to others only if its voter agreed to publish. Where an endpoint checks what is written,
    answers from before it did are nobody else's; the list of words is asked anew (services/replays.py).
    """
    own = Battle.objects.filter(voter=voter_id)
    return (
        Battle.objects.filter(
            Q(prompt__is_in_pool=True, n_turns=1) | Q(may_publish=True),
            arena=arena,
            state__in=ANSWERED,
            branch=Branch.SAMPLER,
            unranked_reason="",
            is_identical=False,
        )
        .exclude(voter=voter_id)
        .exclude(Exists(own.filter(replay_of=OuterRef("pk"))))
        .exclude(Exists(unfit_responses()))
        .exclude(_unchecked(arena))
        .annotate(n_replays=Count("replays", filter=Q(replays__judgement__isnull=True)))
        .select_related("contestant_a", "contestant_b")
        .order_by("n_replays", "created_at", "id")
    )


def _unchecked(arena: Arena) -> Q:
    if arena.moderation != Check.ENDPOINT:
        return Q(pk__in=())
    written = Exists(Response.objects.filter(battle=OuterRef("pk"), output__isnull=True))
    return Q(written) & (Q(created_at__lt=arena.checked_since) if arena.checked_since else Q())


def unfit_responses() -> QuerySet[Response]:
    """Of the outer battle: answers that are not complete, or not there any more."""
    gone = Q(is_done=False) | Q(text=ERASED) | Q(output__is_redacted=True)
    return Response.objects.filter(gone, battle=OuterRef("pk"))


def n_replayable(arena: Arena, voter_id: UUID) -> int:
    """How many finished pairs of live answers this voter could judge now. Stored answers are drawn like any other."""
    live = Response.objects.filter(battle=OuterRef("pk"), output__isnull=True)
    return replayable_battles(arena, voter_id).filter(Exists(live)).count()


@dataclass(frozen=True)
class VoterAgreement:
    """Of all pairs of votes on the same two answers by two voters, how many said the same."""

    n_pairs: int = 0
    n_agreeing: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.n_agreeing / self.n_pairs if self.n_pairs else None


@dataclass(frozen=True)
class Agreements:
    """between_people : pairs of two people.   with_judges : pairs of a person and an automatic judge."""

    between_people: VoterAgreement = VoterAgreement()
    with_judges: VoterAgreement = VoterAgreement()


def agreement_of_voters(arena: Arena) -> VoterAgreement:
    """Over votes of people on the same answers; tie and both bad are one verdict here."""
    return agreements_of(arena).between_people


def agreements_of(arena: Arena, judge_id: UUID | None = None) -> Agreements:
    """Over the newest votes on the same answers; tie and both bad are one verdict here.

    judge_id : of the one voter whose agreement with people is wanted; None for all judges.
    """
    older = Vote.objects.filter(battle__arena=arena).order_by("-id").values_list("id", flat=True)[N_NEWEST:]
    is_stored = Exists(Response.objects.filter(battle=OuterRef("battle"), output__isnull=False))
    # Stored answers are the same wherever prompt and pair are; live ones only in replays of one battle.
    root = Case(
        When(is_stored, then=Value(None, output_field=UUIDField())),
        default=Coalesce(F("battle__replay_of"), F("battle")),
    )
    whose = Q() if judge_id is None else Q(voter_kind=VoterKind.HUMAN) | Q(battle__voter=judge_id)
    rows = (
        Vote.objects.filter(whose, battle__arena=arena, id__gt=older.first() or 0)
        .annotate(root=root)
        .values_list("battle__prompt", "root", "battle__contestant_a", "battle__contestant_b", "voter_kind", "outcome")
        .annotate(n=Count("id"))
        .order_by()
    )
    verdicts: dict[tuple, dict[str, Counter[str]]] = defaultdict(lambda: {kind.value: Counter() for kind in VoterKind})
    for prompt, same_root, a, b, kind, outcome, n in rows:
        if a > b:
            a, b, outcome = b, a, MIRRORED[parse_site(outcome)].site_label
        verdicts[prompt, same_root, a, b][kind]["even" if outcome in EVEN else outcome] += n
    people = [counts[VoterKind.HUMAN] for counts in verdicts.values()]
    mixed = [(counts[VoterKind.HUMAN], counts[VoterKind.JUDGE]) for counts in verdicts.values()]
    return Agreements(
        between_people=VoterAgreement(
            n_pairs=sum(_pairs(votes.total()) for votes in people),
            n_agreeing=sum(_pairs(n) for votes in people for n in votes.values()),
        ),
        with_judges=VoterAgreement(
            n_pairs=sum(votes.total() * judged.total() for votes, judged in mixed),
            n_agreeing=sum(n * judged[outcome] for votes, judged in mixed for outcome, n in votes.items()),
        ),
    )


def _pairs(n: int) -> int:
    return n * (n - 1) // 2
