"""The queue of complaints: what waits first, texts inert, decisions by those who may."""

import pytest
from django.urls import reverse

from arena.domain.consent import ERASED
from arena.domain.roles import Role
from arena.models import AuditEntry, Exclusion, Report
from arena.queries.audit import faults
from arena.services.reports import report_text
from arena.services.roles import give_role, write_roles
from tests.factories import make_arena, make_vote

pytestmark = pytest.mark.django_db

LIST = reverse("admin:arena_report_changelist")
NASTY = '<script>alert(1)</script> =HYPERLINK("x") \u202egnirts'


@pytest.fixture
def vote():
    arena = make_arena()
    vote = make_vote(arena, "quillon-1", "brevant-2", "a")
    vote.battle.responses.filter(side="a").update(text=NASTY)
    report_text(voter_id=vote.battle.voter_id, battle_id=vote.battle_id, about="a", reason="hateful", note="<b>bad</b>")
    return vote


def decide(client, action):
    return client.post(LIST, {"action": action, "_selected_action": [Report.objects.get().pk]}, follow=True)


def test_what_waits_comes_first_and_is_inert(operator, vote):
    page = operator.get(LIST).content.decode()
    detail = operator.get(reverse("admin:arena_report_change", args=[Report.objects.get().pk])).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for html in (page, detail):
        assert "<script>alert" not in html
        assert "<b>bad" not in html
        assert "\u202e" not in html
    Report.objects.update(state="dismissed")
    assert "alert(1)" not in operator.get(LIST).content.decode()
    assert "alert(1)" in operator.get(LIST, {"state": "all"}).content.decode()


@pytest.mark.parametrize(
    ("action", "state", "text", "n_excluded"),
    [
        ("dismiss", "dismissed", NASTY, 0),
        ("redact", "redacted", ERASED, 0),
        ("redact_and_exclude", "excluded", ERASED, 1),
    ],
)
def test_a_decision_does_what_it_says_and_is_noted(operator, vote, action, state, text, n_excluded):
    page = decide(operator, action)

    report = Report.objects.get()
    assert page.status_code == 200
    assert (report.state, report.decided_by) == (state, "operator")
    assert vote.battle.responses.get(side="a").text == text
    assert Exclusion.objects.count() == n_excluded
    assert AuditEntry.objects.first().action == action
    assert list(faults(vote.battle.arena)) == [] if n_excluded else True


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, set()),
        (Role.AUDITOR, set()),
        (Role.OPERATOR, {"dismiss", "redact"}),
        (Role.OWNER, {"dismiss", "redact", "redact_and_exclude"}),
    ],
)
def test_only_those_who_may_decide(client, django_user_model, vote, role, allowed):
    write_roles()
    user = django_user_model.objects.create_user("ada")
    give_role(user=user, role=role)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    offered = client.get(LIST).content.decode()

    for action in ("dismiss", "redact", "redact_and_exclude"):
        assert (f'value="{action}"' in offered) is (action in allowed)
    if "redact_and_exclude" not in allowed:
        decide(client, "redact_and_exclude")
        assert Report.objects.get().state == "open"


def test_a_report_is_neither_added_nor_edited_nor_deleted(operator, vote):
    report = Report.objects.get()

    assert operator.get(reverse("admin:arena_report_add")).status_code == 403
    assert operator.post(reverse("admin:arena_report_delete", args=[report.pk]), {"post": "yes"}).status_code == 403
    assert (
        operator.post(reverse("admin:arena_report_change", args=[report.pk]), {"state": "dismissed"}).status_code == 403
    )
    assert Report.objects.get().state == "open"
