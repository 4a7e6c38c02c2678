"""Does the database itself refuse to change or delete what was counted or published, whoever asks?

Migrations 0002, 0007_kept_identities.
"""

import pytest
from django.db import IntegrityError, connection, transaction

from arena.domain.audit import Actor, Door
from arena.models import AuditEntry, Endpoint, Entry, LedgerEntry, Output, Prompt, Snapshot, SnapshotRow, Vote
from arena.services.audit import note_step
from arena.services.leaderboards import publish_arena
from tests.factories import enter, make_arena, make_contestant, make_output, make_prompt, make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

# Every immutable table, with a field that somebody might like to change.
FIELDS = {
    Vote: ("outcome", "b"),
    LedgerEntry: ("kind", "model"),
    Snapshot: ("ledger_size", 7),
    SnapshotRow: ("votes", 7),
    AuditEntry: ("actor", "nobody"),
}
models = pytest.mark.parametrize("model", list(FIELDS), ids=lambda model: model.__name__)
refused = pytest.raises(IntegrityError, match="immutable")


@pytest.fixture(autouse=True)
def _one_counted_vote():
    arena = make_arena()
    make_vote(arena, "quillon-1", "brevant-2", "a")
    publish_arena(arena_id=arena.pk)
    note_step(actor=Actor("command", Door.COMMAND), action="import", row=arena)
    connection.check_constraints()  # PostgreSQL would rather complain of deferred checks than fire the trigger


def rows_of(model):
    return list(model.objects.order_by("pk").values())


def run(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@models
def test_queryset_cannot_update(model):
    before = rows_of(model)
    name, value = FIELDS[model]

    with refused, transaction.atomic():
        model.objects.update(**{name: value})

    assert before
    assert rows_of(model) == before


@models
def test_row_cannot_be_saved_again(model):
    before = rows_of(model)
    row = model.objects.first()
    setattr(row, *FIELDS[model])

    with refused, transaction.atomic():
        row.save()

    assert rows_of(model) == before


@models
def test_sql_cannot_update(model):
    before = rows_of(model)
    name, value = FIELDS[model]

    with refused, transaction.atomic():
        run(f"UPDATE {model._meta.db_table} SET {name} = %s", value)

    assert rows_of(model) == before


@models
def test_queryset_cannot_delete(model):
    before = rows_of(model)

    with refused, transaction.atomic():
        model.objects.all()._raw_delete(using="default")

    assert rows_of(model) == before


@models
def test_sql_cannot_delete(model):
    before = rows_of(model)

    with refused, transaction.atomic():
        run(f"DELETE FROM {model._meta.db_table} WHERE id IN (SELECT min(id) FROM {model._meta.db_table})")

    assert rows_of(model) == before


@models
def test_insert_cannot_take_the_place_of_a_row(model):
    before = rows_of(model)
    name, value = FIELDS[model]
    row = model.objects.first()
    setattr(row, name, value)

    with refused, transaction.atomic():
        model.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=[name])

    assert rows_of(model) == before


@models
def test_no_shortcut_of_the_vendor_goes_round_the_triggers(model, vendor):
    before = rows_of(model)
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    shortcut = {
        "sqlite": f"REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}",
        "postgresql": f"TRUNCATE {table} CASCADE",
    }[vendor]

    with refused, transaction.atomic():
        run(shortcut)

    assert rows_of(model) == before


# What a row belongs to, by its column.
PLACES = [
    (Entry, "arena_id"),
    (Entry, "contestant_id"),
    (Endpoint, "contestant_id"),
    (Prompt, "arena_id"),
    (Output, "prompt_id"),
    (Output, "contestant_id"),
]


@pytest.mark.parametrize(("model", "column"), PLACES, ids=lambda value: getattr(value, "__name__", value))
def test_row_never_moves_elsewhere(model, column):
    arena, other = make_arena("one"), make_arena("two")
    contestant = enter(arena, "tessarix-3")
    Endpoint.objects.create(contestant=contestant, provider="demo")
    row_of_each = {
        "arena_id": other.pk,
        "contestant_id": make_contestant("ondolar-4").pk,
        "prompt_id": make_prompt(other, "k2").pk,
    }
    make_output(make_prompt(arena, "k1"), contestant)
    row, before = model.objects.exclude(**{column: row_of_each[column]}).last(), rows_of(model)
    place = getattr(row, column)

    with refused, transaction.atomic():
        model.objects.filter(pk=row.pk).update(**{column: row_of_each[column]})
    with refused, transaction.atomic():
        setattr(row, column, row_of_each[column])
        row.save()

    assert rows_of(model) == before
    model.objects.filter(pk=row.pk).update(**{column: place})  # where it is is no move
