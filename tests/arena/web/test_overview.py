"""All models against all boards: places, ratings, darker for better, doors to every board."""

import re

import pytest

from arena.domain.slices import Slice
from arena.models import Prompt
from arena.services.leaderboards import publish_arena
from arena.services.slices import ask_for_board, fit_pending_slices
from tests.arena.web.visitors import words
from tests.factories import make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/overview/"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]


@pytest.fixture
def board(arena):
    Prompt.objects.filter(arena=arena, key="p1").update(category="code")
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)
    for slice_ in (Slice(category=("code",)), Slice(category=("code",), turns=("1",))):
        ask_for_board(arena_slug="text", slice_=slice_)
    fit_pending_slices()


def test_models_stand_against_boards_of_one_facet(visitor, board):
    page = visitor.get(PATH)

    html, text = page.content.decode(), words(page)
    assert "Model all votes prompts about code" in text
    assert re.search(r"Quillon-1 \S+ \d+ \S+ \d+ Brevant-2 \S+ \d+ \S+ \d+ Tessarix-3", text)
    assert 'href="/a/text/leaderboard/?voters=human&amp;category=code"' in html
    assert [int(shade) for shade in re.findall(r'class="shade-(\d)"', html)][::2] == [8, 5, 2]


def test_nobody_ranked_is_a_sentence(visitor, arena):
    assert "No model is ranked by votes of people here yet." in words(visitor.get(PATH))


def test_number_of_queries_is_small(visitor, board, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        visitor.get(PATH)
