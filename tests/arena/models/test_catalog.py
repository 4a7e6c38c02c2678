"""Does the database refuse a catalogue that cannot be, and do forms say why?"""

import math

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant, Endpoint, Entry, Output, Prompt, Vote
from arena.services.catalog import set_entry_status
from tests.factories import enter, make_arena, make_contestant, make_output, make_prompt, make_vote

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def refuses(name):
    """The constraint or column that must complain."""
    return pytest.raises(IntegrityError, match=name)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"modality": "smell"}, "arena_modality_known"),
        ({"publish_every_s": 0}, "arena_publish_every_positive"),
        ({"max_turns": 0}, "arena_turns_range"),
        ({"max_turns": 51}, "arena_turns_range"),
        ({"pacing": "slow"}, "arena_pacing_known"),
        ({"min_votes": -1}, "min_votes"),
    ],
)
def test_arena_that_cannot_be(fields, name):
    with refuses(name), transaction.atomic():
        Arena.objects.create(slug="x", name="X", **fields)


def test_arena_slug_is_taken_once():
    make_arena("text")

    with refuses("slug"), transaction.atomic():
        Arena.objects.create(slug="text", name="Other")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"precision": "fp8"}, "contestant_precision_known"),
        ({"training_type": "tuned"}, "contestant_training_known"),
        ({"openness": "closed"}, "contestant_openness_known"),
        ({"total_params_b": 0}, "contestant_total_positive"),
        ({"total_params_b": -7}, "contestant_total_positive"),
        ({"active_params_b": 0}, "contestant_active_positive"),
        ({"context_tokens": -1}, "context_tokens"),
    ],
)
def test_contestant_that_cannot_be(fields, name):
    with refuses(name), transaction.atomic():
        Contestant.objects.create(slug="x", name="X", **fields)


def test_contestant_is_known_once_and_unknown_is_a_value():
    make_contestant("quillon-1")

    with refuses("slug"), transaction.atomic():
        Contestant.objects.create(slug="quillon-1", name="Again")

    contestant = Contestant.objects.get()
    assert (contestant.precision, contestant.training_type, contestant.openness) == ("unknown",) * 3
    assert (contestant.total_params_b, contestant.weight_class) == (None, "undisclosed")


@pytest.mark.parametrize(
    "slug", ["quillon-1", "llama-2.7b", "4o", "a_b", "x" * 100], ids=["plain", "dot", "digit", "underscore", "long"]
)
def test_slug_of_a_contestant(slug):
    Contestant(slug=slug, name="X").full_clean()


@pytest.mark.parametrize("slug", ["", "Big", "a b", "-a", ".a", "a/b", "ä", "a\n", "x" * 101, "<script>"])
def test_slug_that_is_none(slug):
    with pytest.raises(ValidationError) as refused:
        Contestant(slug=slug, name="X").full_clean()

    assert list(refused.value.message_dict) == ["slug"]


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_name_has_1_to_80_characters(name):
    with pytest.raises(ValidationError) as refused:
        Contestant(slug="x", name=name).full_clean()

    assert list(refused.value.message_dict) == ["name"]


@pytest.mark.parametrize("exposure", [-1, -0.001, 1000.5, 1e308, math.inf])
def test_exposure_out_of_range(exposure):
    arena, contestant = make_arena(), make_contestant("quillon-1")
    entry = Entry(arena=arena, contestant=contestant, exposure=exposure)

    with pytest.raises(ValidationError) as refused:
        entry.full_clean()
    with refuses("entry_exposure_range"), transaction.atomic():
        entry.save()

    assert "exposure" in refused.value.message_dict


def test_exposure_is_a_number():
    entry = Entry(arena=make_arena(), contestant=make_contestant("quillon-1"), exposure=math.nan)

    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        entry.save()


def test_entry_is_one_an_arena_with_a_known_status():
    arena = make_arena()
    contestant = enter(arena, "quillon-1")

    with refuses("contestant"), transaction.atomic():
        Entry.objects.create(arena=arena, contestant=contestant)
    with refuses("entry_status_known"), transaction.atomic():
        Entry.objects.create(arena=arena, contestant=make_contestant("brevant-2"), status="asleep")


@pytest.mark.parametrize("key_name", ["", "ARENA_KEY_OPENAI", "ARENA_KEY_A_1"])
def test_name_of_a_key(key_name):
    endpoint = Endpoint(contestant=make_contestant("quillon-1"), provider="demo", key_name=key_name)

    endpoint.full_clean()
    endpoint.save()

    assert Endpoint.objects.get().key_name == key_name


@pytest.mark.parametrize(
    "key_name",
    ["DJANGO_SECRET_KEY", "PATH", "ARENA_SECRET_KEY", "arena_key_x", "ARENA_KEY_", "sk-abc", "ARENA_KEY_X\n"],
)
def test_key_itself_or_another_variable_is_no_name_of_a_key(key_name):
    endpoint = Endpoint(contestant=make_contestant("quillon-1"), provider="demo", key_name=key_name)

    with pytest.raises(ValidationError) as refused:
        endpoint.full_clean()
    with refuses("key_is_a_name"), transaction.atomic():
        endpoint.save()

    assert "key_name" in refused.value.message_dict


def test_prompt_key_and_output_are_unique():
    arena = make_arena()
    prompt, contestant = make_prompt(arena, "p1"), enter(arena, "quillon-1")
    make_output(prompt, contestant)

    with refuses("key"), transaction.atomic():
        make_prompt(arena, "p1")
    with refuses("contestant"), transaction.atomic():
        make_output(prompt, contestant)

    assert make_prompt(make_arena("other"), "p1").key == "p1"


def test_typed_prompts_get_a_key_nobody_can_guess():
    arena = make_arena()

    keys = {Prompt.objects.create(arena=arena, text="?").key for _ in range(3)}

    assert [len(key) for key in keys] == [32, 32, 32]


def test_what_has_votes_cannot_be_deleted():
    arena = make_arena()
    vote = make_vote(arena, "quillon-1", "brevant-2", "a")
    rows = [arena, vote.battle.contestant_a, vote.battle.prompt, vote.battle, vote]

    for row in rows:
        with pytest.raises(ProtectedError):
            row.delete()

    assert Output.objects.count() == 0


@pytest.mark.parametrize("table", ["arena_contestant", "arena_entry", "arena_arena", "arena_battle"])
def test_the_database_itself_deletes_nothing_that_has_votes(table):
    arena = make_arena()
    vote = make_vote(arena, "quillon-1", "brevant-2", "a")
    enter(arena, "quillon-1")
    set_entry_status(entry_id=Entry.objects.get().pk, status=EntryStatus.PAUSED)

    with pytest.raises(DatabaseError), transaction.atomic():
        delete_all(table)

    assert Vote.objects.get() == vote


def delete_all(table):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
    connection.check_constraints()
