"""How do automatic judges vote? On answers that are finished, in battles of their own, in both orders.

A judge is claimed, money set aside, the endpoint asked outside of any transaction; then each battle is one transaction.
Whatever dies in between is found again by the next sweep. Next files to read: judge_calls.py, queries/judging.py.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction
from django.db.models import F

from arena.domain.errors import NoBattles
from arena.domain.judging import MAX_CHARACTERS, JudgementResult, joint_verdict
from arena.domain.metadata import VoterKind
from arena.models import Battle, Judge, Judgement, Voter
from arena.queries.clock import database_now
from arena.queries.judging import due_judges, exhibits_of, judgeable_battles, n_left_today
from arena.services.judge_calls import JudgeCall, JudgeReply, ask, calls_of
from arena.services.replays import copy_battle
from arena.services.spending import NoRoom, reserve_judge_calls, settle_reservation
from arena.services.votes import cast_vote
from ratings.outcomes import Outcome

BATCH = 4  # battles of one judge that are asked about at once
CHOICES = 40  # drawn among the newest, so that a few battles that always fail hold up no other
LEASE = timedelta(minutes=5)  # longer than a run can take; as long as spending.LOST_AFTER
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
CAP_PAUSE = timedelta(minutes=10)
AT_CAP = "at a spending cap"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Case:
    """One battle before a judge. reservation_ids : as many as calls, or none where they are free."""

    judge: Judge
    original: Battle
    calls: tuple[JudgeCall, JudgeCall]
    reservation_ids: Sequence[int]


@dataclass(frozen=True)
class Trial:
    """What a judge said of one battle when an operator tried it. outcome : None if it would cast no vote."""

    battle: Battle
    replies: tuple[JudgeReply, JudgeReply]
    outcome: Outcome | None

    @property
    def cost_usd(self) -> Decimal:
        return self.replies[0].cost_usd + self.replies[1].cost_usd


@transaction.atomic
def save_judge(*, judge: Judge) -> None:
    """Save a judge; a new one gets its voter."""
    if judge.voter_id is None:
        judge.voter = Voter.objects.create(
            kind=VoterKind.JUDGE, origin=f"judges of {judge.arena.slug}", label=judge.name
        )
    judge.save()


def judge_battles(*, rng: np.random.Generator) -> None:
    """The sweep: every judge that is due takes up some battles; all of them are asked at once."""
    cases: list[Case] = []
    for judge in due_judges(database_now()):
        if n_left_today(judge, database_now()) and judgeable_battles(judge).exists() and _claim(judge):
            taken = _take_up(judge, rng)
            cases += taken
            if not taken:
                _release(judge)
    if not cases:
        return
    replies = ask([call for case in cases for call in case.calls])
    heard = [(case, (replies[2 * k], replies[2 * k + 1])) for k, case in enumerate(cases)]
    for judge in dict.fromkeys(case.judge for case in cases):
        _conclude(judge, [(case, pair) for case, pair in heard if case.judge == judge])


def try_judge(*, judge_id: int, rng: np.random.Generator) -> Trial:
    """Ask about one battle that waits, and write down nothing but what it cost.

    Raises NoBattles where none waits, AtSpendingCap.
    """
    judge = Judge.objects.select_related("arena", "voter").get(pk=judge_id)
    waiting = list(judgeable_battles(judge)[:CHOICES])
    if not waiting:
        raise NoBattles("No finished battle of this arena waits for this judge.")
    case = _case(judge, waiting[rng.integers(len(waiting))])
    if case is None:
        raise NoBattles("The battle that was drawn is too long for a judge. Try again.")
    ab, ba = ask(case.calls)
    _settle(case, (ab, ba))
    return Trial(case.original, (ab, ba), _outcome(ab, ba, judge.arena.outcomes))


def _claim(judge: Judge) -> bool:
    """Nobody else asks this judge until the claim is released, or runs out with the process that held it."""
    now = database_now()
    return bool(due_judges(now).filter(pk=judge.pk).order_by().update(resumes_at=now + LEASE, last_error=""))


def _release(judge: Judge) -> None:
    Judge.objects.filter(pk=judge.pk, last_error="").update(resumes_at=None)


def _take_up(judge: Judge, rng: np.random.Generator) -> list[Case]:
    """Cases with their money set aside; those for which there is none wait for another day."""
    waiting = list(judgeable_battles(judge)[:CHOICES])
    cases: list[Case] = []
    n_free = min(BATCH, n_left_today(judge, database_now()))
    for k in rng.permutation(len(waiting)):
        if len(cases) == n_free or _is_same_again(cases, waiting[k]):
            continue
        try:
            case = _case(judge, waiting[k])
        except NoRoom:
            _pause(judge, CAP_PAUSE, AT_CAP)
            break
        if case is None:
            _note(judge, waiting[k], JudgementResult.TOO_LONG)
        else:
            cases.append(case)
    return cases


def _is_same_again(cases: Sequence[Case], battle: Battle) -> bool:
    """Whether this pair on this prompt is among them already: stored outputs would be the same."""
    pair = {battle.contestant_a_id, battle.contestant_b_id}
    return any(
        case.original.prompt_id == battle.prompt_id
        and {case.original.contestant_a_id, case.original.contestant_b_id} == pair
        for case in cases
    )


def _case(judge: Judge, battle: Battle) -> Case | None:
    """None if the texts are too long. Raises NoRoom."""
    exhibits = exhibits_of(battle)
    if exhibits.n_characters > MAX_CHARACTERS:
        return None
    calls = calls_of(judge=judge, arena=judge.arena, exhibits=exhibits)
    reserved = reserve_judge_calls(
        amounts_usd=[call.most_usd for call in calls], voter_id=judge.voter_id, cap_usd=judge.cap_usd
    )
    return Case(judge, battle, calls, reserved)


def _conclude(judge: Judge, heard: Sequence[tuple[Case, tuple[JudgeReply, JudgeReply]]]) -> None:
    """Write down what each battle came to. Only if all failed is it the endpoint's fault, and no battle's."""
    for case, replies in heard:
        _settle(case, replies)
    errors = []
    for case, (ab, ba) in heard:
        error = ab.error or ba.error
        if error is None:
            _judge(case, ab, ba)
        else:
            errors.append((case, error))
    if len(errors) == len(heard):
        _, error = errors[0]
        log.warning("judge %s failed: %s", judge, error)
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(judge.n_failures, 10))
        _pause(judge, pause, str(error))
        Judge.objects.filter(pk=judge.pk).update(n_failures=F("n_failures") + 1)
        return
    for case, _ in errors:
        _note(judge, case.original, JudgementResult.FAILED)
    Judge.objects.filter(pk=judge.pk).exclude(last_error=AT_CAP).update(resumes_at=None, last_error="")
    Judge.objects.filter(pk=judge.pk).update(n_failures=0)


@transaction.atomic
def _judge(case: Case, ab: JudgeReply, ba: JudgeReply) -> None:
    """The vote in a battle of the judge's own, or the note that the arena offers nothing of what the judge said."""
    original = judgeable_battles(case.judge).select_for_update(of=("self",)).filter(pk=case.original.pk).first()
    if original is None:  # erased, redacted or judged meanwhile
        return
    outcome = _outcome(ab, ba, original.arena.outcomes)
    if outcome is None:
        _note(case.judge, original, JudgementResult.UNREADABLE, ab=ab.verdict, ba=ba.verdict)
        return
    battle = copy_battle(original=original, voter=case.judge.voter)
    _note(case.judge, original, JudgementResult.VOTED, battle=battle, ab=ab.verdict, ba=ba.verdict)
    cast_vote(voter_id=case.judge.voter_id, battle_id=battle.id, outcome=outcome.site_label)


def _outcome(ab: JudgeReply, ba: JudgeReply, offered: Sequence[str]) -> Outcome | None:
    if ab.verdict is None or ba.verdict is None:
        return None
    return joint_verdict(ab.verdict, ba.verdict, offered)


def _note(
    judge: Judge,
    original: Battle,
    result: JudgementResult,
    *,
    battle: Battle | None = None,
    ab: Outcome | None = None,
    ba: Outcome | None = None,
) -> None:
    """What became of a battle at this judge, in place of an earlier failure."""
    said = {
        "result": result,
        "battle": battle,
        "verdict_ab": "" if ab is None else ab.site_label,
        "verdict_ba": "" if ba is None else ba.site_label,
    }
    with transaction.atomic():
        again = Judgement.objects.filter(judge=judge, original=original, result=JudgementResult.FAILED)
        if not again.update(n_attempts=F("n_attempts") + 1, **said):
            Judgement.objects.create(judge=judge, original=original, created_at=database_now(), **said)


def _settle(case: Case, replies: tuple[JudgeReply, JudgeReply]) -> None:
    for reservation_id, reply in zip(case.reservation_ids, replies, strict=bool(case.reservation_ids)):
        settle_reservation(reservation_id=reservation_id, cost_usd=reply.cost_usd)


def _pause(judge: Judge, pause: timedelta, why: str) -> None:
    until: datetime = database_now() + pause
    Judge.objects.filter(pk=judge.pk).update(resumes_at=until, last_error=why[:200])
