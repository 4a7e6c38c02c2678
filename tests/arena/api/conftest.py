"""What does a test of the API get? A visitor, an arena, and a battle of that visitor. See callers.py."""

import uuid

import pytest

from tests.arena.api.callers import Browser


@pytest.fixture
def visitor(db):
    return Browser()


@pytest.fixture
def arena(db):
    from tests.factories import make_stored_arena

    return make_stored_arena()


@pytest.fixture
def battle(arena, visitor):
    """Ready for the vote of the visitor; quillon-1 is side a, brevant-2 side b."""
    return ready_battle(arena, visitor)


def ready_battle(arena, visitor, **fields):
    from arena.services.voters import ensure_voter
    from tests.factories import make_battle

    voter = ensure_voter(voter_id=uuid.UUID(visitor.voter))
    return make_battle(arena, "quillon-1", "brevant-2", voter, **fields)
