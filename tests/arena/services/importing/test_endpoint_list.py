"""Do the models of FastChat's api_endpoints.json come in, and never a key?"""

import json

import pytest

from arena.domain.errors import ImportFault
from arena.models import Contestant, Endpoint, Entry
from arena.services.importing.endpoint_list import import_endpoint_list, read_endpoint_list
from tests.concurrency import whole_database
from tests.factories import make_arena, make_contestant

pytestmark = pytest.mark.django_db

FILE = {
    "gpt-4o-2024-05-13": {
        "model_name": "gpt-4o-2024-05-13",
        "api_base": "https://api.openai.com/v1",
        "api_type": "openai",
        "api_key": "sk-canary-77",
        "anony_only": False,
        "recommended_config": {"temperature": 0.7, "top_p": 1.0, "n": 3},
        "text-arena": True,
    },
    "claude-3-opus": {
        "model_name": "claude-3-opus-20240229",
        "api_type": "anthropic_message",
        "api_key": "sk-canary-78",
    },
    "qwen2.5-7b-instruct": {"api_base": "https://models.example/v1/", "api_type": "openai"},
    "reka-core": {"model_name": "reka-core", "api_type": "reka", "api_key": ""},
}


def bring(values=FILE, **options):
    return import_endpoint_list(values=values, file="api_endpoints.json", **options)


def test_models_come_in_as_drafts_without_their_keys():
    make_arena("text")

    report = bring(arena_slug="text")

    assert list(Endpoint.objects.order_by("pk").values_list("base_url", "model_name", "key_name", "parameters")) == [
        ("https://api.openai.com/v1", "gpt-4o-2024-05-13", "ARENA_KEY_OPENAI", {"temperature": 0.7, "top_p": 1.0}),
        ("https://api.anthropic.com/v1", "claude-3-opus-20240229", "ARENA_KEY_ANTHROPIC", {}),
        ("https://models.example/v1", "qwen2.5-7b-instruct", "ARENA_KEY_OPENAI", {}),
    ]
    small = Contestant.objects.get(slug="qwen2.5-7b-instruct")
    assert (small.total_params_b, small.organisation, small.training_type) == (7.0, "Alibaba", "chat")
    assert set(Entry.objects.values_list("arena__slug", "status")) == {("text", "draft")}
    assert report.lines() == [
        "New models, each a draft: gpt-4o-2024-05-13, claude-3-opus, qwen2.5-7b-instruct.",
        "Left out: reka-core: its type 'reka' needs an address that speaks as OpenAI does, in api_base.",
        "Keys in the file: 2. None was taken: a key never goes into the database.",
        "Set these, in the environment or in the keys file: ARENA_KEY_ANTHROPIC, ARENA_KEY_OPENAI.",
    ]
    assert "sk-canary" not in json.dumps([whole_database(), report.lines()], default=str)


def test_known_models_stay_as_they_are():
    make_contestant("claude-3-opus", name="Mine")

    report = bring()

    assert report.known == ["claude-3-opus"]
    assert Contestant.objects.get(slug="claude-3-opus").name == "Mine"
    assert bring().new == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (7, "bad-1: an object is expected"),
        ({"api_base": "http://10.0.0.1/v1"}, "bad-1: base_url: The arena does not call this address"),
        ({"api_base": "https://user:sk-canary-9@m.example/v1"}, "bad-1: base_url: "),
        ({"api_base": 7}, "bad-1: api_base is a text"),
        ({"model_name": "x" * 201}, "bad-1: model_name: "),
    ],
)
def test_one_wrong_model_stops_all(said, words):
    before = whole_database()

    with pytest.raises(ImportFault) as caught:
        bring(FILE | {"bad-1": said})

    assert str(caught.value).startswith(f"api_endpoints.json: {words}")
    assert "sk-canary" not in str(caught.value)
    assert whole_database() == before


def test_arena_that_is_not_there_is_a_fault():
    with pytest.raises(ImportFault, match="there is no arena nowhere"):
        bring(arena_slug="nowhere")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "api.json, line 1: no JSON"),
        ("[]", "api.json: an object of models by name is expected"),
        ("[" * 100_000, "api.json: no JSON in UTF-8"),
        (None, "api.json: it cannot be read: No such file or directory"),
    ],
)
def test_file_that_is_no_list_is_a_sentence(tmp_path, text, words):
    path = tmp_path / "api.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(ImportFault) as caught:
        read_endpoint_list(path)

    assert str(caught.value).startswith(words)
