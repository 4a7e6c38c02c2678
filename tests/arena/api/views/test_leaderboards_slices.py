"""Boards of parts of the votes over HTTP: waited for, refused when thin; rows are hidden without a new number."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.test import Client

from arena.models import Contestant, Entry, Snapshot
from arena.services import slices
from arena.services.leaderboards import publish_arena
from arena.services.slices import fit_pending_slices
from tests.arena.api.callers import API
from tests.factories import SLUGS, enter, make_arena, make_counted_votes, make_prompt, make_voter

pytestmark = pytest.mark.django_db

A, B, C, D = SLUGS


@pytest.fixture
def arena(db):
    """Three models that meet equally often on two prompts, and one nobody has seen yet."""
    arena = make_arena()
    facts = [{"licence": "mit", "total_params_b": 7}, {"organisation": "Org", "total_params_b": 7}, {}, {}]
    for slug, fields in zip(SLUGS, facts, strict=True):
        enter(arena, slug, **fields)
    prompts = [make_prompt(arena, "p1", category="code"), make_prompt(arena, "p2", category="poem")]
    voter = make_voter()
    rounds = [(A, B, "a"), (B, C, "a"), (A, C, "a"), (B, A, "a"), (C, B, "a"), (C, A, "tie"), (A, B, "both_bad")]
    make_counted_votes(arena, [(*vote, voter, prompt, 1) for prompt in prompts for vote in rounds * 2])
    publish_arena(arena_id=arena.pk)
    return arena


def get(query="", path="leaderboards/text/"):
    return Client().get(f"{API}{path}{query}")


def test_slice_is_waited_for_then_served(arena):
    waiting = get("?category=code")
    fit_pending_slices()
    served = get("?category=code")

    assert (waiting.status_code, waiting["Retry-After"], waiting["Cache-Control"]) == (202, "1", "no-store")
    assert waiting.json() == {"code": "computing", "detail": "This board is being computed. Ask again."}
    meta = served.json()["meta"]
    assert (served.status_code, meta["slice"], meta["votes"], meta["votes_outside"]) == (
        200,
        {"category": ["code"]},
        14,
        14,
    )
    assert 0 <= meta["shrinkage"] <= 1
    assert served["ETag"]
    assert {row["model"] for row in served.json()["rows"]} == {A, B, C}


def test_one_slice_has_one_answer_however_it_is_written(arena):
    get("?category=poem&category=code&turns=1")
    fit_pending_slices()

    one, other = get("?turns=1&category=code&category=poem"), get("?category=code&category=poem&category=code&turns=1")

    assert (one.status_code, one.content) == (200, other.content)


def test_slice_of_another_time_is_looked_up(arena):
    get("?category=code")
    (first,) = fit_pending_slices()
    today = datetime.now(UTC).date()

    assert get(f"?category=code&as_of={first}").json()["meta"]["snapshot"] == first
    assert get(f"?category=code&as_of={today}").json()["meta"]["snapshot"] == first
    assert get(f"?category=poem&as_of={first}").status_code == 404
    assert get("?category=poem&as_of=2020-01-01").json()["rows"] == []
    assert get(path=f"snapshots/{first}/").json()["meta"]["slice"] == {"category": ["code"]}


def test_thin_slice_is_refused_with_what_is_missing(arena):
    arena.min_votes = 20
    arena.save()
    get("?category=code")
    fit_pending_slices()

    response = get("?category=code")

    detail = "This slice has 14 votes and a board of it needs 20: 6 more. Without any vote in it: ondolar-4."
    assert (response.status_code, response.json()) == (409, {"code": "too_thin", "detail": detail})


def test_too_many_new_slices_are_told_to_wait(arena, monkeypatch, settings):
    monkeypatch.setattr(slices, "MAX_NEW_PER_HOUR", 0)
    settings.HAS_LIMITS = True

    response = get("?category=code")

    assert (response.status_code, response.json()["code"], response["Retry-After"]) == (429, "rate_limited", "60")


def test_style_control_tells_what_style_does(arena):
    get("?style_control=true")
    fit_pending_slices()

    meta = get("?style_control=1").json()["meta"]

    assert meta["slice"] == {"style_control": ["true"]}
    assert [set(effect) for effect in meta["style"]] == [{"name", "effect", "ci_low", "ci_high"}]
    assert meta["shrinkage"] is None


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("category=", "category"),
        ("category=a%20b", "category"),
        ("language=english", "language"),
        ("turns=0", "turns"),
        ("length=tiny", "length"),
        ("dates=yesterday", "dates"),
        ("weight_class=xs&weight_class=xxl", "weight_class"),
        ("precision=fp64", "precision"),
        ("training_type=", "training_type"),
        ("style_control=maybe", "style_control"),
        ("style_control=true&style_control=true", "style_control"),
        ("shrinkage=2", "shrinkage"),
        ("openness=closed", "openness"),
        ("price=cheap", "price"),
        ("context=..", "context"),
        ("hide=everybody", "hide"),
        ("licence=%00", "licence"),
        ("organization=Org", "organization"),
    ],
)
def test_bad_value_is_400_and_names_the_parameter(arena, query, names):
    response = get(f"?{query}")

    body = response.json()
    assert (response.status_code, body["code"]) == (400, "bad_parameter")
    assert names in body["detail"]


def test_hidden_rows_change_no_number_and_places_are_among_the_shown(arena):
    whole = {row["model"]: row for row in get().json()["rows"]}

    shown = get("?licence=unknown").json()

    assert [row["place"] for row in whole.values()] == [row["rank"] for row in whole.values()]
    assert {row["model"] for row in shown["rows"]} == {B, C}
    assert [row["place"] for row in shown["rows"]] in ([1, 2], [1, 1])
    for row in shown["rows"]:
        assert row | {"place": None} == whole[row["model"]] | {"place": None}
    assert (shown["meta"]["hidden"], shown["meta"]["slice"]) == (1, {})
    assert [row["model"] for row in shown["preliminary"]] == [D]


def test_rows_are_hidden_by_what_models_are(arena):
    Contestant.objects.filter(slug=A).update(output_price_usd=2, context_tokens=8_000, openness="open-weights")
    Entry.objects.filter(contestant__slug=B).update(status="retired")
    Contestant.objects.filter(slug=C).update(training_type="merged")

    def models(query):
        return {row["model"] for row in get(query).json()["rows"]}

    assert models("?price=1..3") == models("?context=8000..") == models("?openness=open-weights") == {A}
    assert models("?price=..1&price=unknown") == {B, C}
    assert models("?organisation=Org&organisation=unknown") == {A, B, C}
    assert models("?hide=retired") == {A, C}
    assert models("?hide=retired&hide=merged") == {A}


def test_csv_of_a_filtered_slice(arena):
    get("?category=code")
    fit_pending_slices()

    rows = list(csv.DictReader(io.StringIO(get("?category=code&licence=mit&format=csv").content.decode())))

    assert [(row["model"], row["place"]) for row in rows] == [(A, "1")]


def test_history_of_a_slice(arena):
    get("?category=code")
    (first,) = fit_pending_slices()
    make_counted_votes(arena, [(A, B, "a", make_voter(), arena.prompts.get(key="p1"), 1)])
    publish_arena(arena_id=arena.pk)
    get("?category=code")
    (second,) = fit_pending_slices()

    body = get("?category=code", "leaderboards/text/history/").json()

    assert [item["snapshot"] for item in body["results"]] == [second, first]
    whole = {item["snapshot"] for item in get(path="leaderboards/text/history/").json()["results"]}
    assert whole == set(Snapshot.objects.filter(slice_key="").values_list("pk", flat=True))


def test_cached_slice_asks_the_database_a_fixed_number_of_times(arena, django_assert_max_num_queries):
    get("?category=code")
    fit_pending_slices()

    with django_assert_max_num_queries(9):
        assert get("?category=code&hide=retired").status_code == 200
