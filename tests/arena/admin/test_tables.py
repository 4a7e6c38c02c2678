"""Do tables go in and out whole, with a preview, and say in which row something is wrong?"""

import csv
import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from arena.domain.roles import Role
from arena.models import AuditEntry, Contestant, Endpoint, Entry, EntryStep, LedgerEntry, Prompt
from ratings.ledger import parse_record
from tests.arena.admin.staff import signed_in
from tests.concurrency import whole_database
from tests.factories import enter, make_arena, make_battle, make_contestant, make_prompt

pytestmark = pytest.mark.django_db
CSV, JSON = "0", "1"


def preview(operator, model, text, kind=CSV):
    file = SimpleUploadedFile("table.csv", text.encode() if isinstance(text, str) else text)
    return operator.post(reverse(f"admin:arena_{model}_import"), {"format": kind, "resource": "0", "import_file": file})


def confirm(operator, model, page):
    values = {name: value for name, value in page.context["confirm_form"].initial.items() if value is not None}
    return operator.post(reverse(f"admin:arena_{model}_process_import"), values | {"confirm": "yes"})


def export(operator, model, kind):
    return operator.post(reverse(f"admin:arena_{model}_export"), {"format": kind, "resource": "0"}).content.decode()


def complaints(page):
    """By row, or of the whole file."""
    result = page.context.get("result")
    if result is None:
        return page.context["form"].errors
    whole = [str(error.error) for error in result.base_errors]
    return whole or {row.number: row.error_dict for row in result.invalid_rows} | dict(result.row_errors())


def arena_rows():
    return {table: rows for table, rows in whole_database().items() if table.startswith("arena_")}


def test_models_come_in_after_a_preview(operator):
    text = "slug,name,total_params_b,precision\nquillon-1,Quillon 1,8,int4\nbrevant-2,Brevant 2,,unknown\n"

    page = preview(operator, "contestant", text)

    assert Contestant.objects.count() == 0
    assert [row.import_type for row in page.context["result"].rows] == ["new", "new"]
    confirm(operator, "contestant", page)
    assert list(Contestant.objects.values_list("slug", "name", "total_params_b", "precision")) == [
        ("brevant-2", "Brevant 2", None, "unknown"),
        ("quillon-1", "Quillon 1", 8.0, "int4"),
    ]


def test_new_name_of_a_known_model_is_public(operator):
    enter(make_arena(), "quillon-1", name="Old")

    confirm(operator, "contestant", preview(operator, "contestant", "slug,name\nquillon-1,New\n"))

    assert Contestant.objects.get().name == "New"
    assert b'"op":"rename"' in bytes(LedgerEntry.objects.get().record)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Two Words,Name,,", "slug"),
        ("quillon-1,,,", "name"),
        ("quillon-1,N,-7,", "total_params_b"),
        ("quillon-1,N,,fp8", "precision"),
        (f"quillon-1,{'x' * 81},,", "name"),
    ],
)
def test_row_that_makes_no_sense_stops_all_and_is_named(operator, row, field):
    before = arena_rows()

    page = preview(operator, "contestant", f"slug,name,total_params_b,precision\nbrevant-2,Good,1,int4\n{row}\n")

    ((number, wrong),) = complaints(page).items()
    assert (number, list(wrong)) == (2, [field])
    assert "confirm_form" not in page.context
    assert arena_rows() == before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("slug,name,api_key\nq-1,Q,sk-canary-1\n", "The column api_key would hold keys."),
        ("slug,name,colour\nq-1,Q,red\n", "Unknown columns: colour."),
        ("name\nQ\n", "A column is missing: slug."),
    ],
)
def test_file_that_makes_no_sense_is_refused_as_a_whole(operator, text, words):
    page = preview(operator, "contestant", text)

    assert words in str(complaints(page))
    assert "sk-canary-1" not in json.dumps(whole_database(), default=str)
    assert Contestant.objects.count() == 0


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"", b"{", b'slug,name\n"q-1'])
@pytest.mark.parametrize("kind", [CSV, JSON])
def test_file_that_is_no_table_is_a_sentence(operator, text, kind):
    page = preview(operator, "contestant", text, kind)

    assert page.status_code == 200
    assert Contestant.objects.count() == 0


def test_mark_of_order_is_no_part_of_a_name(operator):
    page = preview(operator, "contestant", "\ufeffslug,name\nquillon-1,Q\n".encode())

    assert confirm(operator, "contestant", page).status_code == 302
    assert Contestant.objects.get().slug == "quillon-1"


@pytest.mark.parametrize("kind", [CSV, JSON])
@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-x", "@y", "'quoted", "{{7*7}}", 'a,b"c'])
def test_what_goes_out_comes_in_again(operator, kind, name):
    make_contestant("base-1")
    contestant = make_contestant("quillon-1", name=name, aliases=["a", "b,c"], total_params_b=8.5)
    contestant.base_models.add(Contestant.objects.get(slug="base-1"))
    text = export(operator, "contestant", kind)
    Contestant.objects.filter(slug="quillon-1").update(name="x", aliases=[], total_params_b=None)

    confirm(operator, "contestant", preview(operator, "contestant", text, kind))

    contestant.refresh_from_db()
    assert (contestant.name, contestant.aliases, contestant.total_params_b) == (name, ["a", "b,c"], 8.5)
    assert list(contestant.base_models.values_list("slug", flat=True)) == ["base-1"]
    if kind == CSV:
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert not [cell for cell in cells if re.match(r"[=+@-]", cell)]


def test_endpoints_come_in_with_names_of_keys_only(operator):
    make_contestant("quillon-1")
    text = (
        "model,provider,base_url,model_name,key_name,parameters,is_enabled\n"
        'quillon-1,openai,https://m.example/v1,q,KEY,"{""temperature"": 0.5}",1\n'
    )

    wrong = preview(operator, "endpoint", text.replace("KEY", "sk-canary-9"))
    confirm(operator, "endpoint", preview(operator, "endpoint", text.replace("KEY", "ARENA_KEY_Q")))

    assert list(complaints(wrong)[1]) == ["key_name"]
    endpoint = Endpoint.objects.get()
    assert (endpoint.contestant.slug, endpoint.key_name, endpoint.parameters) == (
        "quillon-1",
        "ARENA_KEY_Q",
        {"temperature": 0.5},
    )
    assert "ARENA_KEY_Q" in export(operator, "endpoint", JSON)


@pytest.mark.parametrize(
    ("role", "reads"), [(Role.VIEWER, False), (Role.AUDITOR, True), (Role.OPERATOR, True), (Role.OWNER, True)]
)
def test_parameters_are_no_business_of_a_viewer(role, reads):
    parameters = {"system_prompt": "Be brief."}
    endpoint = Endpoint.objects.create(contestant=make_contestant("q-1"), provider="openai", parameters=parameters)
    client = signed_in("vera", role)

    table = export(client, "endpoint", CSV)
    pages = [
        client.get(reverse("admin:arena_endpoint_change", args=[endpoint.pk])),
        client.get(reverse("admin:arena_contestant_change", args=[endpoint.contestant_id])),
        client.get(reverse("admin:arena_endpoint_export")),
    ]

    assert "q-1" in table
    assert ("parameters" in table, "Be brief." in table) == (reads, reads)
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert ["Be brief." in page.text for page in pages[:2]] == [reads, reads]


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/v1",
        "https://m.example/v1?api_key=sk-canary",
        "https://m.example/#a",
        "https://user:pw@m.example/",
        "file:///etc/passwd",
    ],
)
def test_endpoint_that_is_not_called_is_refused(operator, url):
    make_contestant("quillon-1")

    page = preview(operator, "endpoint", f"model,provider,base_url,model_name\nquillon-1,openai,{url},q\n")

    assert list(complaints(page)[1]) == ["base_url"]


def test_prompts_come_in_and_another_label_is_the_word_of_the_import(operator):
    known = make_prompt(make_arena(), "p1", category="code")
    text = "arena,key,text,category,language,is_in_pool\ntext,p1,Question p1?,math,,1\ntext,p2,Why?,,en,1\n"

    confirm(operator, "prompt", preview(operator, "prompt", text))

    assert list(Prompt.objects.values_list("key", "text", "category", "language", "is_in_pool")) == [
        ("p1", "Question p1?", "math", "", True),
        ("p2", "Why?", "", "en", True),
    ]
    assert known.labellings.get().values == {"category": "math"}


def test_prompt_of_no_arena_is_refused(operator):
    page = preview(operator, "prompt", "arena,key,text\nnowhere,p1,Why?\n")

    assert list(complaints(page)) == [1]
    assert Prompt.objects.count() == 0


def test_prompt_that_a_battle_asked_is_not_written_anew(operator):
    asked = make_battle(make_arena(), "quillon-1", "brevant-2").prompt

    page = preview(operator, "prompt", f"arena,key,text\ntext,{asked.key},Quite another?\n")

    assert list(complaints(page)[1]) == ["text"]


def test_entries_come_in_as_drafts_and_known_ones_change_their_exposure(operator):
    arena = make_arena()
    enter(arena, "quillon-1")
    make_contestant("brevant-2")
    text = "model,arena,exposure\nquillon-1,text,0.5\nbrevant-2,text,2\n"

    confirm(operator, "entry", preview(operator, "entry", text))
    confirm(operator, "entry", preview(operator, "entry", text))

    assert list(arena.entries.order_by("contestant__slug").values_list("status", "exposure")) == [
        ("draft", 2.0),
        ("active", 0.5),
    ]
    said = [parse_record(bytes(entry.record)) for entry in LedgerEntry.objects.all()]
    assert [(record["op"], record["id"], record["weight"]) for record in said] == [("weigh", "quillon-1", "0.5")]
    assert [step.reason for step in EntryStep.objects.all()] == ["exposure 1, now 0.5: by an import"]


@pytest.mark.parametrize(
    "row", ["nobody,text,1", "quillon-1,no,1", "quillon-1,text,-1", "quillon-1,text,x", "quillon-1,text,nan"]
)
def test_entry_that_makes_no_sense_is_refused(operator, row):
    make_arena()
    make_contestant("quillon-1")

    page = preview(operator, "entry", f"model,arena,exposure\n{row}\n")

    assert list(complaints(page)) == [1]
    assert not Entry.objects.exists()


@pytest.mark.parametrize("model", ["contestant", "endpoint", "prompt", "entry"])
def test_pages_need_no_script_within_them(operator, model):
    pages = [operator.get(reverse(f"admin:arena_{model}_{page}")) for page in ("import", "export", "changelist")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    for page in pages:
        assert not re.search(r"<script>|<script type=\"text/javascript\">|\son\w+=|\sstyle=", page.text)


def test_staff_without_permission_brings_nothing(staff):
    assert preview(staff, "contestant", "slug,name\nq-1,Q\n").status_code == 403
    assert staff.get(reverse("admin:arena_contestant_export")).status_code == 403


def test_each_row_that_an_import_changes_is_in_the_trail(operator):
    make_contestant("brevant-2", name="Brevant", organisation="Lab")
    make_contestant("tessarix-3", name="Tessarix")
    text = "slug,name,organisation\nquillon-1,Quillon,Lab\nbrevant-2,Brevant 2,Lab\ntessarix-3,Tessarix,\n"

    page = preview(operator, "contestant", text)
    assert not AuditEntry.objects.filter(action__startswith="import").exists()
    confirm(operator, "contestant", page)

    steps = AuditEntry.objects.exclude(door="sign-in").order_by("id")
    assert [(step.actor, step.action, step.row_name) for step in steps] == [
        ("operator", "import: add", "Quillon"),
        ("operator", "import: change", "Brevant 2"),
    ]
    assert (steps[0].after["slug"], steps[0].before) == ("quillon-1", {})
    assert (steps[1].before, steps[1].after) == ({"name": "Brevant"}, {"name": "Brevant 2"})
