"""Is a session one voter, however often it comes? And does it agree to what it read, and to nothing else?"""

import uuid

import pytest

from arena.domain.errors import InvalidInput
from arena.domain.visibility import OUTSIDER
from arena.models import ArenaConsent, Battle, Voter
from arena.queries.voters import arena_consents_of, consent_of, still_agrees
from arena.services.catalog import save_arena
from arena.services.erasure import erase_voter
from arena.services.voters import ensure_voter, give_arena_consent, give_consent
from tests.concurrency import at_once
from tests.factories import SLUGS, make_stored_arena, make_vote, make_voter, start

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

OWN_TEXT = "Your texts go to the archive of the library."


@pytest.fixture
def arena():
    return make_stored_arena()


@pytest.fixture
def asking():
    """An arena that asks in words of its own."""
    arena = make_stored_arena("asking")
    arena.consent_text = OWN_TEXT
    save_arena(arena=arena)
    return arena


def test_voter_is_made_at_the_first_call_and_found_at_the_next():
    voter_id = uuid.uuid4()

    first = ensure_voter(voter_id=voter_id)
    again = ensure_voter(voter_id=voter_id)

    assert (again, bytes(again.secret)) == (first, bytes(first.secret))
    assert (first.id, first.kind, first.is_flagged) == (voter_id, "human", False)


@pytest.mark.django_db(transaction=True)
def test_first_calls_at_once_make_one_voter():
    voter_id = uuid.uuid4()

    voters = at_once(*[lambda: ensure_voter(voter_id=voter_id)] * 4)

    assert voters == [Voter.objects.get()] * 4


def test_an_arena_that_asks_in_its_own_words_takes_no_other_answer(arena, asking):
    voter_id = make_voter().id

    give_consent(voter_id=voter_id, is_given=True)
    only_site = [consent_of(voter_id, place) for place in (None, arena, asking)]
    give_arena_consent(voter_id=voter_id, arena=asking, is_given=True, version=1)

    assert only_site == [True, True, None]
    assert [consent_of(voter_id, place) for place in (None, arena, asking)] == [True, True, True]


def test_texts_are_published_as_their_own_arena_was_answered(arena, asking):
    voter_id = make_voter().id
    give_arena_consent(voter_id=voter_id, arena=asking, is_given=True, version=1)

    may_publish = [start(place, voter_id).may_publish for place in (asking, arena)]
    private = start(asking, voter_id, is_private=True)

    assert may_publish == [True, False]
    assert not private.may_publish


def test_a_changed_text_is_asked_again_and_the_old_answer_is_none(asking):
    voter_id = make_voter().id
    give_arena_consent(voter_id=voter_id, arena=asking, is_given=True, version=1)

    asking.consent_text = "Your texts go to everybody."
    save_arena(arena=asking)

    assert (asking.consent_version, consent_of(voter_id, asking)) == (2, None)
    assert not start(asking, voter_id).may_publish
    with pytest.raises(InvalidInput) as caught:
        give_arena_consent(voter_id=voter_id, arena=asking, is_given=True, version=1)
    assert list(caught.value.fields) == ["version"]
    assert consent_of(voter_id, asking) is None


def test_the_same_text_is_the_same_version(asking):
    asking.consent_text, asking.name = f"  {OWN_TEXT}\r\n", "Renamed"
    save_arena(arena=asking)

    assert (asking.consent_version, asking.consent_text) == (1, OWN_TEXT)


def test_an_arena_without_a_text_is_answered_by_the_site_alone(arena):
    with pytest.raises(InvalidInput):
        give_arena_consent(voter_id=make_voter().id, arena=arena, is_given=True, version=0)
    assert ArenaConsent.objects.count() == 0


@pytest.mark.parametrize("is_everywhere", [True, False])
def test_a_no_takes_texts_out_of_sight(asking, is_everywhere):
    voter = make_voter()
    give_arena_consent(voter_id=voter.id, arena=asking, is_given=True, version=1)
    vote = make_vote(asking, *SLUGS[:2], "a", voter, may_publish=True)
    before = list(Battle.objects.filter(still_agrees()))

    if is_everywhere:
        give_consent(voter_id=voter.id, is_given=False)
    else:
        give_arena_consent(voter_id=voter.id, arena=asking, is_given=False, version=None)

    assert before == [vote.battle]
    assert not Battle.objects.filter(still_agrees()).exists()
    assert list(arena_consents_of(voter.id, OUTSIDER)) == []


def test_nobody_agrees_for_a_battle_that_is_nobodys(arena):
    make_vote(arena, *SLUGS[:2], "a", may_publish=True)
    Battle.objects.update(voter=None)

    assert not Battle.objects.filter(still_agrees()).exists()


def test_whoever_is_erased_has_agreed_to_nothing(asking):
    voter = make_voter()
    give_arena_consent(voter_id=voter.id, arena=asking, is_given=True, version=1)

    erase_voter(voter_id=voter.id)

    assert ArenaConsent.objects.count() == 0
