"""How does an arena become the pattern of another? Its settings and its models, none of its votes.

Next file to read: catalog.py.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from arena.domain.errors import InvalidInput
from arena.domain.metadata import EntryStatus
from arena.domain.visibility import Visibility
from arena.models import Arena, Entry
from arena.services.catalog import save_arena, set_entry_status

OWN = ("id", "slug", "name", "created_at", "visibility", "checked_since")
"""What a copy does not take over."""
STEPS_TO = {
    EntryStatus.TESTING: (EntryStatus.TESTING,),
    EntryStatus.ACTIVE: (EntryStatus.ACTIVE,),
    EntryStatus.PAUSED: (EntryStatus.ACTIVE, EntryStatus.PAUSED),
}


@transaction.atomic
def duplicate_arena(*, arena_id: int, slug: str, name: str, by: str) -> Arena:
    """A new arena with the same settings, members and models, to be looked at before it is listed: unlisted, or private
    as its pattern is.

    Models that were retired stay behind. Raises InvalidInput, naming fields of Arena.
    """
    pattern = Arena.objects.get(pk=arena_id)
    settings = {f.attname: getattr(pattern, f.attname) for f in Arena._meta.concrete_fields if f.name not in OWN}
    is_private = pattern.visibility == Visibility.PRIVATE
    visibility = Visibility.PRIVATE if is_private else Visibility.UNLISTED
    copy = Arena(slug=slug, name=name, visibility=visibility, **settings)
    try:
        copy.full_clean()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from None
    save_arena(arena=copy)
    for field in Arena._meta.many_to_many:
        getattr(copy, field.name).set(getattr(pattern, field.name).all())
    for entry in pattern.entries.exclude(status=EntryStatus.RETIRED).order_by("contestant__slug"):
        heir = Entry.objects.create(arena=copy, contestant_id=entry.contestant_id, exposure=entry.exposure)
        for status in STEPS_TO.get(EntryStatus(entry.status), ()):
            set_entry_status(entry_id=heir.pk, status=status, by=by, reason=f"as in {pattern.name}")
    return copy
