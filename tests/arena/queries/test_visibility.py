"""Who may see what? One arena of each kind, seen by an outsider, a member, a member of a group, and the staff."""

import pytest
from django.contrib.auth.models import Group, User

from arena.domain.errors import NotFound
from arena.domain.visibility import OUTSIDER, STAFF, Viewer
from arena.models import Arena, Entry
from arena.queries.catalog import arena_by_slug
from arena.queries.visibility import enterable, listed
from tests.factories import enter, make_arena

pytestmark = pytest.mark.django_db
KINDS = ["private", "public", "unlisted"]


@pytest.fixture
def arenas():
    for kind in KINDS:
        enter(make_arena(kind, visibility=kind), f"model-{kind}")
    return Arena.objects.order_by("slug")


def viewer_in(way, arenas):
    user = User.objects.create_user("ada")
    private = arenas.get(visibility="private")
    if way == "member":
        private.members.add(user)
    elif way == "group":
        group = Group.objects.create(name="guests")
        user.groups.add(group)
        private.member_groups.add(group)
    return {"outsider": OUTSIDER, "staff": STAFF}.get(way) or Viewer(lambda: (user.pk, False))


@pytest.mark.parametrize(
    ("way", "enters", "lists"),
    [
        ("outsider", ["public", "unlisted"], ["public"]),
        ("somebody else", ["public", "unlisted"], ["public"]),
        ("member", KINDS, ["private", "public"]),
        ("group", KINDS, ["private", "public"]),
        ("staff", KINDS, ["private", "public"]),
    ],
)
def test_rule(arenas, way, enters, lists):
    viewer = viewer_in(way, arenas)

    assert list(arenas.filter(enterable(viewer)).values_list("slug", flat=True)) == enters
    assert list(arenas.filter(listed(viewer)).values_list("slug", flat=True)) == lists
    entries = Entry.objects.order_by("arena__slug")
    assert [e.arena.slug for e in entries.filter(enterable(viewer, "arena"))] == enters
    assert [e.arena.slug for e in entries.filter(listed(viewer, "arena"))] == lists
    assert [slug for slug in KINDS if is_found(slug, viewer)] == enters


def is_found(slug, viewer):
    try:
        return arena_by_slug(slug, viewer).slug == slug
    except NotFound:
        return False


def test_who_asks_for_what_is_open_is_not_asked_who_it_is(arenas):
    def find():
        raise AssertionError("asked")

    viewer = Viewer(find)

    assert arena_by_slug("public", viewer).slug == "public"
    assert not viewer.was_recognised


def test_public_arena_keeps_no_member_list_in_the_way(arenas):
    """Whoever stays on the list of an arena that was opened loses nothing when it is closed again."""
    viewer = viewer_in("member", arenas)
    Arena.objects.update(visibility="public")
    Arena.objects.update(visibility="private")

    assert [a.slug for a in arenas.filter(enterable(viewer))] == ["private"]
