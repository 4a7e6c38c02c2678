"""How does a complaint about a text come in, and what can be decided on it? Next file to read: redaction.py."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from arena.domain.errors import InvalidInput
from arena.domain.moderation import MAX_NOTE_LENGTH, ReportAbout, ReportReason, ReportState
from arena.domain.prompts import clean_text, is_blank
from arena.domain.visibility import OUTSIDER, Viewer
from arena.models import PendingChange, Report, Vote
from arena.queries.clock import database_now
from arena.queries.reports import reportable_battle
from arena.services.redaction import redact_text
from arena.services.second_person import MODERATED, exclude_votes
from arena.services.start_counters import count_up
from arena.services.voters import ensure_voter

HOUR = timedelta(hours=1)
OF_VOTER_AN_HOUR, OF_NETWORK_AN_HOUR = 10, 60


@transaction.atomic
def report_text(
    *,
    voter_id: UUID,
    battle_id: UUID,
    about: str,
    reason: str,
    note: str = "",
    network: str = "",
    viewer: Viewer = OUTSIDER,
) -> None:
    """Put a text before the operators. The same again, and what comes in floods, changes nothing and is not told.

    Raises NotFound for a battle that this voter cannot see, InvalidInput.
    """
    battle = reportable_battle(battle_id, voter_id, viewer)
    note = _check(about, reason, note)
    now = database_now()
    voter = ensure_voter(voter_id=voter_id)
    if settings.HAS_LIMITS:
        if Report.objects.filter(voter=voter, created_at__gt=now - HOUR).count() >= OF_VOTER_AN_HOUR:
            return
        window_s = int(HOUR.total_seconds())
        name = f"reports/{network}"
        if network and not count_up(name=name, limit=OF_NETWORK_AN_HOUR, window_s=window_s, now=now):
            return
    Report.objects.get_or_create(
        battle=battle, about=about, voter=voter, defaults={"reason": reason, "note": note, "created_at": now}
    )


def dismiss_report(*, report_id: int, by: User) -> bool:
    """Whether it was open, and is dismissed now."""
    return _decide(report_id, ReportState.DISMISSED, by)


@transaction.atomic
def redact_reported(*, report_id: int, by: User) -> bool:
    """Remove the text; whether the report was open. Raises NotReady."""
    if not _decide(report_id, ReportState.REDACTED, by):
        return False
    report = Report.objects.get(pk=report_id)
    redact_text(battle_id=report.battle_id, about=ReportAbout(report.about))
    return True


@transaction.atomic
def exclude_reported(*, report_id: int, by: User) -> PendingChange | bool:
    """Remove the text at once, and let the vote on it count no longer, which for many waits for a second owner.

    Whether the report was open, or what waits. Raises NotReady.
    """
    if not _decide(report_id, ReportState.EXCLUDED, by):
        return False
    report = Report.objects.select_related("battle").get(pk=report_id)
    redact_text(battle_id=report.battle_id, about=ReportAbout(report.about))
    votes = list(Vote.objects.filter(battle=report.battle_id).values_list("pk", flat=True))
    why = f"reported: {ReportReason(report.reason).label}"
    return exclude_votes(arena_id=report.battle.arena_id, vote_ids=votes, by=by, why=why, rule=MODERATED) or True


def _check(about: str, reason: str, note: str) -> str:
    problems = {}
    if about not in list(ReportAbout):
        problems["about"] = ["Say what it is about."]
    if reason not in list(ReportReason):
        problems["reason"] = ["Say what is wrong with it."]
    note = "" if is_blank(note) else clean_text(note).strip()
    if len(note) > MAX_NOTE_LENGTH:
        problems["note"] = [f"At most {MAX_NOTE_LENGTH} characters."]
    if problems:
        raise InvalidInput(problems)
    return note


def _decide(report_id: int, state: ReportState, by: User) -> bool:
    """One decision for all who complained of the same text."""
    report = Report.objects.select_for_update().get(pk=report_id)
    same = Report.objects.filter(battle=report.battle_id, about=report.about, state=ReportState.OPEN)
    decided = same.update(state=state, decided_by=by.get_username(), decided_at=database_now())
    return bool(decided)
