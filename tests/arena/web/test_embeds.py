"""A board elsewhere: framed by any site, as a badge, as a feed, as a citation. Nothing else may be framed."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from arena.models import Snapshot
from arena.services.leaderboards import publish_arena
from tests.arena.web.visitors import words
from tests.factories import make_contestant, make_votes

pytestmark = pytest.mark.django_db

FOUGHT = [
    *[("quillon-1", "brevant-2", outcome) for outcome in ("a", "a", "a", "b")],
    *[("brevant-2", "tessarix-3", outcome) for outcome in ("a", "a", "tie", "b")],
]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def board(arena):
    make_votes(arena, FOUGHT)
    return publish_arena(arena_id=arena.pk)[0]


def test_table_may_be_framed_by_any_site_and_sets_no_cookie(client, board):
    response = client.get("/embed/text/")

    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert response.cookies == {}
    assert response["Cache-Control"] == "public, max-age=60"
    assert "<script" not in response.content.decode()
    assert re.search(r"Quillon-1 \d+ \d+ to \d+ \S+ Brevant-2 \d+", words(response))


@pytest.mark.parametrize("path", ["/a/text/leaderboard/", "/a/text/overview/", "/compare/?arena=text"])
def test_nothing_else_may_be_framed(client, board, path):
    response = client.get(path)

    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


def test_badge_says_place_and_rating(client, board):
    row = Snapshot.objects.get(pk=board).rows.get(contestant__slug="quillon-1")

    response = client.get("/embed/text/quillon-1.svg")

    picture = ElementTree.fromstring(response.content)
    assert response["Content-Type"] == "image/svg+xml"
    assert re.fullmatch(rf"Quillon-1 on Text: #1(–\d)? · {round(row.rating)}", picture.get("aria-label"))


def test_badge_of_an_unranked_model_says_so(client, board):
    picture = ElementTree.fromstring(client.get("/embed/text/ondolar-4.svg").content)

    assert picture.get("aria-label") == "Ondolar-4 on Text: not ranked yet"


def test_badge_takes_hostile_names_as_text(client, board):
    make_contestant("quillon-1")
    contestant = Snapshot.objects.get(pk=board).rows.get(contestant__slug="quillon-1").contestant
    contestant.name = '<script>&"'
    contestant.save()

    picture = ElementTree.fromstring(client.get("/embed/text/quillon-1.svg").content)

    assert picture.get("aria-label").startswith('<script>&" on Text: ')


@pytest.mark.parametrize("path", ["/embed/nowhere/", "/embed/text/nobody.svg", "/a/nowhere/feed.atom"])
def test_what_does_not_exist_is_nowhere(client, board, path):
    assert client.get(path).status_code == 404


def test_feed_tells_changed_places(client, arena, board):
    make_votes(arena, [("tessarix-3", "quillon-1", "a")] * 9)
    later = publish_arena(arena_id=arena.pk)[0]

    feed = ElementTree.fromstring(client.get("/a/text/feed.atom").content)

    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver/snapshots/{board}/diff/{later}/"
    assert "Tessarix-3 is 1, was 3" in entry.find(f"{ATOM}summary").text


def test_feed_before_the_first_board_is_empty(arena):
    feed = ElementTree.fromstring(Client().get("/a/text/feed.atom").content)

    assert feed.findall(f"{ATOM}entry") == []


def test_snapshot_can_be_cited(visitor, board):
    text = words(visitor.get(f"/snapshots/{board}/"))

    assert f"@misc{{fairground-text-{board}, title = {{Text: leaderboard, snapshot {board}}}" in text
    assert f"url = {{http://testserver/snapshots/{board}/}}" in text
    assert bytes(Snapshot.objects.get(pk=board).ledger_root).hex() in text
