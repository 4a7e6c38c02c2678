"""What do the boards and the real calls say of one contestant? Next file to read: relatives.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum

from arena.domain.battle_state import BattleState, Side
from arena.domain.consent import ERASED
from arena.domain.metadata import VoterKind
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import Battle, Contestant, Entry, Leaderboard, Response, Snapshot, SnapshotRow
from arena.queries.battles import HAS_FAILED
from arena.queries.leaderboards import HEAVY
from arena.queries.pair_counts import pair_counts_of
from arena.queries.visibility import enterable, listed
from arena.queries.voters import still_agrees

N_SAMPLES = 5


@dataclass(frozen=True)
class Calls:
    """Of live answers, not of stored outputs; None where nothing was measured."""

    n_calls: int
    n_failed: int
    first_token_ms: float | None
    latency_ms: float | None
    cost_usd: Decimal | None


@dataclass(frozen=True)
class Opponent:
    """record : won, lost, tied, both bad, as the contestant sees it."""

    slug: str
    record: tuple[int, int, int, int]

    @property
    def n_votes(self) -> int:
        return sum(self.record)


def rows_on_all_boards(contestant: Contestant, viewer: Viewer = OUTSIDER) -> QuerySet[SnapshotRow]:
    """On every current board of a listed arena, whole ones first."""
    current = Leaderboard.objects.filter(listed(viewer, "arena")).values("current")
    return (
        SnapshotRow.objects.filter(contestant=contestant, snapshot__in=current)
        .select_related("snapshot__arena")
        .defer(*(f"snapshot__{field}" for field in HEAVY))
        .order_by("snapshot__arena__name", "snapshot__voter_kind", "snapshot__slice_key", "pk")
    )


def opponents_of(snapshot: Snapshot, slug: str) -> list[Opponent]:
    """Whom it met in counted votes, the most frequent first."""
    counts = pair_counts_of(snapshot)
    if slug not in counts.slugs:
        return []
    own = counts.both_sides()[counts.slugs.index(slug)]
    met = [Opponent(other, tuple(row.tolist())) for other, row in zip(counts.slugs, own, strict=True) if row.sum()]
    return sorted(met, key=lambda opponent: (-opponent.n_votes, opponent.slug))


def calls_of(contestant: Contestant, viewer: Viewer = OUTSIDER) -> Calls:
    side = Q(side=Side.A, battle__contestant_a=contestant) | Q(side=Side.B, battle__contestant_b=contestant)
    measured = Response.objects.filter(
        side, enterable(viewer, "battle__arena"), output__isnull=True, battle__import_key__isnull=True
    )
    found = measured.aggregate(
        n_calls=Count("pk", filter=Q(latency_ms__isnull=False) | HAS_FAILED),
        n_failed=Count("pk", filter=HAS_FAILED),
        first_token_ms=Avg("first_token_ms"),
        latency_ms=Avg("latency_ms"),
        cost_usd=Sum("cost_usd"),
    )
    return Calls(**found)


def sample_battles(contestant: Contestant, viewer: Viewer = OUTSIDER) -> list[Battle]:
    """The newest counted battles of people who agreed, and still agree, that their texts are published."""
    met = Q(contestant_a=contestant) | Q(contestant_b=contestant)
    return list(
        Battle.objects.filter(
            met,
            listed(viewer, "arena"),
            state=BattleState.VOTED,
            may_publish=True,
            voter__isnull=False,
            vote__voter_kind=VoterKind.HUMAN,
            vote__is_ranked=True,
            vote__exclusion__isnull=True,
        )
        .filter(still_agrees())
        .exclude(prompt__text=ERASED)
        .exclude(Exists(Response.objects.filter(battle=OuterRef("pk"), text=ERASED)))
        .select_related("arena", "prompt", "contestant_a", "contestant_b", "vote")
        .order_by("-vote__id")[:N_SAMPLES]
    )


def versions_of(contestant: Contestant) -> list[Contestant]:
    """This model and those before and after it under the same name, the oldest first; one alone is no list."""
    chain = [contestant]
    while chain[0].replaces is not None:
        chain.insert(0, chain[0].replaces)
    while (newer := getattr(chain[-1], "replaced_by", None)) is not None:
        chain.append(newer)
    return chain if len(chain) > 1 else []


def public_entries_of(contestant: Contestant, viewer: Viewer = OUTSIDER) -> Sequence[Entry]:
    """Where it takes or took part, drafts left out."""
    entries = contestant.entries.exclude(status="draft").filter(listed(viewer, "arena"))
    return list(entries.select_related("arena").order_by("arena__name"))
