"""The board of a choice: being computed, too thin, fitted; rows that are only hidden; the board of another day."""

import re
from datetime import timedelta

import pytest

from arena.domain.metadata import EntryStatus
from arena.models import Entry, Snapshot
from arena.services.leaderboards import publish_arena
from arena.services.slices import fit_pending_slices
from arena.services.standard_slices import refresh_standard_slices
from tests.arena.web.visitors import words
from tests.factories import make_contestant, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/leaderboard/"
SIZES = {"quillon-1": 2, "brevant-2": 2.5, "tessarix-3": 7, "ondolar-4": 70}
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
    *[("quillon-1", "tessarix-3", outcome) for outcome in ("a", "a", "b", "both_bad")],
    *[("ondolar-4", "tessarix-3", outcome) for outcome in ("a", "a", "b")],
]


@pytest.fixture
def arena(db):
    for slug, size in SIZES.items():
        make_contestant(
            slug, total_params_b=size, licence="MIT" if size < 5 else "", family="Quill" if size == 2 else ""
        )
    return make_stored_arena()


@pytest.fixture
def board(arena):
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


def names(response):
    return re.findall(r'<th scope="row" class="name"><a href="/models/([^/]+)/"', response.content.decode())


def test_new_slice_is_being_computed_and_then_there(visitor, board):
    path = f"{PATH}?voters=human&weight_class=xs"
    waiting = visitor.get(path)
    fit_pending_slices()
    fitted = visitor.get(path)

    assert waiting.status_code == 202
    assert "This board is being computed from the votes you chose." in words(waiting)
    assert 'data-retry="1"' in waiting.content.decode()
    assert 'href="?voters=human&amp;weight_class=xs">Look again</a>' in waiting.content.decode()
    assert fitted.status_code == 200
    assert names(fitted) == ["quillon-1", "brevant-2"]
    text = words(fitted)
    assert "Only models of class XS, up to 3B. All votes of people" in text
    assert "4 votes of 4 people, 2 models ranked" in text
    assert re.search(r"ratings are drawn \d+ % of the way to those of the 11 votes outside", text)


def test_slice_alone_says_that_it_is(visitor, board):
    path = f"{PATH}?voters=human&weight_class=xs&shrinkage=0"
    visitor.get(path)
    fit_pending_slices()

    text = words(visitor.get(path))

    assert "These are the chosen votes alone, not drawn to the 11 votes outside." in text
    assert "Drawn to them as far as they agree" in text


def test_slice_too_thin_says_what_is_missing(visitor, board):
    path = f"{PATH}?voters=human&weight_class=l"
    visitor.get(path)
    fit_pending_slices()

    response = visitor.get(path)

    assert response.status_code == 200
    assert "Too few votes for an honest board. This slice has 0 votes and a board of it needs 2: 2 more." in words(
        response
    )
    assert names(response) == []


def test_facets_are_ticked_as_the_address_says(visitor, board):
    refresh_standard_slices()
    html = visitor.get(f"{PATH}?voters=human&weight_class=xs&weight_class=s&licence=MIT").content.decode()

    assert re.findall(r'name="(\w+)" value="(\w+)" checked', html) == [
        ("weight_class", "xs"),
        ("weight_class", "s"),
        ("licence", "MIT"),
    ]
    assert "<summary>Category</summary>" in html


def test_hidden_rows_change_no_place_and_add_one(visitor, board):
    ranks = {row.contestant.slug: row for row in Snapshot.objects.get(pk=board).rows.select_related("contestant")}

    page = visitor.get(f"{PATH}?voters=human&licence=unknown")

    assert names(page) == ["ondolar-4", "tessarix-3"]
    text = words(page)
    assert "2 of 4 models; places are those of the whole board. Show all" in text
    for place, slug in ((1, "ondolar-4"), (2, "tessarix-3")):
        row = ranks[slug]
        rank = f"{row.rank_low}–{row.rank_high}" if row.rank_low != row.rank_high else f"{row.rank_low}"
        assert f"{rank} {place} of 2 shown {slug.title()}" in text


def test_retired_and_preliminary_models_can_be_hidden(visitor, arena, board):
    make_votes(arena, [("quillon-1", "brevant-2", "a")])
    Entry.objects.filter(contestant__slug="tessarix-3").update(status=EntryStatus.RETIRED)

    assert "tessarix-3" not in names(visitor.get(f"{PATH}?voters=human&hide=retired"))
    assert len(names(visitor.get(f"{PATH}?voters=human&hide=preliminary"))) == 4


def test_nothing_that_matches_is_said(visitor, board):
    assert "No model of this board matches what you chose." in words(visitor.get(f"{PATH}?organisation=Nobody"))


def test_rows_are_grouped_by_family(visitor, board):
    html = visitor.get(f"{PATH}?voters=human&group=family").content.decode()

    assert re.findall(r'<th scope="rowgroup" colspan="10">([^<]+)</th>', html) == ["Quill", "unknown"]


def test_board_of_another_day(visitor, arena, board):
    make_votes(arena, [("tessarix-3", "quillon-1", "a")] * 6)
    publish_arena(arena_id=arena.pk)
    today = Snapshot.objects.get(pk=board).created_at.date()

    then = words(visitor.get(f"{PATH}?voters=human&as_of={board}"))
    before = words(visitor.get(f"{PATH}?voters=human&as_of={today - timedelta(days=1)}"))
    last = words(visitor.get(f"{PATH}?voters=human&as_of={today}"))

    assert "This is the board as it was, not as it is. The board of now 15 votes of 15 people" in then
    assert "No such board had been published by then. The board of now" in before
    assert "21 votes of 21 people" in last


def test_snapshot_that_is_none_of_this_board_is_nowhere(visitor, board):
    assert visitor.get(f"{PATH}?voters=human&as_of=99999").status_code == 404


def test_equal_style_shows_what_style_was_worth(visitor, arena, board):
    path = f"{PATH}?voters=human&style_control=true"
    visitor.get(path)
    fit_pending_slices()

    text = words(visitor.get(path))

    assert "Only answers at equal style." in text
    assert "What style was worth" in text


def test_number_of_queries_of_a_slice_is_small(visitor, board, django_assert_max_num_queries):
    path = f"{PATH}?voters=human&weight_class=xs&hide=retired"
    visitor.get(path)
    fit_pending_slices()

    with django_assert_max_num_queries(14):
        visitor.get(path)
