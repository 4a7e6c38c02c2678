"""Is a session one voter, however often it comes?"""

import uuid

import pytest

from arena.models import Voter
from arena.services.voters import ensure_voter
from tests.concurrency import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


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
