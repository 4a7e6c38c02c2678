"""Does an outsider see of a battle what belongs to it, and nothing that names a contestant?"""

import uuid
from datetime import timedelta

import pytest

from arena.domain.blinding import BlindBattle, BlindSide, BlindTurn
from arena.domain.errors import NotFound
from arena.models import Contestant, Delta, Response
from arena.queries.battles import battle_of_voter, blind_battle, deltas_after, open_battle, response_text
from arena.queries.clock import database_now
from tests.factories import SLUGS, make_arena, make_battle, make_stored_arena, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_blind_battle_says_everything_a_voter_needs():
    battle = make_battle(make_arena(), *SLUGS[:2], last_seq=9)

    sides = [BlindSide((BlindTurn(prompt="Question p1?", text=f"Answer {s}.", media=(), is_done=True),)) for s in "ab"]
    assert blind_battle(battle.id, battle.voter_id) == BlindBattle(
        id=str(battle.id),
        arena="text",
        state="ready",
        void_reason=None,
        prompt_id="p1",
        prompt="Question p1?",
        language="",
        commitment=bytes(battle.commitment).hex(),
        expires_at=battle.expires_at,
        last_seq=9,
        is_live=True,
        max_turns=8,
        a=sides[0],
        b=sides[1],
    )


def test_nothing_in_it_names_a_contestant():
    arena = make_stored_arena()
    Contestant.objects.update(organisation="Organisabel", version="v9.9", aliases=["Aliasander"])
    battle = start(arena)

    seen = repr(blind_battle(battle.id, battle.voter_id)).lower()

    names = {
        value for c in Contestant.objects.all() for value in (c.slug, c.name, c.organisation, c.version, *c.aliases)
    }
    assert names >= {"quillon-1", "Quillon-1", "Organisabel", "Aliasander"}
    assert [name for name in names if name.lower() in seen] == []
    assert bytes(battle.nonce).hex() not in seen


def test_stored_answers_are_shown_at_once():
    battle = start(make_stored_arena())
    outputs = {response.side: response.output.text for response in battle.responses.all()}

    seen = blind_battle(battle.id, battle.voter_id)

    assert [(side.turns[0].text, side.turns[0].is_done) for side in (seen.a, seen.b)] == [
        (outputs["a"], True),
        (outputs["b"], True),
    ]


def test_answer_in_the_making_is_shown_as_far_as_it_was_sent():
    battle = make_battle(make_arena(), *SLUGS[:2], state="answering", last_seq=3)
    Response.objects.update(is_done=False, text="")
    for seq, side, text in [(1, "a", "One "), (2, "b", "Uno "), (3, "a", "two")]:
        Delta.objects.create(battle=battle, seq=seq, side=side, turn=1, text=text)

    seen = blind_battle(battle.id, battle.voter_id)

    assert [(side.turns[0].text, side.turns[0].is_done) for side in (seen.a, seen.b)] == [
        ("One two", False),
        ("Uno ", False),
    ]
    assert list(deltas_after(battle.id, 1).values_list("seq", "text")) == [(2, "Uno "), (3, "two")]


def test_finished_text_wins_over_its_pieces():
    battle = make_battle(make_arena(), *SLUGS[:2])
    piece = Delta.objects.create(battle=battle, seq=1, side="a", turn=1, text="An")

    assert response_text(battle.responses.get(side="a"), [piece]) == "Answer a."


def test_battle_past_its_time_is_expired_before_the_sweep():
    battle = make_battle(make_arena(), *SLUGS[:2], expires_at=database_now() - timedelta(seconds=1))

    assert blind_battle(battle.id, battle.voter_id).state == "expired"


@pytest.mark.parametrize("find", [battle_of_voter, blind_battle])
def test_battle_of_another_is_not_there(find):
    battle = make_battle(make_arena(), *SLUGS[:2])

    for battle_id, voter_id in [
        (battle.id, None),
        (battle.id, make_voter().id),
        (battle.id, uuid.uuid4()),
        (uuid.uuid4(), battle.voter_id),
    ]:
        with pytest.raises(NotFound):
            find(battle_id, voter_id)


def test_battle_of_an_erased_voter_is_nobodys():
    battle = make_battle(make_arena(), *SLUGS[:2])
    voter_id = battle.voter_id
    battle.voter.delete()

    for asking in (voter_id, None):
        with pytest.raises(NotFound):
            blind_battle(battle.id, asking)


def test_open_battle_is_the_newest_that_still_waits():
    arena, voter = make_arena(), make_voter()
    now = database_now()
    make_battle(arena, *SLUGS[:2], voter, created_at=now - timedelta(minutes=2))
    newest = make_battle(arena, *SLUGS[:2], voter, created_at=now - timedelta(minutes=1), state="answering")
    make_battle(arena, *SLUGS[:2], voter, state="voted")
    make_battle(arena, *SLUGS[:2], voter, state="void", void_reason="skipped")
    make_battle(arena, *SLUGS[:2])
    make_battle(make_arena("other"), *SLUGS[:2], voter)

    assert open_battle(arena.pk, voter.id) == newest
    assert open_battle(arena.pk, None) is None
    assert open_battle(arena.pk, make_voter().id) is None


def test_battle_past_its_time_is_not_open():
    arena, voter = make_arena(), make_voter()
    make_battle(arena, *SLUGS[:2], voter, expires_at=database_now() - timedelta(seconds=1))

    assert open_battle(arena.pk, voter.id) is None
