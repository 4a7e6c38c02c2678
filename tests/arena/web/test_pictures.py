"""Pictures of a board: each has the same numbers as text, and a link to the data."""

import re
from datetime import date
from decimal import Decimal

import pytest

from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import words
from tests.factories import make_contestant, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

PATH = "/a/text/pictures/"
FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b", "tie")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]
KNOWN = {"quillon-1": (70, "10", 2025), "brevant-2": (7, "0.5", 2024), "tessarix-3": (13, None, 2026)}


@pytest.fixture
def board(db):
    for slug, (size, price, year) in KNOWN.items():
        make_contestant(
            slug,
            total_params_b=size,
            output_price_usd=Decimal(price) if price else None,
            release_date=date(year, 1, 1),
        )
    arena = make_stored_arena()
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


def test_matrix_has_the_share_of_each_pair_that_met(visitor, board):
    text = words(visitor.get(PATH))

    beats = text[text.index("empty pairs never met.") :]
    assert re.search(r"1 2 3 1 Quillon-1 70 2 Brevant-2 30 62 3 Tessarix-3 38", beats)
    met = text[text.index("Counted votes of each pair.") :]
    assert re.search(r"1 Quillon-1 5 2 Brevant-2 5 4 3 Tessarix-3 4", met)


def test_scatters_name_the_front_and_hold_all_numbers_as_text(visitor, board):
    html = visitor.get(PATH).content.decode()
    text = words(visitor.get(PATH))

    assert [title for title in re.findall(r"<h2>([^<]+)</h2>", html) if "against" in title] == [
        "Rating against total parameters, billions",
        "Rating against price of output, USD per million tokens",
        "Rating against release",
    ]
    assert html.count('<polyline class="front"') == 3
    assert re.search(r"Brevant-2 7 \d+ \d+ to \d+ Tessarix-3 13 \d+ \d+ to \d+ Quillon-1 70 \d+", text)
    assert "Brevant-2 1 Jan 2024" in text
    assert 'aria-label="Rating against release. The table below has the same numbers."' in html


def test_average_scores_are_numbers_and_bars(visitor, board):
    assert re.search(
        r"Average expected score Model Score Picture Quillon-1 \d+ % Brevant-2 \d+ %", words(visitor.get(PATH))
    )


def test_data_can_be_fetched(visitor, board):
    html = visitor.get(PATH).content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/api/[^"]+)"', html)]

    assert links == [
        "/api/v1/leaderboards/text/?voters=human&format=csv",
        "/api/v1/leaderboards/text/?voters=human",
        "/api/v1/leaderboards/text/pairs/?voters=human",
    ]
    assert [visitor.get(link).status_code for link in links] == [200, 200, 200]


def test_nothing_to_draw_is_a_sentence(visitor, arena):
    assert "so there is nothing to draw" in words(visitor.get(PATH))


def test_bad_voters_are_refused(visitor, arena):
    assert visitor.get(f"{PATH}?voters=people").status_code == 400
