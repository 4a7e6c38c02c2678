"""How does a new version take the place of a model? Closed models change; votes belong to what was really asked.

Votes up to the change stay with the old version, later ones go to the new one; nothing is counted anew.
Next file to read: catalog.py.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from arena.domain.errors import InvalidInput
from arena.domain.metadata import EntryStatus
from arena.models import Contestant, Endpoint, Entry, SpendingCap
from arena.models.catalog import MAX_NAME_LENGTH
from arena.services.catalog import save_contestant, set_entry_status

KEPT = (
    "organisation",
    "total_params_b",
    "active_params_b",
    "precision",
    "training_type",
    "openness",
    "licence",
    "input_price_usd",
    "output_price_usd",
    "answer_price_usd",
    "context_tokens",
    "kind",
    "description",
    "link",
)
"""What holds of the next version too, until an operator says otherwise; dates do not."""
CALLED_BY = ("provider", "base_url", "model_name", "key_name", "parameters", "is_enabled")


@transaction.atomic
def new_version(*, contestant_id: int, slug: str, name: str, version: str, by: str, reason: str = "") -> Contestant:
    """A contestant of the same family that takes over endpoint, entries and caps; the old one is retired everywhere.

    Raises InvalidInput, naming fields of Contestant.
    """
    old = Contestant.objects.select_for_update().get(pk=contestant_id)
    if Contestant.objects.filter(replaces=old).exists():
        raise InvalidInput({"version": [f"{old.name} already has a successor; make a new version of that one."]})
    if not old.family:
        old.family = old.name[:MAX_NAME_LENGTH]
        old.save(update_fields=["family"])
    new = Contestant(
        slug=slug,
        name=name,
        version=version,
        family=old.family,
        replaces=old,
        aliases=list(dict.fromkeys([*old.aliases, old.name])),
        **{field: getattr(old, field) for field in KEPT},
    )
    try:
        new.full_clean()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from None
    save_contestant(contestant=new)
    new.base_models.set(old.base_models.all())
    _hand_over_endpoint(old, new)
    # What the old one spent today counts on under its own cap.
    SpendingCap.objects.bulk_create(
        SpendingCap(scope=cap.scope, contestant=new, limit_usd=cap.limit_usd) for cap in old.spending_caps.all()
    )
    for entry in old.entries.exclude(status=EntryStatus.RETIRED).order_by("arena"):
        _hand_over_entry(entry, new, by, reason)
    return new


def _hand_over_endpoint(old: Contestant, new: Contestant) -> None:
    endpoint = Endpoint.objects.filter(contestant=old).first()
    if endpoint is None:
        return
    Endpoint.objects.create(contestant=new, **{field: getattr(endpoint, field) for field in CALLED_BY})
    endpoint.is_enabled = False
    endpoint.save(update_fields=["is_enabled"])


def _hand_over_entry(entry: Entry, new: Contestant, by: str, reason: str) -> None:
    """The new one is active where the old one was; where that only rested, the new one is to be tried first."""
    old = entry.contestant
    set_entry_status(
        entry_id=entry.pk, status=EntryStatus.RETIRED, by=by, reason=_with(f"replaced by {new.name}", reason)
    )
    heir = Entry.objects.create(arena_id=entry.arena_id, contestant=new, exposure=entry.exposure)
    status = EntryStatus.ACTIVE if entry.status == EntryStatus.ACTIVE else EntryStatus.TESTING
    if entry.status != EntryStatus.DRAFT:
        set_entry_status(entry_id=heir.pk, status=status, by=by, reason=_with(f"replaces {old.name}", reason))


def _with(sentence: str, reason: str) -> str:
    return f"{sentence}: {reason}" if reason else sentence
