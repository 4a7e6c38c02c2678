"""Shares of battles as JSON and CSV."""

import csv
import io

import pytest
from django.test import Client

from arena.models import Arena
from tests.arena.api.callers import API
from tests.factories import SLUGS, make_battle, make_stored_arena

pytestmark = pytest.mark.django_db

A, B, C, D = SLUGS


@pytest.fixture
def arena():
    arena = make_stored_arena()
    Arena.objects.update(share_caps={"licence": 0.9})
    for a, b in ((A, B), (A, B), (A, C), (C, D)):
        make_battle(arena, a, b)
    make_battle(arena, A, D, branch="directed")
    return arena


def get(path):
    return Client().get(f"{API}arenas/{path}")


def test_weeks_with_their_shares(arena):
    response = get("text/shares/")

    (week,) = response.json()
    assert response["Access-Control-Allow-Origin"] == "*"
    assert (set(week), week["battles"], week["directed"]) == ({"week", "battles", "directed", "shares"}, 4, 1)
    assert week["shares"][0] == {"by": "model", "name": A, "battles": 3, "share": 0.75, "cap": None, "alarm": False}
    (licence,) = [share for share in week["shares"] if share["by"] == "licence"]
    assert licence == {"by": "licence", "name": "unknown", "battles": 4, "share": 1.0, "cap": 0.9, "alarm": False}


def test_csv_has_the_rows_of_the_json(arena):
    response = get("text/shares/?format=csv")

    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    (week,) = get("text/shares/").json()
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="text-shares.csv"'
    assert [(row["week"], row["by"], row["name"], int(row["battles"])) for row in rows] == [
        (week["week"], share["by"], share["name"], share["battles"]) for share in week["shares"]
    ]
    assert [row["cap"] for row in rows if row["by"] == "licence"] == ["0.9"]


def test_csv_has_no_formulas(arena):
    arena.entries.get(contestant__slug=A).contestant.__class__.objects.filter(slug=A).update(organisation="=1+1")

    text = get("text/shares/?format=csv").content.decode()

    assert ",'=1+1," in text


@pytest.mark.parametrize(("path", "status"), [("text/shares/?format=xml", 400), ("nowhere/shares/", 404)])
def test_what_is_not_there(arena, path, status):
    assert get(path).status_code == status


def test_nothing_drawn_yet():
    make_stored_arena()

    assert get("text/shares/").json() == []
