"""Can an operator make an arena after the pattern of another, and again?"""

import pytest
from django.urls import reverse

from arena.models import Arena
from tests.factories import enter, make_arena

pytestmark = pytest.mark.django_db
ARENAS = reverse("admin:arena_arena_changelist")


def test_arena_is_duplicated_and_again(operator):
    arena = make_arena("poems", name="Poems")
    enter(arena, "quillon-1")

    for _ in range(2):
        page = operator.post(ARENAS, {"action": "duplicate", "_selected_action": [arena.pk]}, follow=True)

    assert list(Arena.objects.order_by("pk").values_list("slug", "name", "visibility")) == [
        ("poems", "Poems", "public"),
        ("poems-copy", "Copy of Poems", "unlisted"),
        ("poems-copy-2", "Copy of Poems", "unlisted"),
    ]
    assert [str(message) for message in page.context["messages"]] == [
        "Copy of Poems is at poems-copy-2, unlisted. Its pool of prompts is empty."
    ]


def test_staff_without_permission_duplicates_nothing(staff):
    arena = make_arena()

    assert staff.post(ARENAS, {"action": "duplicate", "_selected_action": [arena.pk]}).status_code == 403
    assert Arena.objects.count() == 1
