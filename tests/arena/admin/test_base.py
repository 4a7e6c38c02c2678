"""Does every admin page open, and can nothing that was counted be deleted or changed on one?"""

import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.urls import reverse

from arena.admin.base import ReadOnlyAdmin
from arena.models import AuditEntry, Ledger, SpendingCap, Voter
from tests.concurrency import whole_database

pytestmark = pytest.mark.django_db

ADMINS = {model: a for model, a in admin.site._registry.items() if model._meta.app_label == "arena"}
READ_ONLY = [model for model, model_admin in ADMINS.items() if isinstance(model_admin, ReadOnlyAdmin)]
KEPT_ANYWAY = (Session._meta.db_table, AuditEntry._meta.db_table)
of_models = pytest.mark.parametrize("model", list(ADMINS), ids=lambda model: model.__name__)
# A cap of one model can go, so that the cap of all models holds again; the trail keeps what it was.
of_kept = pytest.mark.parametrize(
    "model", [m for m in ADMINS if m is not SpendingCap], ids=lambda model: model.__name__
)
of_read_only = pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)


def address(model, page, *args):
    return reverse(f"admin:arena_{model._meta.model_name}_{page}", args=args)


def arena_tables():
    """Without sessions, and the trail, in which refused writes stand too."""
    return {name: rows for name, rows in whole_database().items() if name not in KEPT_ANYWAY}


def test_what_operators_keep_and_what_they_only_read():
    names = {model.__name__ for model in ADMINS}

    assert names >= {"Arena", "Contestant", "Endpoint", "Entry", "Output", "Prompt", "Voter"}
    assert {model.__name__ for model in READ_ONLY} >= {
        "Battle",
        "Vote",
        "VoteNote",
        "Ledger",
        "LedgerEntry",
        "Exclusion",
        "Snapshot",
    }


def test_first_page_lists_them(operator, arena):
    page = operator.get(reverse("admin:index"))

    assert page.status_code == 200
    assert [address(model, "changelist") for model in ADMINS if address(model, "changelist") not in page.text] == []


@of_models
def test_list_opens_and_shows_rows(operator, arena, model):
    page = operator.get(address(model, "changelist"))

    assert page.status_code == 200
    assert page.context["cl"].result_count == model.objects.count() > 0


@of_models
def test_list_can_be_searched(operator, arena, model):
    page = operator.get(address(model, "changelist"), {"q": "quillon"})

    assert page.status_code == 200


@of_models
def test_row_opens(operator, arena, model):
    page = operator.get(address(model, "change", model.objects.first().pk))

    assert page.status_code == 200


@of_models
def test_history_of_a_row_opens(operator, arena, model):
    page = operator.get(address(model, "history", model.objects.first().pk))

    assert page.status_code == 200


@of_models
def test_page_to_add_opens_where_rows_are_added_by_hand(operator, model):
    page = operator.get(address(model, "add"))

    assert page.status_code == (403 if model in READ_ONLY or model is Voter else 200)


@of_kept
def test_nothing_is_deleted(operator, arena, model):
    before = arena_tables()
    row = model.objects.first()

    page = operator.post(address(model, "delete", row.pk), {"post": "yes"})
    action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    operator.post(address(model, "changelist"), action)

    assert page.status_code == 403
    assert arena_tables() == before
    refused = AuditEntry.objects.filter(action__startswith="refused: ").values_list("actor", flat=True)
    assert set(refused) == {"operator"}


@of_read_only
def test_nothing_is_changed_or_added_where_rows_are_only_read(operator, arena, model):
    before = arena_tables()

    pages = [
        operator.post(address(model, "change", model.objects.first().pk), {"outcome": "b", "kind": "model", "size": 7}),
        operator.post(address(model, "add"), {}),
    ]

    assert [page.status_code for page in pages] == [403, 403]
    assert arena_tables() == before


@of_models
def test_staff_without_permission_is_refused(staff, arena, model):
    pages = [staff.get(address(model, "changelist")), staff.get(address(model, "change", model.objects.first().pk))]

    assert [page.status_code for page in pages] == [403, 403]


@of_models
def test_stranger_is_sent_to_sign_in(client, model):
    page = client.get(address(model, "changelist"))

    assert (page.status_code, page.url.split("?")[0]) == (302, reverse("admin:login"))


@of_models
def test_no_page_shows_a_secret(operator, arena, model):
    secrets = [bytes(voter.secret) for voter in Voter.objects.all()]
    spellings = {text for secret in secrets for text in (secret.hex(), repr(secret), repr(memoryview(secret)))}
    pages = [operator.get(address(model, "changelist"))]
    pages += [operator.get(address(model, "change", row.pk)) for row in model.objects.all()[:3]]

    assert secrets
    assert [text for page in pages for text in spellings if text in page.text] == []
    assert [page for page in pages if "secret" in page.text.lower()] == []


def test_ledger_shows_its_root(operator, arena):
    page = operator.get(address(Ledger, "change", arena.pk))

    assert bytes(Ledger.objects.get().root).hex() in page.text
