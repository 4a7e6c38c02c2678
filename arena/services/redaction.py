"""How does a text go that must not be seen any more? Text and files go, rows and votes stay, the ledger says so.

No text was ever in the ledger, so it stays valid; the line in it tells readers of an older export what to forget.
Next file to read: reports.py, which decides; erasure.py, which does the same for a whole voter.
"""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from arena.domain.battle_state import WRITING_STATES
from arena.domain.consent import ERASED
from arena.domain.errors import NotReady
from arena.domain.moderation import ReportAbout
from arena.models import Battle, Delta, Output, Prompt, Response, TurnAttachment
from arena.queries.clock import database_now
from arena.services.ledger import record_event
from arena.services.uploads import delete_files
from ratings.ledger import unix_minutes

REDACT = "redact"


@transaction.atomic
def redact_text(*, battle_id: UUID, about: ReportAbout) -> None:
    """Remove what was asked, or what one side answered, wherever it is shown: other voters may have judged the same.

    Removing twice changes nothing but the ledger. Raises NotReady while the answers are still being written.
    """
    battle = Battle.objects.select_for_update().get(id=battle_id)
    root = battle.replay_of_id or battle.pk
    same = Battle.objects.filter(Q(pk=root) | Q(replay_of=root))
    ids = list(same.values_list("pk", flat=True))
    if Battle.objects.filter(pk__in=ids, state__in=WRITING_STATES).exists():
        raise NotReady("Answers are still being written. Please try again in a minute.")
    Battle.objects.filter(pk__in=ids).update(may_publish=False)
    if about is ReportAbout.PROMPT:
        _redact_prompt(battle.prompt_id, ids)
    else:
        _redact_side(about.value, ids)
    what = "prompt" if about is ReportAbout.PROMPT else "response"
    ref = battle.pk.hex if about is ReportAbout.PROMPT else f"{battle.pk.hex}:{about.value}"
    record_event(arena_id=battle.arena_id, kind=REDACT, what=what, ref=ref, t=unix_minutes(database_now()))


def _redact_prompt(prompt_id: int, battle_ids: list[UUID]) -> None:
    """The prompt, which a pool then offers no more, what was asked further in these battles, and pictures with it."""
    Prompt.objects.filter(pk=prompt_id).update(text=ERASED, is_in_pool=False)
    Response.objects.filter(battle__in=battle_ids).exclude(prompt_text="").update(prompt_text=ERASED)
    pictures = TurnAttachment.objects.filter(battle__in=battle_ids).select_related("upload")
    delete_files(uploads=[row.upload for row in pictures])


def _redact_side(side: str, battle_ids: list[UUID]) -> None:
    """All turns and generations of this side; a stored output goes for good, and is drawn no more."""
    responses = Response.objects.filter(battle__in=battle_ids, side=side)
    outputs = Output.objects.filter(responses__in=responses, is_redacted=False).distinct()
    files = {(row.file.storage, row.file.name) for row in outputs if row.file}
    files |= {(row.media.storage, row.media.name) for row in responses.exclude(media="")}
    Output.objects.filter(pk__in=[row.pk for row in outputs]).update(
        text=ERASED, file="", media_type="", is_redacted=True
    )
    responses.filter(output__isnull=True).update(text=ERASED, media="", media_type="")
    Delta.objects.filter(battle__in=battle_ids, side=side).delete()
    for storage, name in files:
        transaction.on_commit(partial(storage.delete, name))
