"""Can an operator add a model on one page, without losing anything and without a key coming in?"""

import gc
import json
import re
from asyncio import run, sleep
from uuid import UUID

import pytest
from django.test import AsyncClient
from django.urls import reverse

from arena.models import Contestant, Endpoint, Entry, EntryStep, ModelDraft, Reservation, SpendingCap, SpendingTotal
from tests.concurrency import at_once, whole_database
from tests.factories import make_arena, make_contestant, make_voter, start
from tests.fake_models import fake_models
from tests.servers import LOOPBACK

pytestmark = pytest.mark.django_db

GUIDE = reverse("admin:add_model")
KEY_NAME, KEY = "ARENA_KEY_LAB", "sk-canary-5512"
TYPED = {
    "provider": "openai",
    "base_url": "https://models.example/v1",
    "model_name": "quillon-8b-instruct",
    "key_name": KEY_NAME,
    "name": "Quillon 8B",
    "slug": "quillon-8b",
    "total_params_b": "8",
    "precision": "int4",
    "training_type": "chat",
    "openness": "unknown",
    "exposure": "1",
    "aliases": "[]",
    "parameters": "{}",
    "untested": "on",
}


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.EGRESS_ALLOW = (LOOPBACK,)
    settings.PROVIDER_KEYS = {KEY_NAME: KEY}


def send(client, do, **values):
    return client.post(GUIDE, TYPED | {"do": do} | values)


def complaints(page):
    forms = [page.context[name] for name in ("endpoint", "contestant", "places")]
    return {name: said[0] for form in forms for name, said in form.errors.items()}


def test_page_opens_and_needs_no_inline_script(operator):
    page = operator.get(GUIDE)

    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert f'<option value="{KEY_NAME}">' in page.text
    assert KEY not in page.text


def test_model_is_activated_and_meets_others_at_once(operator, arena):
    page = send(operator, "active", arenas=[arena.pk], provider="demo", model_name="lead-k3", reason="asked for")

    contestant = Contestant.objects.get(slug="quillon-8b")
    assert page.url == reverse("admin:arena_contestant_change", args=[contestant.pk])
    assert (contestant.name, contestant.weight_class, contestant.precision) == ("Quillon 8B", "s", "int4")
    assert contestant.endpoint.key_name == KEY_NAME
    step = EntryStep.objects.get(entry__contestant=contestant)
    assert (step.status_before, step.status, step.by, step.reason) == ("draft", "active", "operator", "asked for")
    assert ModelDraft.objects.count() == 0
    battles = [start(arena, make_voter().id, seed=seed) for seed in range(40)]
    assert contestant.pk in {pk for battle in battles for pk in (battle.contestant_a_id, battle.contestant_b_id)}


def test_model_is_let_in_for_testing(operator):
    send(operator, "testing", arenas=[make_arena().pk], untested="")

    assert list(Entry.objects.values_list("contestant__slug", "status")) == [("quillon-8b", "testing")]


def test_untested_set_up_is_not_activated_unless_told(operator):
    page = send(operator, "active", arenas=[make_arena().pk], untested="")

    assert page.status_code == 422
    assert complaints(page) == {"untested": "This set-up has not passed a test. Test it above, or tick this box."}
    assert Contestant.objects.count() == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"slug": "Two Words"}, "slug"),
        ({"slug": "taken-1"}, "slug"),
        ({"base_url": ""}, "base_url"),
        ({"model_name": ""}, "model_name"),
        ({"provider": "nobody"}, "provider"),
        ({"total_params_b": "nan"}, "total_params_b"),
        ({"parameters": "{"}, "parameters"),
        ({"parameters": "[1]"}, "parameters"),
        ({"parameters": '{"extra_body": {"api_key": "sk-1"}}'}, "parameters"),
        ({"parameters": '{"extra_headers": {"xi-api-key": "opaque"}}'}, "parameters"),
        ({"parameters": '{"max_tokens": 50000.0}'}, "parameters"),
        ({"parameters": '{"n": 8}'}, "parameters"),
        ({"base_url": "https://models.example/v1?key=opaque"}, "base_url"),
        ({"base_url": "https://models.example/v1#opaque"}, "base_url"),
        ({"exposure": "-1"}, "exposure"),
        ({"exposure": "nan"}, "exposure"),
        ({"arenas": ["999"]}, "arenas"),
        ({"arenas": []}, "arenas"),
    ],
)
def test_wrong_input_adds_nothing_and_loses_nothing(operator, values, field):
    make_contestant("taken-1")

    page = send(operator, "active", **({"arenas": [make_arena().pk], "description": "Kept as typed."} | values))

    assert page.status_code == 422
    assert list(complaints(page)) == [field]
    assert "Kept as typed." in page.text
    assert ModelDraft.objects.get().values["description"] == "Kept as typed."
    assert Contestant.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "https://2130706433/",
        "https://0xA9FEA9FE/",
        "https://10.1/",
        "http://localtest.me/",
        "file:///etc/passwd",
        "gopher://models.example/",
        "https://user:pw-canary@models.example/",
        "https://models.example:22/",
        "https://mоdels.example/",
        "https://models.example./",
        "no address",
    ],
)
def test_address_that_is_not_called_is_refused_in_words(operator, settings, url):
    settings.EGRESS_ALLOW = ()

    page = send(operator, "active", arenas=[make_arena().pk], base_url=url)

    assert complaints(page)["base_url"].startswith("The arena does not call this address: ")
    assert Endpoint.objects.count() == 0
    assert "pw-canary" not in json.dumps(whole_database(), default=str)


@pytest.mark.parametrize("name", ["DJANGO_SECRET_KEY", "PATH", KEY, "ARENA_KEY_"])
def test_key_itself_is_not_kept(operator, name):
    page = send(operator, "active", arenas=[make_arena().pk], key_name=name)
    said = operator.post(reverse("admin:add_model_key"), {"key_name": name}).json()
    operator.post(
        reverse("admin:add_model_draft"),
        TYPED | {"draft": str(UUID(int=1)), "key_name": name, "parameters": '{"api_key": "x"}'},
    )

    assert list(complaints(page)) == ["key_name"]
    assert said["state"] == "missing"
    assert [
        {"key_name", "parameters"} & draft.values.keys() for draft in ModelDraft.objects.order_by("updated_at")
    ] == [
        {"parameters"},
        set(),
    ]
    assert f'value="{name}"' not in page.text


@pytest.mark.parametrize(
    "values",
    [
        {"base_url": f"https://models.example/v1?api_key={KEY}"},
        {"base_url": f"https://models.example/v1#{KEY}"},
        {"parameters": json.dumps({"extra_headers": {"x-goog-api-key": KEY}})},
        {"parameters": json.dumps({"extra_query": {"key": KEY}})},
        {"model_name": KEY},
        {"description": f"Its key is {KEY}."},
    ],
)
def test_key_in_another_field_is_kept_in_no_draft(operator, values):
    operator.post(reverse("admin:add_model_draft"), TYPED | values)
    send(operator, "draft", **values)

    assert ModelDraft.objects.count() == 2
    assert KEY not in json.dumps(whole_database(), default=str)


def test_key_is_found_by_name_only(operator):
    answers = [
        operator.post(reverse("admin:add_model_key"), {"key_name": name}).json()
        for name in (KEY_NAME, "ARENA_KEY_NONE", "")
    ]

    assert [answer["state"] for answer in answers] == ["found", "missing", "none"]
    assert KEY not in json.dumps(answers)


def test_fingerprint_shows_that_another_key_has_come(operator, settings):
    sentences = []
    for key in ("sk-canary-of-the-old-one", "sk-canary-of-the-new-one"):
        settings.PROVIDER_KEYS = {KEY_NAME: key}
        sentences.append(operator.post(reverse("admin:add_model_key"), {"key_name": KEY_NAME}).json()["sentence"])

    assert all(re.fullmatch(rf"{KEY_NAME} is set, fingerprint [0-9a-f]{{8}}\.", sentence) for sentence in sentences)
    assert sentences[0] != sentences[1]


def test_name_says_what_it_says(operator):
    said = operator.post(
        reverse("admin:add_model_suggest"),
        {"model_name": "Meta-Llama-3.1-8B-Instruct-AWQ-INT4", "base_url": "https://openrouter.ai/api/v1"},
    ).json()

    values = {name: field["value"] for name, field in said["fields"].items()}
    assert (values["total_params_b"], values["precision"], values["family"]) == ("8.0", "int4", "Meta-Llama-3.1")
    assert said["weight_class"] == "S, up to 8B"


def test_price_comes_from_the_public_list(operator):
    asked = {"model_name": "gpt-4o-mini", "base_url": "https://api.openai.com/v1"}

    said = operator.post(reverse("admin:add_model_suggest"), asked).json()["fields"]

    assert said["input_price_usd"] == {"value": "0.15", "why": "from the public price list"}


DRAFT = str(UUID(int=3))


@pytest.mark.parametrize("do", ["active", "testing", "draft"])
def test_second_click_leads_to_the_model_and_leaves_nothing_behind(operator, do):
    said = {"arenas": [make_arena().pk], "draft": DRAFT}
    first = send(operator, "active", **said)
    before = whole_database()

    second = send(operator, do, **said)
    late = operator.post(reverse("admin:add_model_draft"), TYPED | {"draft": DRAFT})

    contestant = Contestant.objects.get()
    assert first.url == second.url == reverse("admin:arena_contestant_change", args=[contestant.pk])
    assert late.json() == {"added": "Quillon 8B"}
    assert ModelDraft.objects.count() == 0
    after = whole_database()
    assert {table for table in after if after[table] != before[table]} <= {"django_session"}


def test_page_that_is_used_again_adds_another_model(operator):
    said = {"arenas": [make_arena().pk], "draft": DRAFT}
    send(operator, "active", **said)

    page = send(operator, "active", name="Quillon 9B", slug="", **said)

    assert page.url == reverse("admin:arena_contestant_change", args=[Contestant.objects.get(slug="quillon-9b").pk])
    assert ModelDraft.objects.count() == 0


def test_slug_that_was_taken_a_moment_ago_is_a_sentence(operator, monkeypatch):
    make_contestant("quillon-8b")
    monkeypatch.setattr("arena.admin.onboarding.ContestantForm.validate_unique", lambda self: None)

    page = send(operator, "active", arenas=[make_arena().pk])

    assert page.status_code == 422
    assert complaints(page) == {"slug": "There is a model at this address already."}
    assert Contestant.objects.count() == ModelDraft.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_clicks_at_once_add_one_model(operator):
    said = {"arenas": [make_arena().pk], "draft": DRAFT}

    pages = at_once(*(lambda: send(operator, "active", **said) for _ in range(4)))

    contestant = Contestant.objects.get()
    assert {page.url for page in pages} == {reverse("admin:arena_contestant_change", args=[contestant.pk])}
    assert (Entry.objects.count(), ModelDraft.objects.count()) == (1, 0)


def test_draft_is_kept_opened_again_and_discarded(operator):
    operator.post(GUIDE, {"do": "draft", "name": "Half", "base_url": "https://m.example/v1"})
    draft = ModelDraft.objects.get()

    page = operator.get(GUIDE, {"draft": draft.pk})
    assert (page.status_code, page.context["draft"], str(draft)) == (200, draft, "Half")
    assert 'value="https://m.example/v1"' in page.text
    operator.post(GUIDE, {"do": "discard", "draft": draft.pk})
    assert ModelDraft.objects.count() == 0


@pytest.mark.parametrize("number", ["x", "-1", "²", "9" * 40, str(UUID(int=7))])
def test_draft_that_is_not_there_begins_anew(operator, number):
    assert operator.get(GUIDE, {"draft": number}).status_code == 200
    assert operator.post(reverse("admin:add_model_draft"), {"draft": number, "name": "New"}).status_code == 200
    assert ModelDraft.objects.get().name == "New"


def test_staff_without_permission_adds_nothing(staff):
    names = ("add_model", "add_model_key", "add_model_draft", "add_model_test", "add_model_models")

    assert [staff.post(reverse(f"admin:{name}"), TYPED).status_code for name in names] == [403] * 5
    assert ModelDraft.objects.count() == 0


def test_card_shows_what_is_right_so_far(operator):
    page = operator.post(reverse("admin:add_model_card"), TYPED | {"name": "<b>Q</b>", "context_tokens": "x"})

    assert "&lt;b&gt;Q&lt;/b&gt;" in page.text
    assert "S, up to 8B" in page.text


@pytest.fixture(scope="module")
def server():
    with fake_models() as url:
        yield url


def stream(operator, name, **values):
    """The events of a streamed answer."""

    async def read():
        client = AsyncClient()
        client.cookies = operator.cookies
        answer = await client.post(reverse(f"admin:{name}"), TYPED | values)
        return b"".join([part async for part in answer.streaming_content])

    return [json.loads(line) for line in run(read()).splitlines()]


@pytest.mark.django_db(transaction=True)
def test_models_are_listed(operator, server):
    (event,) = stream(operator, "add_model_models", base_url=server)

    assert "good" in event["models"]


@pytest.mark.django_db(transaction=True)
def test_list_that_cannot_be_had_is_a_sentence(operator, settings):
    refused = stream(operator, "add_model_models", base_url="http://10.0.0.1/v1")
    closed = stream(operator, "add_model_models", base_url="http://127.0.0.1:9/v1")

    assert refused == [
        {
            "problem": "The arena does not call this address: only https is called, unless ARENA_EGRESS_ALLOW names "
            "the host."
        }
    ]
    assert list(closed[0]) == ["problem"]


@pytest.mark.django_db(transaction=True)
def test_answer_streams_in_with_what_it_shows(operator, server):
    events = stream(
        operator,
        "add_model_test",
        base_url=server,
        model_name="good",
        output_price_usd="2",
        input_price_usd="1",
        provider="openai",
    )

    result = events[-1]["result"]
    assert "".join(event.get("text", "") for event in events).startswith("The sky is blue")
    assert (result["is_good"], result["input_tokens"], result["output_tokens"]) == (True, 12, 34)
    assert result["cost_usd"] == "0.000080000"
    assert 0 < result["first_token_ms"] <= result["latency_ms"]
    assert [check["name"] for check in result["checks"]] == [
        "Reachable",
        "Streams",
        "Says something",
        "Stops",
        "Language",
        "Stays anonymous",
        "Counts tokens",
    ]
    assert ModelDraft.objects.get().tested_sha


@pytest.mark.django_db(transaction=True)
def test_what_passed_is_activated_and_what_changed_since_is_not(operator, server):
    draft = str(UUID(int=9))
    stream(operator, "add_model_test", base_url=server, model_name="good", draft=draft)
    said = {"arenas": [make_arena().pk], "untested": "", "base_url": server, "draft": draft}

    changed = send(operator, "active", model_name="echo", **said)
    page = send(operator, "active", model_name="good", **said)

    assert list(complaints(changed)) == ["untested"]
    assert page.status_code == 302
    assert Entry.objects.get().status == "active"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "is_good", "name", "words"),
    [
        (
            "status-400",
            False,
            "Reachable",
            "The endpoint refused the request (400). Leave out what this model",
        ),
        ("status-401", False, "Reachable", "The endpoint refused the key (401). Check the key"),
        (
            "other-limit",
            False,
            "Reachable",
            "The endpoint refused the request (400) and names max_completion_tokens. "
            'Put {"max_completion_tokens": 2048} into the parameters; max_tokens is not sent then.',
        ),
        ("status-404", False, "Reachable", "The endpoint does not know the model (404). Check the name"),
        ("status-429", False, "Reachable", "The endpoint asks to wait (429)."),
        ("html-200", False, "Reachable", "The answer is of type text/html."),
        ("redirect", False, "Reachable", "Redirects are not followed."),
        ("no-end", False, "Reachable", "The stream ended without a finish reason."),
        ("empty", False, "Says something", "The answer is empty."),
        ("truncated", True, "Stops", "The answer was cut"),
        ("leak", True, "Stays anonymous", "The answer gives away who wrote it."),
        ("huge-token", True, "Stops", "The answer was cut"),
        ("odd-usage", True, "Counts tokens", "The endpoint reports no tokens"),
    ],
)
def test_what_is_wrong_is_said_in_words(operator, server, model, is_good, name, words):
    result = stream(operator, "add_model_test", base_url=server, model_name=model)[-1]["result"]

    said = {check["name"]: check["sentence"] for check in result["checks"]}
    assert result["is_good"] is is_good
    assert said[name].startswith(words)
    assert KEY not in json.dumps(result)


PAID = {"provider": "openai", "input_price_usd": "1", "output_price_usd": "2"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("model", "is_all_of_it", "cost_nano"),
    [
        ("good", False, 12 * 1_000 + 34 * 2_000),
        ("status-401", False, 0),
        ("no-end", True, None),
        ("hang", True, None),
    ],
)
def test_a_test_costs_what_it_costs(operator, server, monkeypatch, model, is_all_of_it, cost_nano):
    monkeypatch.setattr("arena.services.endpoint_test.FIRST_CHUNK_TIMEOUT_S", 0.2)

    stream(operator, "add_model_test", base_url=server, model_name=model, **PAID)

    booked = Reservation.objects.get()
    assert booked.cost_nano == (booked.reserved_nano if is_all_of_it else cost_nano)
    assert str(booked).startswith("a test on 20")
    totals = SpendingTotal.objects.values_list("scope", "spent_nano", "reserved_nano").order_by("scope")
    assert list(totals) == [("day", booked.cost_nano, 0), ("month", booked.cost_nano, 0)]


@pytest.mark.django_db(transaction=True)
def test_a_test_that_could_go_beyond_a_cap_asks_nobody(operator):
    SpendingCap.objects.create(scope="day", limit_usd=0)

    (event,) = stream(operator, "add_model_test", base_url="http://127.0.0.1:9/v1", model_name="good", **PAID)

    (check,) = event["result"]["checks"]
    assert check["sentence"].startswith("This call may cost 0.0")
    assert check["sentence"].endswith("for which the cap of money (whole site, a day) has no room. Nothing was asked.")
    assert not event["result"]["is_good"]
    assert Reservation.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_closed_in_a_test_leaves_nothing_set_aside(operator, server):
    async def leave():
        client = AsyncClient()
        client.cookies = operator.cookies
        answer = await client.post(
            reverse("admin:add_model_test"), TYPED | PAID | {"base_url": server, "model_name": "good"}
        )
        pieces = answer.streaming_content
        await anext(pieces)
        await pieces.aclose()
        del answer, pieces
        gc.collect()  # as a server lets go of it; its loop goes on
        while await Reservation.objects.filter(cost_nano=None).aexists():
            await sleep(0.02)

    run(leave())

    booked = Reservation.objects.get()
    assert booked.cost_nano == booked.reserved_nano > 0
