"""Query strings: unknown, repeated and bad parameters are refused."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query",
    [
        "as_of=2025-13-01",
        "as_of=2025-02-30",
        "as_of=2025-02-28T00:00:00Z",
        "as_of=-1",
        "as_of=1e3",
        "as_of=%D9%A1",
        "as_of=",
        "as_of=%00",
        "as_of=" + "9" * 30,
        "voters=everyone",
        "voters=",
        "voters=Human",
        "format=xml",
        "format=",
        "from=2025-13-01",
        "min_votes=0&models=a",
        "voters=human&voters=human",
        "voters=human&voters=judge",
        "\udcff=1".encode("utf-8", "surrogatepass").hex() + "=1",
        "%ED%A0%80=1",
    ],
)
def test_bad_parameter_is_400(visitor, arena, query):
    response = visitor.get(f"leaderboards/text/?{query}")

    assert (response.status_code, response.json()["code"]) == (400, "bad_parameter")


def test_thousands_of_parameters_are_400(visitor, arena):
    many = "&".join(f"models={k}" for k in range(10_000))

    response = visitor.get(f"leaderboards/text/?min_votes=0&{many}")

    assert response.status_code == 400
    assert response.json()["code"] in ("malformed", "bad_parameter")


@pytest.mark.parametrize("path", ["session/", "arenas/", "arenas/text/", "models/", "snapshots/1/"])
def test_call_without_parameters_takes_none(visitor, arena, path):
    response = visitor.get(f"{path}?x=1")

    assert response.json() == {"code": "bad_parameter", "detail": "Bad or unknown parameter: x."}
