"""How a board came about: courses, bands, snapshots, and what changed between two of them."""

import re

import pytest

from arena.models import Snapshot
from arena.queries.snapshot_diff import Cause, DiffReason
from arena.services.leaderboards import publish_arena
from arena.web.history import cause_in_words
from tests.arena.web.visitors import words
from tests.factories import make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/history/"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]


@pytest.fixture
def boards(arena):
    make_votes(arena, FOUGHT)
    first = publish_arena(arena_id=arena.pk)[0]
    make_votes(arena, [("tessarix-3", "quillon-1", outcome) for outcome in ("a", "a", "b")])
    return first, publish_arena(arena_id=arena.pk)[0]


def test_courses_and_band_have_their_numbers_as_text(visitor, boards):
    page = visitor.get(PATH)

    html, text = page.content.decode(), words(page)
    assert html.count('<polyline class="course"') == 4
    assert html.count('<polygon class="band"') == 1
    places = {
        snapshot.pk: {row.contestant.name: row.rank for row in snapshot.rows.select_related("contestant")}
        for snapshot in Snapshot.objects.filter(pk__in=boards)
    }
    for name in ("Quillon-1", "Brevant-2", "Tessarix-3"):
        assert f"{name} {places[boards[0]][name]} {places[boards[1]][name]}" in text
    assert f"/snapshots/{boards[0]}/diff/{boards[1]}/" in html
    assert "/api/v1/leaderboards/text/history/?voters=human" in html


def test_band_is_that_of_the_chosen_model(visitor, boards):
    assert "Rating of Tessarix-3 over time" in words(visitor.get(f"{PATH}?model=tessarix-3"))


def test_one_snapshot_is_a_history_too(visitor, arena):
    make_votes(arena, FOUGHT)
    publish_arena(arena_id=arena.pk)

    assert "the last 1." in words(visitor.get(PATH))


def test_without_boards_there_is_a_sentence(visitor, arena):
    assert "so there is no history" in words(visitor.get(PATH))


def test_diff_says_why_and_model_by_model(visitor, boards):
    text = words(visitor.get(f"/snapshots/{boards[0]}/diff/{boards[1]}/"))

    assert "Votes: 8 before, 11 after. Pairs that met for the first time: 1." in text
    assert re.search(r"Quillon-1 \S+ \S+ −\d+ \+3 1", text)
    assert re.search(r"Brevant-2 \S+ \S+ [−+]?\d+ 0 0", text)


def test_diff_with_what_does_not_exist_is_nowhere(visitor, boards):
    assert visitor.get(f"/snapshots/{boards[0]}/diff/999/").status_code == 404


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (Cause(DiffReason.MODELS, {"came": ["a"], "went": ["b", "c"]}), "Newly ranked: a. No longer ranked: b, c."),
        (Cause(DiffReason.METHOD, {"min_votes": {"before": 0, "after": 30}}), "The method changed: min votes."),
        (
            Cause(DiffReason.EXCLUSIONS, {"rules": {"too-fast": 1200}}),
            "Votes that count no longer, by rule: too fast (1,200).",
        ),
        (
            Cause(DiffReason.EXCLUSIONS, {"before": 1, "after": 2, "rules": {}}),
            "Other votes are left out of the count.",
        ),
        (Cause(DiffReason.SOURCES, {}), "Votes of other sources count now."),
        (Cause(DiffReason.SLICE, {}), "The two boards count different parts of the votes."),
        (
            Cause(DiffReason.SCALE, {"points": -3.2}),
            "The scale moved by −3 points for all; the changes below are without it.",
        ),
    ],
)
def test_every_reason_is_a_sentence(cause, sentence):
    assert cause_in_words(cause) == sentence


def test_number_of_queries_does_not_grow_with_the_snapshots(visitor, boards, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        visitor.get(PATH)
