"""The page of a complaint: from one's own battle, a shared one, a published text; by nobody else."""

import uuid

import pytest

from arena.models import Battle, Report
from arena.services.votes import cast_vote
from tests.arena.web.visitors import Visitor, address, words

pytestmark = pytest.mark.django_db


def test_from_a_battle_before_and_after_the_vote(visitor, battle):
    place = f"{address(battle)}report/"
    before = visitor.get(address(battle)).content.decode()
    cast_vote(voter_id=visitor.id, battle_id=battle.id, outcome="a")
    after = visitor.get(address(battle)).content.decode()

    page = words(visitor.get(place))
    thanks = visitor.post(place, about="b", reason="personal", note="It names me.")

    assert f'href="{place}"' in before
    assert f'href="{place}"' in after
    assert page.startswith("Report a text For texts that nobody should have to see.")
    assert "Which text? What was asked Answer A Answer B What is wrong with it?" in page
    assert "Thank you. The people who run this arena will look at it." in words(thanks)
    assert list(Report.objects.values_list("battle", "about", "reason", "note")) == [
        (battle.id, "b", "personal", "It names me.")
    ]


def test_the_page_names_nobody_before_the_vote(visitor, battle):
    html = visitor.get(f"{address(battle)}report/").content.decode().lower()

    assert not any(name in html for name in ("quillon", "brevant", "tessarix"))


def test_from_a_shared_battle(visitor, battle):
    cast_vote(voter_id=visitor.id, battle_id=battle.id, outcome="a")
    Battle.objects.update(is_shared=True)
    stranger = Visitor()

    assert f'href="{address(battle)}report/"' in stranger.get(address(battle)).content.decode()
    assert stranger.post(f"{address(battle)}report/", about="a", reason="illegal").status_code == 200
    assert Report.objects.get().voter_id == stranger.id


def test_not_from_the_battle_of_somebody_else(battle, arena):
    stranger = Visitor()

    assert stranger.get(f"{address(battle)}report/").status_code == 404
    assert stranger.post(f"{address(battle)}report/", about="a", reason="illegal").status_code == 404
    assert stranger.get(f"/a/text/b/{uuid.uuid4()}/report/").status_code == 404
    assert Report.objects.count() == 0


def test_not_under_another_arena(visitor, battle):
    assert visitor.get(f"/a/other/b/{battle.id}/report/").status_code == 404


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"reason": "illegal"}, "Say what it is about."),
        ({"about": "a"}, "Say what is wrong with it."),
        ({"about": "a", "reason": "<script>"}, "Say what is wrong with it."),
        ({"about": "a", "reason": "other", "note": "é" * 501}, "At most 500 characters."),
    ],
)
def test_what_is_missing_is_asked_for_and_what_was_said_stays(visitor, battle, said, problem):
    page = visitor.post(f"{address(battle)}report/", **said)

    assert (page.status_code, Report.objects.count()) == (422, 0)
    assert problem in words(page)
    known = [value for value in said.values() if value in ("a", "illegal", "other")]
    assert page.content.decode().count(" checked") == len(known)
