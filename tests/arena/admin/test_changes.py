"""Do rules and exclusions go the way of two people in the admin, and is each step in the trail?"""

import csv
import io

import pytest
from django.urls import reverse

from arena.domain.roles import Role
from arena.models import Arena, AuditEntry, Exclusion, PendingChange, Vote
from arena.services.ledger import sequence_arena
from tests.arena.admin.staff import signed_in
from tests.factories import SLUGS, make_counted_votes, make_stored_arena, make_voter

pytestmark = pytest.mark.django_db
TRAIL = reverse("admin:arena_auditentry_changelist")


def form_of(client, arena, **changes):
    """The page of an arena as its form would send it."""
    form = client.get(reverse("admin:arena_arena_change", args=[arena.pk])).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, "") and value is not False}
    hidden = [form[name] for name, field in form.fields.items() if field.show_hidden_initial]
    sent |= {field.html_initial_name: field.value() for field in hidden}
    page = client.post(reverse("admin:arena_arena_change", args=[arena.pk]), sent | changes)
    assert page.status_code == 302 or "why" in page.context["adminform"].form.errors, page.context["errors"]
    return page


def act(client, model, action, rows, **fields):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return client.post(reverse(f"admin:arena_{model}_changelist"), data, follow=True)


def test_rule_waits_for_the_other_owner_and_the_rest_is_saved(owner, arena, settings):
    settings.IS_SECOND_PERSON_REQUIRED = True

    unsaid = form_of(owner, arena, min_votes=77)
    page = form_of(owner, arena, min_votes=77, description="New words.", why="more certainty")

    arena.refresh_from_db()
    assert "Say why you change a rule" in unsaid.text
    assert (page.status_code, arena.min_votes, arena.description) == (302, 0, "New words.")
    own = act(owner, "pendingchange", "confirm", [PendingChange.objects.first()])
    assert "cannot confirm it" in own.text
    act(signed_in("omar", Role.OWNER), "pendingchange", "confirm", [PendingChange.objects.first()])
    arena.refresh_from_db()
    assert arena.min_votes == 77


def test_operator_keeps_an_arena_but_not_its_rules(arena):
    operator = signed_in("opal", Role.OPERATOR)

    form_of(operator, arena, description="New words.", min_votes=77, visibility="private")

    arena.refresh_from_db()
    assert (arena.description, arena.min_votes, arena.visibility) == ("New words.", 0, "private")


def test_votes_are_excluded_with_a_reason_by_owners_only(owner, arena):
    votes = list(Vote.objects.filter(exclusion__isnull=True))

    act(signed_in("opal", Role.OPERATOR), "vote", "leave_out", votes, why="x")
    unsaid = act(owner, "vote", "leave_out", votes)
    assert "Say why" in unsaid.text
    assert Exclusion.objects.count() == 1
    act(owner, "vote", "leave_out", votes, why="a campaign")

    assert Exclusion.objects.filter(rule="staff").count() == len(votes)
    entry = AuditEntry.objects.get(action="exclude votes")
    assert (entry.actor, entry.after, entry.why) == ("olga", {"votes": len(votes)}, "a campaign")


def test_trail_is_read_and_exported_by_auditors_and_by_no_operator(owner, arena):
    form_of(owner, arena, description="=New words.")
    auditor = signed_in("ada", Role.AUDITOR)
    entry = AuditEntry.objects.get(action="change")

    page = auditor.get(TRAIL, {"action": "change", "row_type": "arena.arena"})
    file = act(auditor, "auditentry", "export_csv", [entry])

    assert page.context["cl"].result_count == 1
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [(row["actor"], row["action"], row["row_name"]) for row in rows] == [("olga", "change", arena.name)]
    assert rows[0]["after"] == '{"description": "=New words."}'
    assert signed_in("opal", Role.OPERATOR).get(TRAIL).status_code == 403


def test_auditor_and_viewer_change_nothing(arena):
    for role in (Role.AUDITOR, Role.VIEWER):
        client = signed_in(role.value, role)
        page = client.post(reverse("admin:arena_arena_change", args=[arena.pk]), {"name": "Other"})
        assert page.status_code == 403

    assert Arena.objects.get(pk=arena.pk).name == arena.name


@pytest.mark.parametrize(
    ("model", "action", "role"),
    [("vote", "leave_out", Role.VIEWER), ("vote", "leave_out", Role.OPERATOR), ("entry", "retire", Role.VIEWER)],
)
def test_an_action_for_others_is_refused_and_noted(arena, model, action, role):
    client = signed_in("vera", role)
    rows = Vote.objects.all() if model == "vote" else arena.entries.all()

    page = act(client, model, action, rows, why="x", reason="x")

    assert page.status_code == 403
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.action) == ("vera", f"refused: {action}")
    assert entry.after == {"address": reverse(f"admin:arena_{model}_changelist")}


def test_an_action_that_nobody_knows_does_nothing(owner, arena):
    before = AuditEntry.objects.count()

    assert act(owner, "vote", "explode", Vote.objects.all()).status_code == 200
    assert AuditEntry.objects.count() == before


def test_more_votes_than_one_page_shows_wait_for_the_second_owner(owner, settings):
    settings.IS_SECOND_PERSON_REQUIRED = True
    arena = make_stored_arena("many")
    make_counted_votes(arena, [(*SLUGS[:2], "a", make_voter(), arena.prompts.first(), 1)] * 130)
    sequence_arena(arena_id=arena.pk)

    page = act(owner, "vote", "leave_out", Vote.objects.all()[:100], select_across="1", why="a campaign")

    assert "130 votes wait for a second owner." in page.text
    assert (Exclusion.objects.count(), len(PendingChange.objects.get().values["votes"])) == (0, 130)
    act(signed_in("omar", Role.OWNER), "pendingchange", "confirm", [PendingChange.objects.get()])
    assert Exclusion.objects.count() == 130


def test_votes_are_found_by_battle_voter_and_model(owner, arena):
    vote = Vote.objects.order_by("pk").first()
    battle = vote.battle
    page = reverse("admin:arena_vote_changelist")

    found = [
        set(owner.get(page, {"q": text}).context["cl"].queryset.values_list("pk", flat=True))
        for text in (str(battle.pk), str(battle.voter_id), f" {battle.contestant_a.slug} ", "nothing")
    ]

    of_model = {
        v.pk for v in Vote.objects.all() if battle.contestant_a in (v.battle.contestant_a, v.battle.contestant_b)
    }
    of_voter = set(Vote.objects.filter(battle__voter=battle.voter_id).values_list("pk", flat=True))
    assert found == [{vote.pk}, of_voter, of_model, set()]


def test_votes_that_were_excluded_count_again(owner, arena):
    votes = Vote.objects.filter(exclusion__isnull=True)
    n_before = Exclusion.objects.count()
    act(owner, "vote", "leave_out", votes, why="a campaign")

    refused = act(signed_in("opal", Role.OPERATOR), "exclusion", "count_again", Exclusion.objects.all(), why="x")
    unsaid = act(owner, "exclusion", "count_again", Exclusion.objects.filter(rule="staff"))
    page = act(owner, "exclusion", "count_again", Exclusion.objects.filter(rule="staff"), why="it was none")

    assert refused.status_code == 403
    assert "Say why" in unsaid.text
    assert "votes count again." in page.text
    assert Exclusion.objects.count() == n_before
    assert AuditEntry.objects.filter(action="count votes again", why="it was none").count() == 1
