"""What does a test of a page get? A visitor, an arena, and a battle of that visitor. See visitors.py."""

import pytest


@pytest.fixture
def visitor(db):
    from tests.arena.web.visitors import Visitor

    return Visitor()


@pytest.fixture
def arena(db):
    from tests.factories import make_stored_arena

    return make_stored_arena()


@pytest.fixture
def battle(arena, visitor):
    """Ready for the vote of the visitor; quillon-1 is side a, brevant-2 side b."""
    from tests.factories import make_battle

    return make_battle(arena, "quillon-1", "brevant-2", visitor.voter)
