"""Boards as JSON and CSV, now and then."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client

from arena.domain.metadata import VoterKind
from arena.models import Contestant, Leaderboard, Snapshot, SnapshotRow
from arena.queries import board_stamps
from arena.queries.clock import database_now
from arena.queries.planning import plan_of
from arena.services.leaderboards import publish_arena
from tests.arena.api.callers import API
from tests.factories import enter, make_arena, make_stored_arena, make_voter, make_votes

pytestmark = pytest.mark.django_db

A, B, C, NEWCOMER = "quillon-1", "brevant-2", "tessarix-3", "ondolar-4"
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
META = {
    "arena", "voters", "snapshot", "generated_at", "ledger_size", "ledger_root", "votes", "kept", "excluded", "slice",
    "shrinkage", "votes_outside", "style", "hidden", "clusters", "counts_sha256", "notes", "spec",
    "plan", "inverse_probability", "matchup_noise",
}  # fmt: skip
ROW = [
    "rank", "model", "name", "organisation", "rating", "ci_low", "ci_high", "rank_low", "rank_high", "rank_ub", "votes",
    "wins", "losses", "ties", "both_bad", "win_rate", "expected_score", "both_bad_rate", "elo", "status", "reason",
    "place",
]  # fmt: skip


@pytest.fixture
def board(db):
    """Three ranked models and one without votes; the id of the snapshot."""
    arena = make_arena()
    for slug in (A, B, C, NEWCOMER):
        enter(arena, slug)
    make_votes(arena, VOTES)
    (snapshot_id,) = publish_arena(arena_id=arena.pk)
    return Snapshot.objects.get(pk=snapshot_id)


def get(path, **headers):
    return Client(headers=headers).get(f"{API}{path}")


def test_board_is_what_was_published(board):
    response = get("leaderboards/text/")

    body = response.json()
    rows = {row.contestant.slug: row for row in board.rows.all()}
    assert set(body) == {"meta", "rows", "preliminary"}
    assert [row["model"] for row in body["rows"]] == [r.contestant.slug for r in board.rows.filter(status="ranked")]
    assert [row["model"] for row in body["preliminary"]] == [NEWCOMER]
    for row in body["rows"] + body["preliminary"]:
        assert list(row) == ROW
        for name in (
            "rank",
            "rank_low",
            "rank_high",
            "votes",
            "wins",
            "losses",
            "ties",
            "both_bad",
            "status",
            "reason",
        ):
            assert row[name] == getattr(rows[row["model"]], name)
        for name in ("rating", "ci_low", "ci_high", "win_rate", "expected_score"):
            stored = getattr(rows[row["model"]], name)
            assert row[name] == (None if stored is None else round(stored, 4))


def test_meta_says_what_the_board_stands_on(board):
    meta = get("leaderboards/text/").json()["meta"]

    assert set(meta) == META
    assert (meta["arena"], meta["voters"], meta["snapshot"]) == ("text", "human", board.pk)
    assert (meta["ledger_size"], meta["ledger_root"]) == (board.ledger_size, bytes(board.ledger_root).hex())
    assert (meta["votes"], meta["kept"], meta["excluded"]) == (len(VOTES), len(VOTES), 0)
    assert (meta["slice"], meta["shrinkage"]) == ({}, None)
    assert meta["spec"] == board.spec
    assert set(meta["clusters"]) == {"by", "n", "effective"}
    assert meta["clusters"]["by"] == board.meta["clusters"]


def test_arena_before_its_first_board_has_an_empty_one(db):
    make_arena()

    body = get("leaderboards/text/?voters=judge").json()

    assert (body["rows"], body["preliminary"]) == ([], [])
    assert set(body["meta"]) == META
    assert (
        body["meta"] | {"arena": "text", "voters": "judge", "snapshot": None, "votes": 0, "spec": None} == body["meta"]
    )
    assert get("leaderboards/text/?format=csv").content.decode() == ",".join(ROW) + "\r\n"


def test_judges_have_their_own_board(board):
    judge = make_voter(VoterKind.JUDGE)
    make_votes(board.arena, [(C, A, "a"), (A, C, "a"), (C, A, "a")], [judge])
    publish_arena(arena_id=board.arena_id)

    judges = get("leaderboards/text/?voters=judge").json()
    people = get("leaderboards/text/?voters=human").json()

    assert (judges["meta"]["votes"], people["meta"]["votes"]) == (3, len(VOTES))
    assert [row["model"] for row in judges["rows"]] == [C, A]


def test_anybody_may_keep_it_and_nobody_gets_a_cookie(board):
    response = get("leaderboards/text/")

    assert response["Cache-Control"] == "public, max-age=10"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize("path", ["leaderboards/text/", "leaderboards/text/?format=csv", "arenas/", f"models/{A}/"])
def test_same_bytes_are_304(board, path):
    first = get(path)

    again = get(path, **{"If-None-Match": first["ETag"]})
    among_others = get(path, **{"If-None-Match": f'"x", W/{first["ETag"]}'})
    other = get(path, **{"If-None-Match": '"x"'})
    anything = get(path, **{"If-None-Match": "*"})

    assert [r.status_code for r in (first, again, among_others, other, anything)] == [200, 304, 304, 200, 304]
    assert (again.content, again["ETag"], again["Access-Control-Allow-Origin"]) == (b"", first["ETag"], "*")


def test_etag_changes_with_the_format_and_with_a_name(board):
    before = {get(path)["ETag"] for path in ("leaderboards/text/", "leaderboards/text/?format=csv")}
    Contestant.objects.filter(slug=A).update(name="Quillon One")
    caches["boards"].clear()  # names are read anew after some seconds

    assert len({get("leaderboards/text/")["ETag"], *before}) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "image/webp"},
        {"Accept": "text/csv"},
        {"Accept": ";;;"},
        {"Range": "bytes=" + ",".join(["0-0"] * 10_000)},
        {"If-None-Match": "x" * 5_000},
        {"If-Modified-Since": "yesterday"},
        {"Authorization": "Token wrong"},
    ],
)
def test_odd_headers_change_nothing(board, headers):
    response = get("leaderboards/text/", **headers)

    assert (response.status_code, response["Content-Type"]) == (200, "application/json")


def test_head_is_get_without_a_body(board):
    path = f"{API}leaderboards/text/"

    head, whole = Client().head(path), Client().get(path)

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])


def test_csv_has_the_rows_of_the_json(board):
    response = get("leaderboards/text/?format=csv", Accept="text/csv")

    body = get("leaderboards/text/").json()
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows == [
        {name: "" if value is None else str(value) for name, value in row.items()}
        for row in body["rows"] + body["preliminary"]
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_csv_has_no_formulas(board, start):
    Contestant.objects.filter(slug=A).update(name=f'{start}HYPERLINK("x")', organisation=f"a{start}b")

    rows = csv.DictReader(io.StringIO(get("leaderboards/text/?format=csv").content.decode(), newline=""))
    json_rows = get("leaderboards/text/").json()["rows"]

    (row,) = [row for row in rows if row["model"] == A]
    assert (row["name"], row["organisation"]) == (f'\'{start}HYPERLINK("x")', f"a{start}b")
    assert f'{start}HYPERLINK("x")' in {row["name"] for row in json_rows}


def test_negative_numbers_stay_numbers_in_csv(board):
    snapshot = publish_by_hand(board, database_now(), rating=-12.5)
    Leaderboard.objects.update(current=snapshot)

    (row,) = csv.DictReader(io.StringIO(get("leaderboards/text/?format=csv").content.decode()))

    assert row["rating"] == "-12.5"


def publish_by_hand(board, created_at, rating=1000.0):
    """One more snapshot of the same board with one ranked model."""
    snapshot = Snapshot.objects.create(
        arena=board.arena,
        voter_kind=board.voter_kind,
        created_at=created_at,
        ledger_size=board.ledger_size,
        ledger_root=board.ledger_root,
        spec=board.spec,
        meta=board.meta,
        ranked_ids=[A],
        theta=b"",
        covariance=b"",
    )
    SnapshotRow.objects.create(
        snapshot=snapshot,
        contestant=Contestant.objects.get(slug=A),
        status="ranked",
        rating=rating,
        rank=1,
        votes=0,
        wins=0,
        losses=0,
        ties=0,
        both_bad=0,
    )
    return snapshot


@pytest.mark.both_databases
def test_board_of_another_time_by_id_and_by_day(board):
    now = database_now()
    old = publish_by_hand(board, now - timedelta(days=400))
    day = (now - timedelta(days=400)).date()
    path = "leaderboards/text/?as_of="

    assert get(f"{path}{old.pk}").json()["meta"]["snapshot"] == old.pk
    assert get(f"{path}{board.pk}").json()["meta"]["snapshot"] == board.pk
    assert get(f"{path}{day}").json()["meta"]["snapshot"] == old.pk
    assert get(f"{path}{day - timedelta(days=1)}").json()["meta"]["snapshot"] is None
    assert get(f"{path}9999-12-31").json()["meta"]["snapshot"] is not None
    assert get(f"{path}0001-01-01").json()["rows"] == []


@pytest.mark.parametrize("path", ["?as_of=999999", "?as_of=999999999999999999", "?as_of={judges}"])
def test_snapshot_of_no_or_another_board_is_404(board, path):
    path = path.format(judges=f"{board.pk}&voters=judge")

    assert get(f"leaderboards/text/{path}").status_code == 404


@pytest.mark.parametrize("path", ["nowhere/", "nowhere/history/", "te%00xt/", "%2e%2e/"])
def test_unknown_arena_is_404(board, path):
    assert get(f"leaderboards/{path}").status_code == 404


@pytest.mark.both_databases
def test_history_is_newest_first_with_the_move_of_the_scale(board):
    arena = board.arena
    make_votes(arena, [(C, A, "a")] * 3 + [(NEWCOMER, C, "a"), (C, NEWCOMER, "a")])
    publish_arena(arena_id=arena.pk)

    response = get("leaderboards/text/history/")

    later, earlier = response.json()["results"]
    common = {row["model"]: row["rating"] for row in earlier["rows"]}
    rises = [row["rating"] - common[row["model"]] for row in later["rows"] if row["model"] in common]
    assert (earlier["snapshot"], earlier["shift"], response.json()["next"]) == (board.pk, None, None)
    assert {row["model"] for row in later["rows"]} == {A, B, C, NEWCOMER}
    assert later["shift"] == pytest.approx(sum(rises) / len(rises), abs=1e-3)
    assert abs(later["shift"]) > 0.1
    assert [row["rank"] for row in later["rows"]] == sorted(row["rank"] for row in later["rows"])


def test_history_asks_the_database_as_often_for_many_as_for_few(board, django_assert_max_num_queries):
    for days in range(1, 20):
        publish_by_hand(board, database_now() - timedelta(days=days))

    with django_assert_max_num_queries(8):
        assert len(get("leaderboards/text/history/").json()["results"]) == 20


def test_board_asks_the_database_a_fixed_number_of_times(board, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        get("leaderboards/text/")


def test_snapshot_is_the_board_as_it_was(board):
    asked = get(f"snapshots/{board.pk}/")

    assert asked.json() == get("leaderboards/text/").json()
    assert asked["Cache-Control"] == "public, max-age=3600"


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 40, "9" * 5_000, "-1", "x", "%00"])
def test_unknown_snapshot_is_404(board, pk):
    assert get(f"snapshots/{pk}/").status_code == 404


def test_board_of_people_says_what_is_still_needed():
    arena = make_stored_arena(slugs=(A, B, C, NEWCOMER))
    make_votes(arena, VOTES)
    publish_arena(arena_id=arena.pk)

    meta = get("leaderboards/text/").json()["meta"]

    plan = plan_of(Snapshot.objects.get())
    assert len(plan.neighbours) == 2
    assert meta["plan"]["neighbours"] == [
        {"upper": pair.upper, "lower": pair.lower, "votes": pair.votes} for pair in plan.neighbours
    ]
    assert [(each["model"], each["votes"]) for each in meta["plan"]["newcomers"]] == [
        (each.model, each.votes) for each in plan.newcomers
    ]
    assert meta["plan"]["newcomers"][0]["progress"] == round(plan.newcomers[0].progress, 4)
    assert (meta["inverse_probability"], meta["matchup_noise"]) == (None, None)
    assert get("leaderboards/text/?voters=judge").json()["meta"]["plan"] is None


def test_checks_of_the_choice_of_pairs_are_public(board):
    checks = {
        "inverse_probability": {"n_votes": 9, "effective_votes": 8.5, "differences": {A: 1.5}, "alarms": [A]},
        "matchup_noise": {"points": 12.0, "upper_points": 20.0, "verdict": "unclear", "q": 1.0},
    }
    fields = {f.attname: getattr(board, f.attname) for f in Snapshot._meta.concrete_fields if f.name != "id"}
    other = Snapshot.objects.create(**(fields | {"meta": board.meta | checks}))

    meta = get(f"snapshots/{other.pk}/").json()["meta"]

    assert meta["inverse_probability"] == {
        "votes": 9,
        "effective_votes": 8.5,
        "differences": {A: 1.5},
        "alarms": [A],
        "problem": "",
    }
    assert meta["matchup_noise"] == {"points": 12.0, "upper_points": 20.0}


def test_answer_is_given_again_without_asking_the_database(board, django_assert_num_queries):
    first = get("leaderboards/text/")

    with django_assert_num_queries(0):
        again = get("leaderboards/text/")

    assert (again.content, again["ETag"]) == (first.content, first["ETag"])


def test_publication_is_noticed(board, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(board_stamps, "ASK_AFTER_S", 0)
    first = get("leaderboards/text/")

    with django_assert_num_queries(1):
        again = get("leaderboards/text/")
    make_votes(board.arena, [(A, B, "a")])
    publish_arena(arena_id=board.arena_id)
    after = get("leaderboards/text/")

    assert again.json()["meta"]["snapshot"] == first.json()["meta"]["snapshot"]
    assert after.json()["meta"]["snapshot"] > first.json()["meta"]["snapshot"]
