"""Can operators keep the catalogue, and nothing that does not make sense or would hurt a reader?"""

import html
import re

import pytest
from django.urls import reverse

from arena.models import Arena, Contestant, Endpoint, Entry, Ledger, LedgerEntry, Output, Prompt, Snapshot
from arena.services.labels import label_prompts
from ratings.ledger import parse_record
from tests.arena.admin.forms import complaints, filled
from tests.factories import enter, make_arena, make_contestant, make_prompt

pytestmark = pytest.mark.django_db

ADD_ARENA, ADD_CONTESTANT = reverse("admin:arena_arena_add"), reverse("admin:arena_contestant_add")


def records():
    return [parse_record(bytes(entry.record)) for entry in LedgerEntry.objects.order_by("ledger", "seq")]


def test_arena_is_added_with_its_ledger(operator):
    page = filled(operator, ADD_ARENA, slug="poems", name="Poems")

    arena = Arena.objects.get()
    assert page.status_code == 302
    assert (arena.slug, arena.name, arena.modality, arena.counted_sources) == ("poems", "Poems", "text", ["live"])
    assert Ledger.objects.get().arena == arena


def test_arena_keeps_its_slug_and_modality(operator):
    arena = make_arena()

    filled(operator, reverse("admin:arena_arena_change", args=[arena.pk]), slug="other", modality="image", name="New")

    arena.refresh_from_db()
    assert (arena.slug, arena.modality, arena.name) == ("text", "text", "New")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"slug": ""}, "slug"),
        ({"slug": "two words"}, "slug"),
        ({"name": ""}, "name"),
        ({"publish_every_s": "0"}, "publish_every_s"),
        ({"min_votes": "-1"}, "min_votes"),
        ({"min_reading_ms": "x"}, "min_reading_ms"),
        ({"max_turns": "51"}, "max_turns"),
        ({"counted_sources": "{"}, "counted_sources"),
        ({"modality": "smell"}, "modality"),
        ({"pairing": '{"rule": "nothing"}'}, "pairing"),
        ({"pairing": '{"cap": 2}'}, "pairing"),
        ({"pairing": '{"exploration": 0}'}, "pairing"),
        ({"pairing": '{"top_focus": 2.5}'}, "pairing"),
        ({"pairing": '{"colour": 1}'}, "pairing"),
        ({"pairing": "[1]"}, "pairing"),
        ({"prompt_shares": '{"category": {"code": 2}}'}, "prompt_shares"),
        ({"share_caps": '{"model": 0.5}'}, "share_caps"),
        ({"outcomes": ["a", "tie"]}, "outcomes"),
        ({"outcomes": ["a", "b", "maybe"]}, "outcomes"),
        ({"outcomes": ["a", "b", "b"]}, "outcomes"),
        ({"outcomes": []}, "outcomes"),
        ({"reasons": ["prettier"]}, "reasons"),
    ],
)
def test_arena_that_makes_no_sense_is_refused(operator, values, field):
    page = filled(operator, ADD_ARENA, **{"slug": "poems", "name": "Poems", **values})

    assert list(complaints(page)) == [field]
    assert Arena.objects.count() == 0


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        ("http://moderator:8000/v1", True),
        ("https://api.example/v1", True),
        ("http://other:8000/v1", False),
        ("https://api.example/v1?key=canary", False),
        ("moderator", False),
    ],
)
def test_moderation_endpoint_may_be_a_host_of_ones_own_network(operator, settings, url, is_taken):
    settings.EGRESS_ALLOW = ("moderator:8000",)

    page = filled(operator, ADD_ARENA, slug="poems", name="Poems", moderation="endpoint", moderation_base_url=url)

    assert (page.status_code == 302, Arena.objects.filter(moderation_base_url=url).exists()) == (is_taken, is_taken)
    assert is_taken or list(complaints(page)) == ["moderation_base_url"]


def test_contestant_is_added(operator):
    page = filled(operator, ADD_CONTESTANT, slug="quillon-1", name="Quillon 1", total_params_b="8.03", precision="bf16")

    contestant = Contestant.objects.get()
    assert page.status_code == 302
    assert (contestant.slug, contestant.weight_class, contestant.precision) == ("quillon-1", "m", "bf16")
    assert (contestant.openness, contestant.training_type) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 500}, "name"),
        ({"slug": "Big"}, "slug"),
        ({"slug": "<script>"}, "slug"),
        ({"total_params_b": "-7"}, "total_params_b"),
        ({"total_params_b": "nan"}, "total_params_b"),
        ({"total_params_b": "0"}, "total_params_b"),
        ({"active_params_b": "inf"}, "active_params_b"),
        ({"input_price_usd": "-1"}, "input_price_usd"),
        ({"context_tokens": "-1"}, "context_tokens"),
        ({"release_date": "2026-13-01"}, "release_date"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"precision": "fp8"}, "precision"),
    ],
)
def test_contestant_that_makes_no_sense_is_refused(operator, values, field):
    page = filled(operator, ADD_CONTESTANT, **{"slug": "quillon-1", "name": "Quillon 1", **values})

    assert list(complaints(page)) == [field]
    assert Contestant.objects.count() == 0


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{7*7}}",
        '=HYPERLINK("x")',
        "\u202egpj.exe",
        "\U0001f600",
        "<img src=x onerror=alert(1)>",
    ],
)
def test_strange_name_is_inert_on_every_page(operator, name):
    contestant = make_contestant("quillon-1", organisation=name)
    contestant.name = name
    contestant.save()
    entry = Entry.objects.create(arena=make_arena(), contestant=contestant)
    Endpoint.objects.create(contestant=contestant, provider="demo")

    pages = [
        operator.get(reverse(f"admin:arena_{model}_changelist")) for model in ("contestant", "entry", "endpoint")
    ] + [
        operator.get(reverse("admin:arena_contestant_change", args=[contestant.pk])),
        operator.get(reverse("admin:arena_entry_change", args=[entry.pk])),
    ]

    for page in pages:
        assert html.escape(name) in page.text.replace("&#x27;", "&#39;")
        assert not re.search(r"<script>alert|<img src=x|>49<", page.text)


def test_contestant_keeps_its_slug_and_a_new_name_is_public(operator):
    arena = make_arena()
    contestant = enter(arena, "quillon-1", name="Old")
    enter(make_arena("draft"), "quillon-1", status="draft")

    address = reverse("admin:arena_contestant_change", args=[contestant.pk])
    filled(operator, address, slug="other", name="New")
    filled(operator, address, name="New", organisation="Lab")

    contestant.refresh_from_db()
    assert (contestant.slug, contestant.name, contestant.organisation) == ("quillon-1", "New", "Lab")
    said = [(record["k"], record["op"], record["id"], record["name"]) for record in records()]
    assert said == [("model", "rename", "quillon-1", "New")]


@pytest.mark.parametrize("key_name", ["DJANGO_SECRET_KEY", "PATH", "ARENA_SECRET_KEY", "sk-abcdefgh", "ARENA_KEY_"])
def test_endpoint_takes_no_key_and_no_other_variable(operator, key_name):
    contestant = make_contestant("quillon-1")

    address = reverse("admin:arena_endpoint_add")
    page = filled(operator, address, contestant=contestant.pk, provider="demo", key_name=key_name)

    assert list(complaints(page)) == ["key_name"]
    assert Endpoint.objects.count() == 0


def test_endpoint_names_a_key(operator):
    contestant = make_contestant("quillon-1")

    filled(
        operator,
        reverse("admin:arena_endpoint_add"),
        contestant=contestant.pk,
        provider="demo",
        key_name="ARENA_KEY_DEMO",
        is_enabled="on",
    )

    assert Endpoint.objects.values_list("key_name", "is_enabled").get() == ("ARENA_KEY_DEMO", True)


def test_prompt_is_added_to_the_pool(operator):
    arena = make_arena()

    filled(
        operator,
        reverse("admin:arena_prompt_add"),
        arena=arena.pk,
        key="p1",
        text="Why?",
        language="en",
        category="reflexion",
        is_in_pool="on",
    )

    assert Prompt.objects.values_list("key", "text", "language", "is_in_pool").get() == ("p1", "Why?", "en", True)


def test_label_of_a_prompt_is_corrected_as_the_word_of_the_operator(operator):
    prompt = make_prompt(make_arena(), "p1", category="reflexion", language="en", source="import_arena")
    label_prompts()

    filled(
        operator,
        reverse("admin:arena_prompt_change", args=[prompt.pk]),
        category="code",
    )

    said = list(prompt.labellings.order_by("id").values_list("source", "version", "values"))
    prompt.refresh_from_db()
    assert (prompt.category, prompt.language) == ("code", "en")
    assert said[0] == ("import", "import_arena", {"category": "reflexion", "language": "en"})
    assert said[-1] == ("operator", "operator", {"category": "code"})


def test_arena_cannot_be_its_own_first_guess(operator, arena):
    page = filled(operator, reverse("admin:arena_arena_change", args=[arena.pk]), prior_arena=str(arena.pk))

    assert list(complaints(page)) == ["prior_arena"]


def test_choices_of_pairing_are_kept(operator, arena):
    address = reverse("admin:arena_arena_change", args=[arena.pk])

    filled(operator, address, pairing='{"rule": "weighted"}', prompt_shares='{"language": {"de": 0.5}}')

    arena.refresh_from_db()
    assert (arena.pairing, arena.prompt_shares) == ({"rule": "weighted"}, {"language": {"de": 0.5}})


def test_output_stays_with_its_model_and_prompt(operator, arena):
    output = Output.objects.filter(responses__isnull=True).first()
    before = (output.contestant_id, output.prompt_id)

    filled(operator, reverse("admin:arena_output_change", args=[output.pk]), contestant="999", prompt="999", text="New")

    output.refresh_from_db()
    assert (output.contestant_id, output.prompt_id, output.text) == (*before, "New")


def test_snapshot_says_what_the_checks_found(operator, arena):
    snapshot = Snapshot.objects.filter(voter_kind="human").first()
    meta = snapshot.meta | {"matchup_noise": {"points": 4.2, "upper_points": 9.1, "verdict": "small"}}
    copy = Snapshot.objects.create(
        **{
            f.attname: getattr(snapshot, f.attname)
            for f in Snapshot._meta.concrete_fields
            if f.name not in ("id", "meta")
        },
        meta=meta,
    )

    page = operator.get(reverse("admin:arena_snapshot_change", args=[copy.pk]))

    assert "Matchup noise: 4 points, at most 9." in page.content.decode()


def test_another_consent_text_is_another_version(operator):
    arena = make_arena()
    page = reverse("admin:arena_arena_change", args=[arena.pk])

    versions = []
    for text in ("May we print it?", "May we print it?", "May we print it,\r\nand sell it?", ""):
        filled(operator, page, consent_text=text)
        arena.refresh_from_db()
        versions.append(arena.consent_version)

    assert versions == [1, 1, 2, 3]
    assert "Version of the consent" in operator.get(page).text


def inline_of_entries(page, **values):
    formset = page.context["inline_admin_formsets"][0].formset
    said = {field.html_name: field.value() for field in formset.management_form}
    said |= {field.html_name: field.value() for form in formset.initial_forms for field in form}
    return {name: value for name, value in said.items() if value is not None} | values


def test_page_of_a_model_takes_it_off_no_board(operator, arena):
    entry, other = arena.entries.first(), make_arena("other")
    address = reverse("admin:arena_contestant_change", args=[entry.contestant_id])
    entries = inline_of_entries(operator.get(address), **{"entries-0-arena": other.pk, "entries-0-exposure": "0.5"})
    n_records = LedgerEntry.objects.count()

    page = filled(operator, address, **entries)

    kept = Entry.objects.get(pk=entry.pk)
    assert (page.status_code, kept.arena, kept.exposure) == (302, arena, 0.5)
    assert [(r["op"], r["id"], r["weight"]) for r in records()[n_records:]] == [("weigh", entry.contestant.slug, "0.5")]


def test_page_of_a_model_enters_it_into_another_arena(operator, arena):
    entry, other = arena.entries.first(), make_arena("other")
    address = reverse("admin:arena_contestant_change", args=[entry.contestant_id])
    entries = inline_of_entries(
        operator.get(address),
        **{"entries-TOTAL_FORMS": 2, "entries-1-arena": other.pk, "entries-1-exposure": 1},
        **{"entries-1-contestant": entry.contestant_id},
    )

    filled(operator, address, **entries)

    assert list(other.entries.values_list("contestant", "status")) == [(entry.contestant_id, "draft")]


def test_endpoint_stays_with_its_model(operator, arena):
    endpoint, other = Endpoint.objects.get(), make_contestant("other-1")

    filled(operator, reverse("admin:arena_endpoint_change", args=[endpoint.pk]), contestant=other.pk, model_name="x")

    endpoint.refresh_from_db()
    assert (endpoint.contestant == other, endpoint.model_name) == (False, "x")


def test_prompt_of_a_battle_stays_as_it_was_asked(operator, arena):
    asked, other = Prompt.objects.filter(battles__isnull=False).first(), make_arena("other")
    fresh = make_prompt(arena, "fresh")

    for prompt in (asked, fresh):
        filled(operator, reverse("admin:arena_prompt_change", args=[prompt.pk]), arena=other.pk, text="Quite another?")

    texts = dict(Prompt.objects.filter(pk__in=[asked.pk, fresh.pk]).values_list("pk", "text"))
    assert texts == {asked.pk: asked.text, fresh.pk: "Quite another?"}
    assert not other.prompts.exists()


def test_output_that_a_battle_showed_stays(operator, arena):
    shown = Output.objects.filter(responses__isnull=False).first()

    filled(operator, reverse("admin:arena_output_change", args=[shown.pk]), text="Better", media_type="image/png")

    assert Output.objects.values_list("text", "media_type").get(pk=shown.pk) == (shown.text, "")
