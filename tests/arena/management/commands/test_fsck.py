"""Does `fsck` end with 0 on sound ledgers, and with 1 and a sentence for each fault otherwise?"""

import pytest
from django.core.management import call_command

from arena.models import Battle, PairCount
from arena.services.ledger import sequence_arena
from tests.factories import SLUGS, make_arena, make_vote

pytestmark = pytest.mark.django_db


def test_sound_ledgers(capsys):
    make_vote(make_arena(), *SLUGS[:2], "a")

    call_command("fsck")

    assert capsys.readouterr() == ("All ledgers are sound.\n", "")


def test_every_fault_of_every_arena_is_named(capsys):
    for slug in ("one", "two", "sound"):
        arena = make_arena(slug)
        make_vote(arena, *SLUGS[:2], "a")
        sequence_arena(arena_id=arena.pk)
    PairCount.objects.filter(arena__slug="one").update(wins_a=2)
    Battle.objects.filter(arena__slug="two").update(state="ready")

    with pytest.raises(SystemExit) as ended:
        call_command("fsck")

    assert ended.value.code == 1
    assert capsys.readouterr() == (
        "",
        "one: the pair counts are not those of the ledger\ntwo: 1 battles have a vote and are not voted\n",
    )
