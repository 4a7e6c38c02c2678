"""How does a voter leave? Texts, notes and identity go; votes stay as nobody's, and the ledger stays valid.

Next file to read: ledger.py, which keeps the record that something was erased.
"""

from uuid import UUID

from django.db import transaction

from arena.domain.battle_state import BattleState, VoidReason, states_before
from arena.domain.consent import ERASED
from arena.domain.errors import NotFound
from arena.models import Battle, Delta, LedgerEntry, PendingVote, Prompt, Report, Response, VoteNote, Voter
from arena.queries.clock import database_now
from arena.services.ledger import record_event, sequence_arena
from arena.services.uploads import delete_uploads
from ratings.ledger import unix_minutes


def erase_voter(*, voter_id: UUID | None) -> None:
    """Forget this voter. Raises NotFound if nobody of that id ever began a battle.

    Waiting votes are sequenced first, so that the ledger names them by pseudonym like all others.
    """
    if not Voter.objects.filter(id=voter_id).exists():
        raise NotFound
    for arena_id in set(PendingVote.objects.filter(vote__battle__voter=voter_id).values_list("arena", flat=True)):
        sequence_arena(arena_id=arena_id)
    with transaction.atomic():
        _erase_texts(voter_id)
        _record(voter_id)
        Voter.objects.filter(id=voter_id).delete()


def _erase_texts(voter_id: UUID) -> None:
    """What the voter typed, what was answered to it, and notes; also where others judged the same answers."""
    own = Battle.objects.filter(voter=voter_id)
    # Nobody waits for them any more, and a coordinator keeps no text of a battle that is over.
    own.filter(state__in=states_before(BattleState.VOID)).update(state=BattleState.VOID, void_reason=VoidReason.SKIPPED)
    typed = Prompt.objects.filter(battles__in=own, is_in_pool=False)
    talks = own.filter(n_turns__gt=1)
    asked = Battle.objects.filter(prompt__in=typed) | talks | Battle.objects.filter(replay_of__in=talks.values("id"))
    answers = Response.objects.filter(battle__in=asked.values("id"), output__isnull=True)
    for response in answers.exclude(media=""):
        response.media.delete(save=False)
    Delta.objects.filter(battle__in=asked.values("id")).delete()
    answers.exclude(prompt_text="").update(prompt_text=ERASED)
    delete_uploads(voter_id=voter_id)
    answers.update(text=ERASED, media="", media_type="")
    Prompt.objects.filter(id__in=list(typed.values_list("id", flat=True))).update(text=ERASED)
    VoteNote.objects.filter(vote__battle__voter=voter_id).delete()
    Battle.objects.filter(id__in=list(asked.values_list("id", flat=True))).update(may_publish=False)
    Report.objects.filter(voter=voter_id).update(note="")


def _record(voter_id: UUID) -> None:
    """One line in each ledger for each pseudonym, so that a reader of an older export knows what to forget."""
    pseudonyms = LedgerEntry.objects.filter(vote__battle__voter=voter_id).values_list("ledger", "pseudonym").distinct()
    minutes = unix_minutes(database_now())
    for arena_id, pseudonym in sorted({(arena_id, bytes(value)) for arena_id, value in pseudonyms}):
        record_event(arena_id=arena_id, kind="redact", what="voter", ref=pseudonym.hex(), t=minutes)
