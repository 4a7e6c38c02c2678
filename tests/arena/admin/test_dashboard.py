"""Does the first page of operators say what is wrong, and does every number open its rows, in steady time?"""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from arena.domain.metadata import VoterKind
from arena.models import Battle, Endpoint, PendingChange, Report, Response, SpendingTotal
from arena.queries.clock import database_now
from arena.queries.dashboard import _remembered
from arena.services.heartbeats import note_heartbeat
from arena.services.ledger import sequence_arena
from tests.factories import SLUGS, enter, make_battle, make_contestant, make_vote, make_voter

pytestmark = pytest.mark.django_db

DASHBOARD = reverse("admin:dashboard")


@pytest.fixture(autouse=True)
def _days_anew():
    """Days that are over are counted once; here some are made again."""
    _remembered.cache_clear()
    yield
    _remembered.cache_clear()


def links(page):
    found = [unescape(link) for link in re.findall(r'href="([^"#]+)"', page.text)]
    return sorted({link for link in found if link.startswith("/admin/") and "changelist" not in link})


def test_every_number_opens_its_rows(operator, arena):
    page = operator.get(DASHBOARD)

    opened = {link: operator.get(link).status_code for link in links(page)}
    assert page.status_code == 200
    assert len([link for link in opened if "?" in link]) >= 12
    assert {link: status for link, status in opened.items() if status != 200} == {}


def numbers(page):
    """(address, number of rows behind it) of each link that stands on a number."""
    found = re.findall(r'href="([^"]+)" data-rows="(\d+)"', page.text)
    return [(unescape(link), int(n)) for link, n in found]


@pytest.fixture
def busy(arena):
    """Battles of every kind, on both sides of each edge of the window; models whose names hold one another; votes of
    judges; calls that failed; changes and complaints, some of them decided."""
    now = database_now()
    longer = f"{SLUGS[0]}-long"
    enter(arena, longer)
    for k, fields in enumerate(
        (
            {"state": "void", "void_reason": "failed"},
            {"state": "void", "void_reason": "lost"},
            {"state": "void", "void_reason": "moderated"},
            {"state": "void", "void_reason": "skipped"},
            {"state": "expired"},
            {"state": "answering"},
            {"created_at": now - timedelta(hours=23, minutes=59)},
            {"created_at": now - timedelta(hours=24, minutes=1)},
            {"created_at": now - timedelta(days=3)},
            {"created_at": now - timedelta(days=15)},
            {"import_key": "x-1"},
        )
    ):
        battle = make_battle(arena, longer if k % 2 else SLUGS[0], SLUGS[1 + k % 3], **fields)
        battle.responses.filter(side="a").update(latency_ms=900 + k, first_token_ms=90 + k)
        battle.responses.filter(side="b").update(error_kind="timeout" if k % 2 else "", latency_ms=k or None)
    for kind in VoterKind:
        make_vote(arena, *SLUGS[:2], "a", make_voter(kind))
    old = make_vote(arena, *SLUGS[:2], "a", created_at=now - timedelta(days=2))
    report = Report.objects.get()
    Report.objects.create(
        battle=old.battle, about="b", reason="other", created_at=now, state="dismissed", voter=report.voter
    )
    change = PendingChange.objects.get()
    for state, hours in (("waiting", 1), ("refused", 1)):
        change.pk, change.state, change.expires_at = None, state, now + timedelta(hours=hours)
        change.save()
    Endpoint.objects.create(contestant=make_contestant(SLUGS[0]), provider="demo", paused_at=now)
    Endpoint.objects.create(contestant=make_contestant(SLUGS[2]), provider="demo", paused_at=now, is_enabled=False)
    for scope, begins in (("day", now - timedelta(days=1)), ("month", now - timedelta(days=40))):
        SpendingTotal.objects.create(key=f"old-{scope}", scope=scope, begins=begins.date(), spent_nano=10**9)
    return arena


def test_number_of_rows_is_the_number(operator, busy):
    page = operator.get(DASHBOARD)

    found = numbers(page)
    opened = [(link, operator.get(link).context["cl"].result_count) for link, _ in found]
    assert opened == found
    assert len(found) > 60
    window = {figure.label: figure.value for figure in page.context["window"]}
    counts = ("Expired", "Skipped", "Failed", "Held back by the check", "Open")
    assert [window[label] for label in counts] == ["1", "1", "2", "1", "3"]
    assert sum(int(window[label]) for label in (*counts, "Voted")) == int(window["Battles"])
    assert [(figure.label, figure.value) for figure in page.context["waiting"]] == [
        ("Votes not yet in the ledger", "3"),
        ("Battles being answered", "1"),
        ("Complaints to decide on", "1"),
        ("Changes that wait for a second owner", "1"),
        ("Models paused by the breaker", "1"),
    ]


def test_every_number_is_a_link(operator, busy):
    main = operator.get(DASHBOARD).text.partition("<h1>Dashboard")[2].partition("</main>")[0]

    bare = re.sub(r"<a .*?</a>|<svg.*?</svg>|<span class=\"quiet\">.*?</span>", "", main, flags=re.DOTALL)

    assert [
        cell for cell in re.findall(r"<t[dh][^>]*>([^<]*)<", bare) if re.match(r"[\d.,]+( %)?$", cell.strip())
    ] == []


@pytest.mark.parametrize(("scope", "place"), [("day", 0), ("month", 1)])
def test_money_opens_its_day_or_month_alone(operator, busy, scope, place):
    now = database_now()
    begins = now.date() if scope == "day" else now.date().replace(day=1)
    period = f"{begins:%Y-%m-%d}" if scope == "day" else f"{begins:%Y-%m}"
    SpendingTotal.objects.filter(key=scope).delete()
    SpendingTotal.objects.create(key=f"{scope}/{period}", scope=scope, begins=begins, spent_nano=25 * 10**8)

    figure, _ = operator.get(DASHBOARD).context["money"][place]

    (total,) = operator.get(figure.link).context["cl"].result_list
    assert (figure.value, total.spent_nano) == ("2.50 USD", 25 * 10**8)


def test_numbers_are_those_of_the_rows(operator, arena):
    Response.objects.update(latency_ms=2_000, first_token_ms=400, output=None)
    page = operator.get(DASHBOARD)

    figures = {figure.label: figure.value for figure in page.context["window"]}
    assert figures == {
        "Battles": "4",
        "Voted": "3",
        "Open": "1",
        "Expired": "0",
        "Skipped": "0",
        "Failed": "0",
        "Held back by the check": "0",
        "First words, half of calls within": "0.4 s",
        "Whole answers, half within": "2.0 s",
    }
    assert [(c.name, c.today.value, c.total.value) for c in page.context["courses"]] == [
        ("Battles", "4", "4"),
        ("Votes of people", "3", "3"),
    ]
    met = {model.name: model.share.value for model in page.context["models"]}
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
