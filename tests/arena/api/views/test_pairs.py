"""Pairs of models and differences of boards over HTTP."""

import pytest
from django.test import Client
from scipy.special import expit

from arena.api.serializers import pairs as pair_serializers
from arena.api.views import pairs
from arena.models import Snapshot
from arena.services.leaderboards import publish_arena
from arena.services.slices import fit_pending_slices
from ratings.scale import POINTS_PER_NAT
from tests.arena.api.callers import API
from tests.factories import SLUGS, make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

A, B, C, D = SLUGS
VOTES = [
    *[(A, B, "a")] * 4,
    *[(B, A, "a")] * 2,
    (A, B, "tie"),
    (B, A, "both_bad"),
    *[(B, C, "a")] * 3,
    *[(C, B, "a")] * 2,
    *[(A, C, "a")] * 3,
    (A, C, "b"),
]
FIELDS = [
    "snapshot", "model_a", "model_b", "votes", "wins", "losses", "ties", "both_bad", "expected_score", "score_low",
    "score_high", "p_win", "p_tie", "p_loss", "difference", "ci_low", "ci_high", "votes_needed", "arena_votes_needed",
]  # fmt: skip


@pytest.fixture
def arena(db):
    arena = make_stored_arena()
    make_votes(arena, VOTES)
    publish_arena(arena_id=arena.pk)
    return arena


def get(query="", path="leaderboards/text/pairs/"):
    return Client().get(f"{API}{path}{query}")


def test_every_pair_of_ranked_models_comes_once(arena):
    body = get().json()

    board = get(path="leaderboards/text/").json()
    order = [row["model"] for row in board["rows"]]
    ratings = {row["model"]: row["rating"] for row in board["rows"]}
    found = [(pair["model_a"], pair["model_b"]) for pair in body["results"]]
    assert (body["next"], body["previous"]) == (None, None)
    assert found == [(order[0], order[1]), (order[0], order[2]), (order[1], order[2])]
    for pair in body["results"]:
        assert list(pair) == FIELDS
        difference = ratings[pair["model_a"]] - ratings[pair["model_b"]]
        assert pair["difference"] == pytest.approx(difference, abs=2e-4)
        assert pair["expected_score"] == pytest.approx(expit(difference / POINTS_PER_NAT), abs=2e-4)
        assert pair["p_win"] + pair["p_tie"] + pair["p_loss"] == pytest.approx(1, abs=2e-4)
        assert pair["ci_low"] < pair["difference"] < pair["ci_high"]
        assert pair["votes"] == pair["wins"] + pair["losses"] + pair["ties"] + pair["both_bad"]
        assert pair["arena_votes_needed"] is None


def test_the_pair_asked_for_is_seen_by_its_first(arena):
    (pair,) = get(f"?a={B}&b={A}").json()["results"]
    (mirrored,) = get(f"?a={A}&b={B}").json()["results"]

    assert [pair[name] for name in ("wins", "losses", "ties", "both_bad")] == [2, 4, 1, 1]
    assert pair["difference"] == -mirrored["difference"]
    assert pair["votes_needed"] == mirrored["votes_needed"] > 0
    assert pair["arena_votes_needed"] == mirrored["arena_votes_needed"] is not None


def test_pair_that_is_not_ranked_has_counts_only(arena):
    (pair,) = get(f"?a={A}&b={D}").json()["results"]

    assert pair["votes"] == 0
    assert {pair[name] for name in FIELDS[8:18]} == {None}


def test_pages_are_of_one_board(arena, monkeypatch):
    monkeypatch.setattr(pairs, "PAGE_SIZE", 2)
    first = get().json()
    make_votes(arena, [(A, D, "a"), (D, A, "a")])
    publish_arena(arena_id=arena.pk)

    second = Client().get(first["next"]).json()
    back = Client().get(second["previous"]).json()

    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)
    assert {pair["snapshot"] for pair in second["results"]} == {first["results"][0]["snapshot"]}
    assert back["results"] == first["results"]


def test_pairs_of_a_slice(arena):
    assert get("?turns=1").status_code == 202
    (snapshot_id,) = fit_pending_slices()

    assert {pair["snapshot"] for pair in get("?turns=1").json()["results"]} == {snapshot_id}


@pytest.mark.parametrize(
    "query",
    [f"a={A}", f"b={A}", f"a={A}&b={A}", "cursor=", "cursor=MTox!", "cursor=MTo=", "cursor=%C3%A9", "cursor=LTE6MQ==",
     "turns=0"],
)  # fmt: skip
def test_bad_parameters_are_400(arena, query):
    response = get(f"?{query}")

    assert (response.status_code, response.json()["code"]) == (400, "bad_parameter")


@pytest.mark.parametrize("query", [f"a={A}&b=nobody", "a=%2F&b=x"])
def test_unknown_model_is_404(arena, query):
    assert get(f"?{query}").status_code == 404


def test_cursor_of_another_board_is_404(arena):
    assert get(f"?cursor={pair_serializers.pair_cursor(10**9, 0)}").status_code == 404
    assert get(path="leaderboards/nowhere/pairs/").status_code == 404


def test_before_the_first_board_there_are_no_pairs(db):
    make_stored_arena()

    assert get().json() == {"next": None, "previous": None, "results": []}


def test_difference_of_two_boards(arena):
    before = Snapshot.objects.get()
    make_votes(arena, [(A, D, "a"), (D, A, "a")])
    (after,) = publish_arena(arena_id=arena.pk)

    response = get(path=f"snapshots/{before.pk}/diff/{after}/")

    body = response.json()
    rows = {row["model"]: row for row in body["rows"]}
    assert (body["before"], body["after"]) == (before.pk, after)
    assert [cause["kind"] for cause in body["reasons"]] == ["votes", "models", "opponents", "scale"]
    assert body["reasons"][0]["values"] == {"before": len(VOTES), "after": len(VOTES) + 2}
    assert (rows[D]["rank_before"], rows[D]["change"], rows[D]["opponents"], rows[D]["votes"]) == (None, None, [A], 2)
    assert sum(row["change"] for row in body["rows"] if row["change"] is not None) == pytest.approx(0, abs=1e-3)
    assert response["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("path", ["snapshots/0/diff/1/", "snapshots/999999999999999999999/diff/1/"])
def test_difference_of_nothing_is_404(arena, path):
    assert get(path=path).status_code == 404
