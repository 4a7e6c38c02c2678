from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from arena.web import health

pytestmark = pytest.mark.django_db


def test_healthz_needs_no_database():
    with mock.patch.object(health, "database_now", side_effect=OperationalError):
        response = Client().get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.both_databases
def test_readyz_asks_the_database():
    response = Client().get("/readyz")

    assert (response.status_code, response.json()) == (200, {"status": "ready"})


def test_readyz_says_what_is_missing():
    with mock.patch.object(health, "database_now", side_effect=OperationalError("refused")):
        response = Client().get("/readyz")

    assert (response.status_code, response.json()) == (503, {"status": "unavailable", "missing": ["database"]})


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_open_no_session(path):
    client = Client()

    response = client.get(path)

    assert response.cookies == {}
