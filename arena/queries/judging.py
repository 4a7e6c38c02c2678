"""Which battles may a judge be asked about, and how has it done? Next file to read: services/judging.py."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from arena.domain.battle_state import BattleState, Branch
from arena.domain.consent import ERASED
from arena.domain.judging import Exhibits, JudgementResult, Order, names_first_place
from arena.domain.metadata import VoterKind
from arena.domain.spending import Price
from arena.models import Battle, Judge, Judgement, Response, TurnAttachment
from arena.queries.battles import response_text, shown_responses
from arena.queries.replays import VoterAgreement, agreements_of, unfit_responses
from arena.queries.spending import Spend, text_price, voter_spending

MAX_ATTEMPTS = 3  # at a battle on which the endpoint fails while others pass


def due_judges(now: datetime) -> QuerySet[Judge]:
    """Those that may be asked now, in the order in which they were made."""
    is_due = Q(resumes_at__isnull=True) | Q(resumes_at__lte=now)
    return Judge.objects.filter(is_due, is_enabled=True).select_related("arena", "voter").order_by("id")


def judgeable_battles(judge: Judge) -> QuerySet[Battle]:
    """Finished battles that this judge has not judged, the newest first.

    Complete, ranked, different answers without pictures; the prompt is of the pool, or its voter agreed to publish it.
    The same two stored outputs are judged once, however many battles showed them.
    """
    battles = Battle.objects.filter(
        Q(prompt__is_in_pool=True, n_turns=1) | Q(may_publish=True) | Q(branch=Branch.IMPORT),
        arena=judge.arena_id,
        branch__in=(Branch.SAMPLER, Branch.IMPORT),
        unranked_reason="",
        is_identical=False,
    ).select_related("arena", "prompt", "contestant_a", "contestant_b")
    if judge.only_voted:
        battles = battles.filter(state=BattleState.VOTED, vote__voter_kind=VoterKind.HUMAN)
    else:
        battles = battles.filter(state__in=(BattleState.READY, BattleState.VOTED, BattleState.EXPIRED))
        battles = battles.exclude(vote__voter_kind=VoterKind.JUDGE)
    of_battle = Response.objects.filter(battle=OuterRef("pk"))
    return (
        battles.filter(Exists(of_battle))
        .exclude(prompt__text=ERASED)
        .exclude(Exists(unfit_responses()))
        .exclude(Exists(TurnAttachment.objects.filter(battle=OuterRef("pk"))))
        .exclude(Exists(_done(judge).filter(original=OuterRef("pk"))))
        .exclude(Exists(of_battle.filter(output__isnull=False)) & Exists(_on_same_outputs(judge)))
        .order_by(F("created_at").desc(nulls_last=True), "id")
    )


def exhibits_of(battle: Battle) -> Exhibits:
    """What a judge reads. Of a battle with several turns, each answer holds what was asked and said after the first."""
    texts: dict[str, list[str]] = {"a": [], "b": []}
    for response in shown_responses(battle):
        asked = f"The next prompt:\n{response.prompt_text}\n\n" if response.turn > 1 else ""
        texts[response.side].append(asked + response_text(response))
    return Exhibits(battle.prompt.text, *("\n\n".join(texts[side]) for side in ("a", "b")))


def price_of_judge(judge: Judge) -> Price:
    return text_price((judge.input_price_usd, judge.output_price_usd), judge.model_name, judge.base_url)


def n_left_today(judge: Judge, now: datetime) -> int:
    """How many more battles this judge may take up before midnight UTC."""
    return max(0, judge.max_battles_a_day - _of_day(judge, now).count())


@dataclass(frozen=True)
class JudgeFigures:
    """Of all days, but the last two. n_disagreed : battles of which the two orders said different things.

    n_first, n_second : of these, how often the first, or the second, place won both times.
    n_undecided : of these, how many got no vote, as the arena offers no tie.
    """

    n_voted: int
    n_disagreed: int
    n_first: int
    n_second: int
    n_undecided: int
    n_unreadable: int
    n_too_long: int
    n_failed: int
    with_people: VoterAgreement
    n_today: int
    today: Spend

    @property
    def disagreed_percent(self) -> float | None:
        """How often the verdict hung on the order: position bias."""
        n_decided = self.n_voted + self.n_undecided
        return 100 * self.n_disagreed / n_decided if n_decided else None


def figures_of(judge: Judge, now: datetime) -> JudgeFigures:
    rows = judge.judgements.order_by()
    n_by_result = Counter(rows.values_list("result", flat=True))
    read = rows.exclude(verdict_ab="").exclude(verdict_ba="")
    n_undecided = read.filter(result=JudgementResult.UNREADABLE).count()
    pairs = list(read.values_list("verdict_ab", "verdict_ba"))
    places = Counter(names_first_place(ab, ba) for ab, ba in pairs)
    return JudgeFigures(
        n_voted=n_by_result[JudgementResult.VOTED],
        n_disagreed=sum(ab != ba for ab, ba in pairs),
        n_first=places[Order.AB],
        n_second=places[Order.BA],
        n_undecided=n_undecided,
        n_unreadable=n_by_result[JudgementResult.UNREADABLE] - n_undecided,
        n_too_long=n_by_result[JudgementResult.TOO_LONG],
        n_failed=n_by_result[JudgementResult.FAILED],
        with_people=agreements_of(judge.arena, judge.voter_id).with_judges,
        n_today=_of_day(judge, now).count(),
        today=voter_spending(judge.voter_id, judge.cap_usd, now),
    )


def _done(judge: Judge) -> QuerySet[Judgement]:
    """Battles that this judge is not asked about again."""
    waits = Q(result=JudgementResult.FAILED, n_attempts__lt=MAX_ATTEMPTS)
    return Judgement.objects.filter(judge=judge).exclude(waits)


def _on_same_outputs(judge: Judge) -> QuerySet[Judgement]:
    """Judgements of the outer battle's pair on its prompt, where the answers were stored ones."""
    a, b = OuterRef("contestant_a"), OuterRef("contestant_b")
    same_pair = Q(original__contestant_a=a, original__contestant_b=b)
    swapped = Q(original__contestant_a=b, original__contestant_b=a)
    return _done(judge).filter(
        same_pair | swapped, original__prompt=OuterRef("prompt"), original__responses__output__isnull=False
    )


def _of_day(judge: Judge, now: datetime) -> QuerySet[Judgement]:
    return judge.judgements.filter(created_at__gte=datetime.combine(now.date(), time(), UTC))
