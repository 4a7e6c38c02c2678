"""A voter who leaves: what was typed is gone, the vote stays as nobody's, the ledger is sound and says so."""

import uuid

import pytest

from arena.domain.audit import Actor, Door
from arena.domain.consent import ERASED
from arena.domain.errors import NotFound
from arena.models import (
    AuditEntry,
    Battle,
    Delta,
    LedgerEntry,
    Prompt,
    Reservation,
    Response,
    SpendingTotal,
    Vote,
    VoteNote,
    Voter,
)
from arena.queries.audit import faults
from arena.services.audit import note_step
from arena.services.erasure import erase_voter
from arena.services.ledger import sequence_arena
from arena.services.reports import report_text
from arena.services.votes import cast_vote
from ratings.ledger import parse_record
from tests.concurrency import whole_database
from tests.factories import make_battle, make_paid_arena, make_stored_arena, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def arena():
    return make_stored_arena()


@pytest.fixture
def typed(arena):
    """A finished battle over a text that its voter typed, with a comment."""
    battle = make_battle(arena, "quillon-1", "brevant-2", make_voter())
    battle.prompt = Prompt.objects.create(arena=arena, text="My own words")
    battle.save()
    for side in ("a", "b"):
        Response.objects.update_or_create(battle=battle, side=side, defaults={"text": "Of my words", "output": None})
    Delta.objects.create(battle=battle, seq=1, side="a", turn=1, text="Of my words")
    cast_vote(voter_id=battle.voter_id, battle_id=battle.id, outcome="a", comment="mine")
    return battle


@pytest.mark.parametrize("is_sequenced", [True, False])
def test_texts_notes_and_identity_go_and_the_vote_stays(arena, typed, is_sequenced):
    if is_sequenced:
        sequence_arena(arena_id=arena.pk)

    erase_voter(voter_id=typed.voter_id)

    assert Prompt.objects.get(id=typed.prompt_id).text == ERASED
    assert set(typed.responses.values_list("text", flat=True)) == {ERASED}
    assert (Delta.objects.count(), VoteNote.objects.count(), Voter.objects.count()) == (0, 0, 0)
    assert (Vote.objects.get().outcome, Battle.objects.get().voter) == ("a", None)
    assert list(faults(arena)) == []


def test_the_ledger_says_that_a_pseudonym_was_forgotten(arena, typed):
    erase_voter(voter_id=typed.voter_id)

    vote, redaction = LedgerEntry.objects.order_by("seq")
    assert redaction.kind == "redact"
    assert parse_record(bytes(redaction.record))["ref"] == bytes(vote.pseudonym).hex()


def test_prompts_of_the_pool_and_stored_outputs_stay(arena):
    battle = make_battle(arena, "quillon-1", "brevant-2", make_voter())

    erase_voter(voter_id=battle.voter_id)

    assert not Prompt.objects.filter(text=ERASED).exists()
    assert Battle.objects.get().voter is None


def test_nobody_cannot_be_forgotten(arena):
    with pytest.raises(NotFound):
        erase_voter(voter_id=uuid.uuid4())


def test_no_row_anywhere_names_the_voter_or_holds_their_words(arena, typed, monkeypatch):
    monkeypatch.setattr("arena.services.battles.launch", lambda battle_id: None)
    voter_id = typed.voter_id
    Battle.objects.filter(id=typed.id).update(may_publish=True)
    report_text(voter_id=voter_id, battle_id=typed.id, about="a", reason="other", note="My own words")
    start(make_paid_arena(slugs=("fenwick-1", "fenwick-2")), voter_id, prompt_text="My own words")
    assert Reservation.objects.filter(voter=voter_id).count() == 2

    erase_voter(voter_id=voter_id)

    everything = repr(whole_database())
    assert str(voter_id) not in everything
    assert voter_id.hex not in everything
    assert "wn words" not in everything
    assert "Of my words" not in everything
    assert not Battle.objects.get(id=typed.id).may_publish
    assert SpendingTotal.objects.filter(scope="day").count() == 1
    assert list(faults(arena)) == []


def test_the_trail_of_the_staff_never_held_what_was_typed(typed):
    actor = Actor("ada", Door.ADMIN)
    note_step(actor=actor, action="change", row=typed.prompt, before={"text": "My own words"}, after={"text": "Others"})

    assert AuditEntry.objects.get().before == {"text": "(12 characters)"}
