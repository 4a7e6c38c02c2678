"""Does the first page of operators say what is wrong, and does every number open its rows, in steady time?"""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arena.models import Battle, Endpoint, Response
from arena.queries.clock import database_now
from arena.services.heartbeats import note_heartbeat
from arena.services.ledger import sequence_arena
from tests.factories import SLUGS, enter, make_vote

pytestmark = pytest.mark.django_db

DASHBOARD = reverse("admin:dashboard")


def links(page):
    found = [unescape(link) for link in re.findall(r'href="([^"#]+)"', page.text)]
    return sorted({link for link in found if link.startswith("/admin/") and "changelist" not in link})


def test_every_number_opens_its_rows(operator, arena):
    page = operator.get(DASHBOARD)

    opened = {link: operator.get(link).status_code for link in links(page)}
    assert page.status_code == 200
    assert len([link for link in opened if "?" in link]) >= 12
    assert {link: status for link, status in opened.items() if status != 200} == {}


def test_numbers_are_those_of_the_rows(operator, arena):
    Response.objects.update(latency_ms=2_000, first_token_ms=400, output=None)
    page = operator.get(DASHBOARD)

    figures = {figure.label: figure.value for figure in page.context["window"]}
    assert figures == {
        "Battles": "4",
        "Voted": "3",
        "Open": "1",
        "Skipped": "0",
        "Failed": "0",
        "First words, half of calls within": "0.4 s",
        "Whole answers, half within": "2.0 s",
    }
    assert [(line[0], line[1], line[2]) for line in page.context["courses"]] == [
        ("Battles", "4", "4"),
        ("Votes of people", "3", "3"),
    ]
    met = {model.name: model.share for model in page.context["models"]}
    assert met.keys() >= {"Quillon-1", "Brevant-2"}
    assert sum(float(share.removesuffix(" %")) for share in met.values()) == 200
    waiting = operator.get(reverse("admin:arena_vote_changelist"), {"ledger": "waiting"})
    assert waiting.context["cl"].result_count == 0


def test_votes_that_wait_are_listed(operator, arena):
    make_vote(arena, *SLUGS[:2], "a")

    page = operator.get(DASHBOARD)

    assert page.context["waiting"][0].value == "1"
    assert operator.get(page.context["waiting"][0].link).context["cl"].result_count == 1


def test_number_of_queries_does_not_grow(operator, arena):
    note_heartbeat(name="worker")

    def n_queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert operator.get(DASHBOARD).status_code == 200
        return len(found)

    n_queries()
    few = n_queries()
    for k in range(12):
        contestant = enter(arena, f"more-{k}")
        Endpoint.objects.create(
            contestant=contestant, provider="openai", base_url="https://m.example/v1", paused_at=database_now()
        )
        make_vote(arena, f"more-{k}", SLUGS[0], "a")
    sequence_arena(arena_id=arena.pk)

    assert n_queries() == few


def test_empty_site_has_a_dashboard(operator):
    page = operator.get(DASHBOARD)

    assert page.status_code == 200
    assert "No battle in this time." in page.text


def test_paused_model_and_silent_worker_are_alarms(operator, arena):
    Endpoint.objects.update(paused_at=database_now(), last_error="the endpoint answered 500")

    page = operator.get(DASHBOARD)

    assert (
        f"{Endpoint.objects.get().contestant.name} is paused, its endpoint fails: the endpoint answered 500."
        in page.text
    )
    assert "No worker was heard yet" in page.text
    assert Battle.objects.exists()


def test_dashboard_is_for_those_who_may_see_battles(staff, client):
    assert staff.get(DASHBOARD).status_code == 403
    client.logout()
    assert client.get(DASHBOARD).status_code == 302
