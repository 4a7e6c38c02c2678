"""Does a new version take over a model's place, while every vote stays with what was really asked?"""

from decimal import Decimal

import pytest

from arena.domain.errors import InvalidInput
from arena.models import Contestant, Endpoint, Entry, EntryStep, LedgerEntry, SpendingCap
from arena.services.ledger import sequence_arena
from arena.services.versions import new_version
from ratings.ledger import parse_record
from tests.concurrency import whole_database
from tests.factories import SLUGS, enter, make_arena, make_stored_arena, make_vote

pytestmark = pytest.mark.django_db
OLD = SLUGS[0]


def replace(old, **values):
    said = {"slug": "quillon-2", "name": "Quillon 2", "version": "2026-11", "by": "ada", "reason": "its maker says so"}
    return new_version(contestant_id=old.pk, **(said | values))


@pytest.fixture
def arena():
    return make_stored_arena()


@pytest.fixture
def old(arena):
    old = Contestant.objects.get(slug=OLD)
    facts = {"organisation": "Lab", "total_params_b": 8.0, "precision": "int4", "input_price_usd": Decimal("0.5")}
    Contestant.objects.filter(pk=old.pk).update(release_date="2026-01-01", **facts)
    Endpoint.objects.create(
        contestant=old, provider="openai", base_url="https://m.example/v1", model_name="q", key_name="ARENA_KEY_Q"
    )
    enter(make_arena("code"), OLD, status="paused", exposure=2.0)
    enter(make_arena("poems"), OLD, status="draft")
    return old


def test_it_is_of_the_same_family_and_knows_what_it_replaces(old):
    new = replace(old)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (new.slug, new.name, new.version, new.family, new.replaces) == (
        "quillon-2",
        "Quillon 2",
        "2026-11",
        old.family,
        old,
    )
    assert old.family == "Quillon-1"
    assert (new.organisation, new.total_params_b, new.precision, new.input_price_usd) == ("Lab", 8.0, "int4", 0.5)
    assert (new.release_date, new.aliases) == (None, ["Quillon-1"])


def test_it_takes_over_endpoint_and_entries(old):
    replace(old)

    assert set(Entry.objects.filter(contestant__family="Quillon-1").values_list(*ENTRY)) == {
        ("text", OLD, "retired", 1.0),
        ("code", OLD, "retired", 2.0),
        ("poems", OLD, "retired", 1.0),
        ("text", "quillon-2", "active", 1.0),
        ("code", "quillon-2", "testing", 2.0),
        ("poems", "quillon-2", "draft", 1.0),
    }
    called = Endpoint.objects.order_by("contestant__slug").values_list("contestant__slug", "base_url", "is_enabled")
    assert list(called) == [(OLD, "https://m.example/v1", False), ("quillon-2", "https://m.example/v1", True)]
    assert set(EntryStep.objects.filter(entry__arena__slug="text").values_list("reason", "by")) == {
        ("replaced by Quillon 2: its maker says so", "ada"),
        ("replaces Quillon-1: its maker says so", "ada"),
    }


@pytest.mark.parametrize("limit_usd", [Decimal("2.5"), Decimal(0), None])
def test_it_keeps_the_cap_of_its_own(old, limit_usd):
    SpendingCap.objects.create(scope="model-day", contestant=old, limit_usd=limit_usd)
    SpendingCap.objects.create(scope="day", limit_usd=9)

    replace(old)

    caps = SpendingCap.objects.filter(contestant__isnull=False).values_list("contestant__slug", "scope", "limit_usd")
    assert set(caps) == {(OLD, "model-day", limit_usd), ("quillon-2", "model-day", limit_usd)}


ENTRY = ("arena__slug", "contestant__slug", "status", "exposure")


def test_votes_are_split_by_time(arena, old):
    make_vote(arena, OLD, SLUGS[1], "a")
    sequence_arena(arena_id=arena.pk)
    replace(old)
    make_vote(arena, "quillon-2", SLUGS[1], "b")
    sequence_arena(arena_id=arena.pk)

    records = [parse_record(bytes(e.record)) for e in LedgerEntry.objects.filter(ledger=arena.pk).order_by("seq")]
    told = [(record["k"], record.get("op") or record["y"], record.get("id") or record["ma"]) for record in records]
    assert told == [
        ("vote", "a", OLD),
        ("model", "retire", OLD),
        ("model", "add", "quillon-2"),
        ("vote", "b", "quillon-2"),
    ]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": SLUGS[1]}, "slug"),
        ({"slug": "Two Words"}, "slug"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"version": "x" * 81}, "version"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(old, values, field):
    before = whole_database()

    with pytest.raises(InvalidInput) as caught:
        replace(old, **values)

    assert list(caught.value.fields) == [field]
    assert whole_database() == before


def test_a_model_has_one_successor(old):
    replace(old)

    with pytest.raises(InvalidInput) as caught:
        replace(old, slug="quillon-3")

    assert caught.value.fields == {"version": ["Quillon-1 already has a successor; make a new version of that one."]}
