"""Does the database refuse a battle that cannot be?"""

import uuid

import pytest
from django.db import IntegrityError, transaction

from arena.models import Battle, Delta, Response
from tests.factories import make_arena, make_battle, make_voter

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def refuses(name):
    """The constraint that must complain; SQLite names the columns of a unique one."""
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"state": "asleep"}, "battle_state_known"),
        ({"state": "void"}, "battle_void_has_reason"),
        ({"state": "void", "void_reason": "boring"}, "battle_void_has_reason"),
        ({"state": "ready", "void_reason": "skipped"}, "battle_void_has_reason"),
        ({"unranked_reason": "too_fast"}, "battle_unranked_reason_known"),
        ({"pair_probability": 0}, "battle_probability_range"),
        ({"pair_probability": 1.1}, "battle_probability_range"),
        ({"pair_probability": -0.5}, "battle_probability_range"),
        ({"last_seq": -1}, "last_seq"),
    ],
)
def test_battle_that_cannot_be(fields, name):
    arena = make_arena()

    with refuses(name), transaction.atomic():
        make_battle(arena, "quillon-1", "brevant-2", **fields)

    assert Battle.objects.count() == 0


def test_nobody_meets_itself():
    arena = make_arena()

    with refuses("battle_of_two"), transaction.atomic():
        make_battle(arena, "quillon-1", "quillon-1")


def test_row_of_a_file_is_imported_once():
    arena, other = make_arena(), make_arena("other")
    make_battle(arena, "quillon-1", "brevant-2", import_key="votes.csv:7")

    with refuses("import"), transaction.atomic():
        make_battle(arena, "quillon-1", "brevant-2", import_key="votes.csv:7")

    make_battle(other, "quillon-1", "brevant-2", import_key="votes.csv:7")
    make_battle(arena, "quillon-1", "brevant-2", import_key=None)
    make_battle(arena, "quillon-1", "brevant-2", import_key=None)
    assert Battle.objects.count() == 4


@pytest.mark.parametrize(("side", "name"), [("a", "side"), ("c", "response_side_known")])
def test_response_is_of_a_side_once_a_turn(side, name):
    battle = make_battle(make_arena(), "quillon-1", "brevant-2")

    with refuses(name), transaction.atomic():
        Response.objects.create(battle=battle, side=side, turn=1)


def test_seq_of_a_delta_is_used_once():
    battle = make_battle(make_arena(), "quillon-1", "brevant-2")
    Delta.objects.create(battle=battle, seq=1, side="a", turn=1, text="x")

    with refuses("seq"), transaction.atomic():
        Delta.objects.create(battle=battle, seq=1, side="b", turn=1, text="y")


def test_bytes_come_back_as_they_were():
    battle_id = uuid.uuid4()
    nonce = bytes(range(0, 256, 8))
    make_battle(make_arena(), "quillon-1", "brevant-2", id=battle_id, nonce=nonce)

    stored = Battle.objects.get(id=battle_id)

    assert (stored.id, bytes(stored.nonce), len(bytes(stored.commitment))) == (battle_id, nonce, 32)


def test_battle_survives_its_voter():
    voter = make_voter()
    battle = make_battle(make_arena(), "quillon-1", "brevant-2", voter)

    voter.delete()

    battle.refresh_from_db()
    assert battle.voter is None
