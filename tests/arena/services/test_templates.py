"""Does a copy of an arena have its settings and models, and nothing that anybody voted?"""

import pytest
from django.contrib.auth.models import User

from arena.domain.errors import InvalidInput
from arena.models import Arena, Battle, Entry, EntryStep, Ledger, LedgerEntry
from arena.services.templates import OWN, duplicate_arena
from tests.concurrency import whole_database
from tests.factories import SLUGS, enter, make_arena, make_stored_arena, make_vote

pytestmark = pytest.mark.django_db


def test_copy_has_settings_and_models_and_no_votes():
    arena = make_stored_arena(
        question="Which is kinder?", pacing="raw", pairing={"cap": 0.3}, takes_prompts=True, publish_every_s=60
    )
    make_vote(arena, *SLUGS[:2], "a")
    Entry.objects.filter(contestant__slug=SLUGS[1]).update(status="paused", exposure=2)
    Entry.objects.filter(contestant__slug=SLUGS[2]).update(status="retired")
    enter(arena, "sketch-0", status="draft")

    copy = duplicate_arena(arena_id=arena.pk, slug="text-copy", name="Copy", by="ada")

    arena.refresh_from_db()
    copy.refresh_from_db()
    kept = [field.attname for field in Arena._meta.concrete_fields if field.name not in OWN]
    assert {name: getattr(copy, name) for name in kept} == {name: getattr(arena, name) for name in kept}
    assert (copy.slug, copy.name, copy.visibility) == ("text-copy", "Copy", "unlisted")
    assert set(copy.entries.values_list("contestant__slug", "status", "exposure")) == {
        (SLUGS[0], "active", 1.0),
        (SLUGS[1], "paused", 2.0),
        (SLUGS[3], "active", 1.0),
        ("sketch-0", "draft", 1.0),
    }
    assert set(EntryStep.objects.filter(entry__arena=copy).values_list("by", "reason")) == {("ada", "as in Text")}
    assert (Battle.objects.filter(arena=copy).count(), copy.prompts.count()) == (0, 0)
    assert Ledger.objects.get(arena=copy).size == LedgerEntry.objects.filter(ledger=copy.pk).count() == 3


@pytest.mark.parametrize(
    ("values", "field"), [({"slug": "text"}, "slug"), ({"slug": "Two Words"}, "slug"), ({"name": ""}, "name")]
)
def test_copy_that_makes_no_sense_is_refused_whole(values, field):
    arena = make_arena()
    before = whole_database()

    with pytest.raises(InvalidInput) as caught:
        duplicate_arena(arena_id=arena.pk, by="ada", **({"slug": "copy", "name": "Copy"} | values))

    assert list(caught.value.fields) == [field]
    assert whole_database() == before


def test_copy_of_a_private_arena_is_private_and_has_its_members():
    arena = make_stored_arena(visibility="private")
    arena.members.add(ada := User.objects.create_user("ada"))

    copy = duplicate_arena(arena_id=arena.pk, slug="copy", name="Copy", by="olga")

    assert copy.visibility == "private"
    assert list(copy.members.all()) == [ada]
