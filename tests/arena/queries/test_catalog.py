"""Who is public, what is counted, and who could answer what?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from arena.domain.errors import NotFound
from arena.models import Endpoint, Entry
from arena.queries.catalog import (
    arena_by_slug,
    battle_field,
    contestant_by_slug,
    listed_arenas,
    pool_prompts,
    public_contestants,
)
from tests.factories import (
    SLUGS,
    enter,
    make_arena,
    make_contestant,
    make_live_arena,
    make_prompt,
    make_stored_arena,
    make_vote,
)

pytestmark = pytest.mark.django_db


def test_arenas_are_listed_by_name_with_their_counts():
    arena = make_stored_arena("zebra", name="Zebra")
    Entry.objects.filter(contestant__slug=SLUGS[0]).update(status="draft")
    make_prompt(arena, "typed", is_in_pool=False)
    for outcome in "ab":
        make_vote(arena, *SLUGS[1:3], outcome)
    make_arena("apple", name="Apple")
    make_arena("hidden", visibility="unlisted")

    listed = [(a.slug, a.n_models, a.n_prompts, a.n_votes) for a in listed_arenas()]

    assert listed == [("apple", 0, 0, 0), ("zebra", 3, 3, 2)]


def test_number_of_queries_does_not_grow_with_the_arenas():
    make_stored_arena("one")
    with CaptureQueriesContext(
        connection,
    ) as few:
        list(listed_arenas())
    make_stored_arena("two")
    with CaptureQueriesContext(connection) as more:
        list(listed_arenas())

    assert len(few) == len(more) == 1


def test_arena_that_is_none():
    assert arena_by_slug(make_arena().slug).slug == "text"
    with pytest.raises(NotFound):
        arena_by_slug("nowhere")


def test_contestant_is_public_once_it_was_more_than_a_draft():
    arena, other = make_arena(), make_arena("other")
    for slug, status in zip(SLUGS, ("draft", "testing", "retired", "active"), strict=True):
        enter(arena, slug, status=status)
    enter(other, SLUGS[3], status="paused")
    make_contestant("nowhere-9")

    assert [contestant.slug for contestant in public_contestants()] == sorted(SLUGS[1:])
    assert contestant_by_slug(SLUGS[3]).slug == SLUGS[3]
    for slug in (SLUGS[0], "nowhere-9", "unknown-7"):
        with pytest.raises(NotFound):
            contestant_by_slug(slug)


def test_pool_is_what_everybody_is_offered():
    arena = make_stored_arena()
    make_prompt(arena, "a0", is_in_pool=False)
    make_prompt(arena, "a1")

    assert [prompt.key for prompt in pool_prompts(arena)] == ["a1", "p1", "p2", "p3"]


@pytest.mark.both_databases
def test_field_is_of_active_contestants_that_are_shown():
    arena = make_live_arena()
    enter(arena, SLUGS[0], exposure=2.5)
    enter(arena, SLUGS[1], status="paused")
    enter(arena, SLUGS[2], exposure=0)

    field = battle_field(arena)

    assert field.slugs == ("hashpick-9", "lead-k3", SLUGS[0])
    assert field.exposures == (1, 1, 2.5)
    assert (field.is_callable.tolist(), field.is_live.tolist()) == ([True, True, False], [True, True, False])


@pytest.mark.parametrize(
    "fields",
    [
        {"is_enabled": False},
        {"provider": "nobody"},
        {"key_name": "ARENA_KEY_MISSING"},
        {"open_until": "2999-01-01T00:00Z"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_endpoint_that_cannot_be_called_is_not_live(fields):
    arena = make_live_arena()
    Endpoint.objects.filter(contestant__slug="lead-k3").update(**fields)

    field = battle_field(arena)

    assert dict(zip(field.slugs, field.is_live.tolist(), strict=True)) == {"hashpick-9": True, "lead-k3": False}
