"""Does `publish` publish now, and say what it did?"""

import pytest
from django.core.management import CommandError, call_command

from arena.models import Snapshot
from tests.factories import SLUGS, make_arena, make_vote, make_voter

pytestmark = pytest.mark.django_db


def publish(capsys, slug="text"):
    call_command("publish", arena=slug)
    return capsys.readouterr().out


def test_boards_are_published_and_named(capsys):
    arena = make_arena()
    make_vote(arena, *SLUGS[:2], "a")
    make_vote(arena, *SLUGS[:2], "b", make_voter("judge"))

    said = publish(capsys)

    ids = Snapshot.objects.order_by("pk").values_list("pk", flat=True)
    assert said == "".join(f"Published snapshot {pk}.\n" for pk in ids)
    assert len(ids) == 2


def test_nothing_new_is_said(capsys):
    make_vote(make_arena(), *SLUGS[:2], "a")
    publish(capsys)

    assert publish(capsys) == "Nothing new: the published boards are up to date.\n"


def test_arena_that_is_none():
    with pytest.raises(CommandError, match=r"^There is no arena called 'nowhere'\.$"):
        call_command("publish", arena="nowhere")
