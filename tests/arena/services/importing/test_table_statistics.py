import pytest
from django.db import connection

from arena.models import Vote
from tests.arena.services.importing.colours import VOTES, make_folder, run_import

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_postgresql_knows_at_once_how_many_rows_came_in(tmp_path):
    run_import(make_folder(tmp_path), "colours")

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Vote._meta.db_table])
        assert cursor.fetchone() == (len(VOTES),)
