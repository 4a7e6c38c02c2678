import pytest

from tests.arena.web.visitors import address, words
from tests.factories import make_battle, make_vote

pytestmark = pytest.mark.django_db


def test_new_visitor_has_not_voted(visitor):
    assert "This browser has not voted yet." in words(visitor.get("/me/"))


def test_own_votes_are_listed_newest_first_and_no_others(visitor, arena):
    for a, b, outcome in (
        ("quillon-1", "brevant-2", "a"),
        ("quillon-1", "brevant-2", "b"),
        ("brevant-2", "quillon-1", "tie"),
        ("brevant-2", "quillon-1", "both_bad"),
    ):
        make_vote(arena, a, b, outcome, visitor.voter)
    make_vote(arena, "tessarix-3", "ondolar-4", "a")

    text = words(visitor.get("/me/"))

    assert text.startswith(
        "My votes 4 votes from this browser. A vote is final. both bad: Brevant-2 and Quillon-1 Text,"
    )
    assert [
        text.index(line) for line in ("Brevant-2 and Quillon-1 alike", "Brevant-2 over", "Quillon-1 over")
    ] == sorted(text.index(line) for line in ("Brevant-2 and Quillon-1 alike", "Brevant-2 over", "Quillon-1 over"))
    assert "Tessarix" not in text


def test_list_leads_to_own_battles_and_names_no_open_one(visitor, arena):
    vote = make_vote(arena, "quillon-1", "brevant-2", "a", visitor.voter)
    make_battle(arena, "tessarix-3", "ondolar-4", visitor.voter)

    html = visitor.get("/me/").content.decode()

    assert f'href="{address(vote.battle)}"' in html
    assert "essarix" not in html
