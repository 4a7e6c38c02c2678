"""Over HTTP: limits say when, a challenge keeps what was typed, and neither says why."""

import pytest

from arena.domain.start_limits import StartLimits
from arena.models import Battle, Prompt
from arena.services import battles
from arena.services.challenges import Challenge
from tests.arena.services.test_challenges import solve
from tests.arena.web.visitors import Visitor, words
from tests.factories import make_live_arena

pytestmark = pytest.mark.django_db


@pytest.fixture
def limits(settings):
    settings.START_LIMITS = StartLimits(new_voters=1, stored=2, work=300)


@pytest.fixture(autouse=True)
def _nobody_answers(monkeypatch):
    monkeypatch.setattr(battles, "launch", lambda battle_id: None)


def test_at_a_limit_the_start_page_says_when(visitor, arena, limits):
    for _ in range(2):
        visitor.post("/a/text/")

    page = visitor.post("/a/text/")

    assert page.status_code == 429
    assert page["Retry-After"] == "60"
    assert "Please wait a little before you start another battle." in words(page)
    assert Battle.objects.count() == 2


def test_a_challenge_repeats_what_was_asked_for(visitor, limits):
    make_live_arena()
    visitor.post("/a/live/")
    other = Visitor()

    page = other.post("/a/live/", own="1", prompt='Why "so"?\nAnd why not?', private="1")

    html = page.content.decode()
    assert page.status_code == 403
    assert '<input type="hidden" name="prompt" value="Why &quot;so&quot;?\nAnd why not?">' in html
    assert html.count('name="csrfmiddlewaretoken"') == 2  # of this form and of the languages
    assert "'sha256-" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"]
    solution = solve(Challenge(**other.get("/challenge/").json()))
    page = other.post("/a/live/", own="1", prompt="Why?", altcha=solution)
    assert (page.status_code, Prompt.objects.filter(text="Why?").count()) == (302, 1)


@pytest.mark.parametrize("solution", ["", "x", "\x00", "A" * 9_000])
def test_a_wrong_solution_asks_again(visitor, arena, limits, solution):
    visitor.post("/a/text/")

    page = Visitor().post("/a/text/", altcha=solution)

    assert (page.status_code, Battle.objects.count()) == (403, 1)
    assert "'sha256-" not in visitor.get("/a/text/")["Content-Security-Policy"]


def test_a_forged_address_brings_no_new_network(visitor, arena, limits):
    visitor.post("/a/text/")

    other = Visitor()
    forged = other.client.post(
        "/a/text/", {"csrfmiddlewaretoken": other.token}, HTTP_X_FORWARDED_FOR="203.0.113.7, 198.51.100.9"
    )

    assert forged.status_code == 403
    assert "One moment" in words(forged)
