"""Do the tests run where they say? One run, two real databases, seen from every thread."""

import threading
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from tests.databases import production_settings


def say_vendor(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{connection.vendor} {User.objects.count()}")


urlpatterns = [path("vendor/", say_vendor)]
pytestmark = pytest.mark.both_databases


@pytest.mark.django_db
def test_test_runs_on_the_vendor_it_names(vendor):
    assert connection.vendor == vendor


@pytest.mark.django_db
def test_sqlite_has_the_options_of_production(vendor):
    if vendor == "sqlite":
        with connection.cursor() as cursor:
            mode = cursor.execute("PRAGMA journal_mode").fetchone()
            synchronous = cursor.execute("PRAGMA synchronous").fetchone()

        assert (mode, synchronous, connection.transaction_mode) == (("wal",), (2,), "IMMEDIATE")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_rows_are_seen_by_threads_and_gone_after_the_test(vendor, turn):
    seen = []

    def look():
        seen.append((connection.vendor, User.objects.count()))
        connection.close()

    User.objects.create(username="ada")
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [(vendor, 1)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
async def test_asynchronous_code_uses_the_same_database(vendor, turn):
    await User.objects.acreate(username="ada")

    assert (await sync_to_async(lambda: connection.vendor)(), await User.objects.acount()) == (vendor, 1)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("turn", [1, 2])
def test_live_site_serves_the_same_database(vendor, live_server_url, turn):
    User.objects.create(username="ada")

    with urlopen(f"{live_server_url}/vendor/") as answer:
        body = answer.read().decode()

    assert body == f"{vendor} 1"


def test_fresh_database_is_empty_and_of_the_same_vendor(vendor, fresh_database_url):
    settings = production_settings(fresh_database_url)

    assert settings["ENGINE"] == f"django.db.backends.{'sqlite3' if vendor == 'sqlite' else vendor}"
    if vendor == "postgresql":
        with psycopg.connect(fresh_database_url) as fresh:
            assert fresh.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    else:
        assert not Path(settings["NAME"]).exists()
