"""Can everybody read a model's history, and nobody the name of who made it?"""

import pytest

from arena.domain.metadata import EntryStatus
from arena.domain.visibility import Visibility
from arena.models import Contestant, Entry
from arena.queries.lifecycle import public_steps_of
from arena.services.catalog import set_entry_status
from tests.factories import enter, make_arena

pytestmark = pytest.mark.django_db


def test_history_names_no_operator_and_no_private_arena():
    enter(make_arena("poems"), "quillon-1", status="draft")
    enter(make_arena("inside", visibility=Visibility.PRIVATE), "quillon-1", status="draft")
    for entry in Entry.objects.all():
        set_entry_status(entry_id=entry.pk, status=EntryStatus.TESTING, by="ada", reason="first look")
    set_entry_status(entry_id=Entry.objects.get(arena__slug="poems").pk, status=EntryStatus.ACTIVE)

    steps = public_steps_of(Contestant.objects.get())

    assert [(step.arena.slug, step.before, step.status, step.by, step.reason) for step in steps] == [
        ("poems", "testing", "active", "the site itself", ""),
        ("poems", "draft", "testing", "an operator", "first look"),
    ]
