"""Do scripts keep the catalogue, within their role, with every step in the trail and never with a key?"""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from arena.domain.roles import Role
from arena.models import AuditEntry, Contestant, Endpoint, Entry, EntryStep, Output, Prompt, Vote
from arena.providers.base import ProviderError
from arena.services.endpoints import record_failure
from arena.services.roles import give_role
from arena.services.tokens import make_token
from tests.arena.api.callers import API, Script
from tests.concurrency import whole_database
from tests.factories import make_arena

pytestmark = pytest.mark.django_db
KEY = "sk-planted-7f3e9a"
ENDPOINT = {"provider": "openai", "base_url": "https://models.example/v1", "model_name": "ada-1"}
MODEL = {"slug": "ada-1", "name": "Ada 1", "total_params_b": 7, "output_price_usd": 0.6}


def script_of(role, user_role=None, **fields):
    user = User.objects.create_user(f"robot-{role}-{user_role}")
    give_role(user=user, role=user_role or role)
    return Script(make_token(user=user, name="nightly", role=role, **fields)[1])


@pytest.fixture
def script():
    return script_of(Role.OPERATOR)


@pytest.fixture
def arena():
    return make_arena()


def test_model_comes_in_with_endpoint_and_entry(script, arena):
    body = MODEL | {"endpoint": ENDPOINT | {"key_name": "ARENA_KEY_ADA"}, "arenas": ["text"], "status": "active"}

    response = script.post("staff/models/", body | {"reason": "new"})

    assert (response.status_code, response.json()) == (201, {"slug": "ada-1", "status": "active"})
    model = Contestant.objects.get()
    assert (model.name, model.total_params_b, str(model.output_price_usd)) == ("Ada 1", 7.0, "0.600000")
    assert (model.endpoint.key_name, model.entries.get().status) == ("ARENA_KEY_ADA", "active")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.door, entry.token, entry.action) == ("robot-operator-None", "api", "nightly", "add")
    assert (entry.row_name, entry.after["arenas"], entry.why) == ("Ada 1", ["text"], "new")


def test_endpoint_and_status_change(script, arena):
    script.post("staff/models/", MODEL | {"endpoint": ENDPOINT, "arenas": ["text"], "status": "testing"})

    moved = script.post("staff/models/ada-1/status/", {"arena": "text", "status": "active"})
    refused = script.post("staff/models/ada-1/status/", {"arena": "text", "status": "draft"})
    pointed = script.post("staff/models/ada-1/endpoint/", ENDPOINT | {"model_name": "ada-1b"})

    assert (moved.status_code, refused.status_code, pointed.status_code) == (200, 422, 204)
    assert list(refused.json()["fields"]) == ["status"]
    assert Entry.objects.get().status == "active"
    assert Endpoint.objects.get().model_name == "ada-1b"
    entry = AuditEntry.objects.first()
    assert (entry.before["model_name"], entry.after["model_name"]) == ("ada-1", "ada-1b")


def test_new_endpoint_of_a_paused_model_ends_the_pause_where_everybody_sees_it(script, arena):
    script.post("staff/models/", MODEL | {"endpoint": ENDPOINT, "arenas": ["text"], "status": "active"})
    Endpoint.objects.update(is_enabled=False)
    wrong_key = ProviderError("the endpoint refused the key (401)", "refused", is_fatal=True)
    record_failure(contestant_id=Contestant.objects.get().pk, error=wrong_key)

    response = script.post("staff/models/ada-1/endpoint/", ENDPOINT | {"key_name": "ARENA_KEY_NEW"})

    assert response.status_code == 204
    endpoint = Endpoint.objects.get()
    assert (endpoint.key_name, endpoint.is_enabled) == ("ARENA_KEY_NEW", False)
    assert (endpoint.n_failures, endpoint.open_until, endpoint.paused_at) == (0, None, None)
    steps = EntryStep.objects.order_by("id").values_list("status_before", "status", "reason", "by")
    assert list(steps)[1:] == [
        ("active", "paused", "breaker", ""),
        ("paused", "active", "it may be asked again", "robot-operator-None"),
    ]


def test_prompts_and_outputs_come_in_once(script, arena):
    script.post("staff/models/", MODEL)
    prompts = {"prompts": [{"prompt_id": "k1", "text": "Why?", "language": "en"}, {"prompt_id": "k2", "text": "How?"}]}
    outputs = {"outputs": [{"prompt_id": "k1", "model": "ada-1", "text": "Because."}]}

    added = [
        script.post(f"staff/arenas/text/{what}/", body).json()
        for what, body in (("prompts", prompts), ("prompts", prompts), ("outputs", outputs), ("outputs", outputs))
    ]

    assert added == [{"added": 2}, {"added": 0}, {"added": 1}, {"added": 0}]
    assert Prompt.objects.filter(is_in_pool=True, source="script").count() == 2
    assert Output.objects.get().text == "Because."


def test_votes_come_in_as_a_file(script, arena):
    file = SimpleUploadedFile("votes.csv", b"model_a,model_b,winner\nada-1,bob-2,model_a\n")

    response = script.client.post(f"{API}staff/arenas/text/votes/?format=csv", {"file": file})
    bad = script.client.post(f"{API}staff/arenas/text/votes/?format=csv", {"file": SimpleUploadedFile("v", b"x\n1\n")})

    assert (response.status_code, Vote.objects.count()) == (201, 1)
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["file"])
    assert "/tmp" not in bad.text


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("staff/models/", MODEL | {"slug": "Not a slug"}, "slug"),
        ("staff/models/", MODEL | {"total_params_b": -1}, "total_params_b"),
        ("staff/models/", MODEL | {"total_params_b": "7"}, "total_params_b"),
        ("staff/models/", MODEL | {"key": KEY}, "key"),
        ("staff/models/", MODEL | {"endpoint": ENDPOINT | {"key_name": KEY}}, "endpoint"),
        ("staff/models/", MODEL | {"endpoint": ENDPOINT | {"base_url": "nowhere"}}, "endpoint.base_url"),
        ("staff/arenas/text/prompts/", {"prompts": []}, "prompts"),
        ("staff/arenas/text/prompts/", {"prompts": [{"text": "x", "language": "E1"}]}, "prompts.0.language"),
        ("staff/arenas/text/outputs/", {"outputs": [{"prompt_id": "k", "model": "m", "text": "x"}]}, "outputs"),
    ],
)
def test_bad_values_are_named_and_nothing_is_kept(script, arena, path, body, field):
    response = script.post(path, body)

    assert (response.status_code, list(response.json()["fields"])) == (422, [field])
    assert not Contestant.objects.exists()
    assert not Prompt.objects.exists()
    assert not AuditEntry.objects.exists()
    assert KEY not in response.text
    assert KEY not in repr(whole_database())


def test_slug_that_is_taken_is_said(script):
    script.post("staff/models/", MODEL)

    assert list(script.post("staff/models/", MODEL).json()["fields"]) == ["slug"]


@pytest.mark.parametrize(
    ("role", "user_role"),
    [("", Role.OWNER), (Role.VIEWER, Role.OWNER), (Role.AUDITOR, None), (Role.OWNER, Role.VIEWER)],
)
def test_role_of_the_token_and_of_its_user_bound_what_it_may_do(role, user_role):
    response = script_of(role, user_role).post("staff/models/", MODEL)

    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
    assert not Contestant.objects.exists()


def test_without_a_token_it_is_401(client):
    response = client.post(f"{API}staff/models/", MODEL, "application/json")

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_expired_token_is_401():
    expired = script_of(Role.OPERATOR, expires_at=timezone.now())

    assert expired.post("staff/models/", MODEL).status_code == 401


def test_many_bad_tokens_are_refused_for_a_while(settings, script):
    settings.HAS_LIMITS = True
    client = Client(headers={"Authorization": "Token guess"})

    statuses = [client.get(f"{API}session/").status_code for _ in range(21)]

    assert statuses == [401] * 20 + [429]
    assert script.get("session/").status_code == 429  # of this address, whoever it is
