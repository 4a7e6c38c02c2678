"""Arenas, prompts and models."""

import pytest
from django.test import Client

from arena.domain.metadata import EntryStatus
from arena.models import Arena, Contestant
from arena.services.leaderboards import publish_arena
from tests.arena.api.callers import API
from tests.factories import SLUGS, enter, make_arena, make_contestant, make_prompt, make_votes

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def get(path):
    return Client().get(f"{API}{path}")


def test_arenas_are_listed_with_what_is_in_them(arena):
    enter(arena, "sketch-0", EntryStatus.DRAFT)
    make_prompt(arena, "own", is_in_pool=False)
    make_votes(arena, [("quillon-1", "brevant-2", "a")] * 2)
    make_arena("hidden", visibility="unlisted")

    listed = get("arenas/").json()

    expected = {
        "slug": "text",
        "name": "Text",
        "modality": "text",
        "description": "",
        "rules": "",
        "question": "Which answer is better?",
        "outcomes": ["a", "b", "tie", "both_bad"],
        "reasons": ["accurate", "complete", "to-the-point", "well-written", "follows-prompt", "invented"],
        "takes_prompts": False,
        "takes_images": False,
        "counts": {"models": 4, "prompts": 3, "votes": 2},
    }
    assert listed == {"next": None, "previous": None, "results": [expected]}
    assert get("arenas/text/").json() == expected


def test_arena_that_is_not_listed_is_found_by_its_address(arena):
    Arena.objects.update(visibility="unlisted")

    assert get("arenas/text/").json()["counts"] == {"models": 4, "prompts": 3, "votes": 0}


@pytest.mark.parametrize("path", ["arenas/nowhere/", "arenas/nowhere/prompts/", "arenas/te%00xt/", "arenas/%20/"])
def test_unknown_arena_is_404(arena, path):
    assert get(path).status_code == 404


def test_prompts_are_those_of_the_pool(arena):
    make_prompt(arena, "own", is_in_pool=False)
    make_prompt(arena, "p4", language="de", category="math", source="book")

    prompts = get("arenas/text/prompts/").json()["results"]

    assert [prompt["prompt_id"] for prompt in prompts] == ["p1", "p2", "p3", "p4"]
    assert prompts[3] == {
        "prompt_id": "p4",
        "text": "Question p4?",
        "language": "de",
        "category": "math",
        "source": "book",
    }


def test_models_are_those_that_are_no_drafts(arena):
    enter(arena, "sketch-0", EntryStatus.DRAFT)
    make_contestant("nowhere-0")

    assert [model["slug"] for model in get("models/").json()["results"]] == sorted(SLUGS)
    assert get("models/sketch-0/").status_code == 404


def test_model_says_unknown_where_nothing_is_known(arena):
    model = get("models/quillon-1/").json()

    assert model == {
        "slug": "quillon-1",
        "name": "Quillon-1",
        "organisation": "",
        "version": "",
        "family": "",
        "base_models": [],
        "total_params_b": None,
        "active_params_b": None,
        "weight_class": "undisclosed",
        "precision": "unknown",
        "training_type": "unknown",
        "openness": "unknown",
        "licence": "",
        "release_date": None,
        "knowledge_cutoff": None,
        "input_price_usd": None,
        "output_price_usd": None,
        "context_tokens": None,
        "kind": "",
        "description": "",
        "link": "",
        "standings": [],
    }


def test_model_has_its_metadata_and_nothing_of_its_endpoint(arena):
    model = Contestant.objects.get(slug="quillon-1")
    model.base_models.set(Contestant.objects.filter(slug__in=["brevant-2", "ondolar-4"]))
    model.total_params_b, model.input_price_usd, model.aliases = 7.5, "0.150000", ["Vesperine"]
    model.save()

    card = get("models/quillon-1/")

    body = card.json()
    assert (body["base_models"], body["weight_class"], body["input_price_usd"]) == (
        ["brevant-2", "ondolar-4"],
        "s",
        0.15,
    )
    assert "Vesperine" not in card.content.decode()


def test_model_stands_on_current_boards(arena):
    make_votes(arena, [("quillon-1", "brevant-2", outcome) for outcome in "aab"])
    (snapshot_id,) = publish_arena(arena_id=arena.pk)

    (standing,) = get("models/quillon-1/").json()["standings"]
    (row, _) = get("leaderboards/text/").json()["rows"]
    del row["place"]  # among the rows that a board shows; a model's page has none beside it

    assert standing == row | {"arena": "text", "voters": "human", "snapshot": snapshot_id}


@pytest.mark.parametrize("slug", ["nobody", "QUILLON-1", "quillon-1%00", "quillon-1%0A", "%F0%9F%92%A5", "x" * 300])
def test_unknown_model_is_404(arena, slug):
    assert get(f"models/{slug}/").status_code == 404


def test_lists_ask_the_database_a_fixed_number_of_times(arena, django_assert_max_num_queries):
    for path in ("arenas/", "arenas/text/prompts/", "models/"):
        with django_assert_max_num_queries(2):
            get(path)
