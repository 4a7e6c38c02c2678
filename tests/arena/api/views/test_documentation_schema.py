"""The description for machines is complete and true, and odd requests made from it never make a fault of the site."""

import io

import pytest
import schemathesis
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import booleans
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from arena.models import Snapshot
from arena.services.leaderboards import publish_arena
from arena.services.tokens import make_token
from tests.arena.api.callers import API, Browser, Script
from tests.factories import make_stored_arena, make_votes

pytestmark = pytest.mark.django_db

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
N_EXAMPLES = 10


@pytest.fixture
def operations(transactional_db):
    """Every call as the schema describes it, over a site with data."""
    arena = make_stored_arena()
    make_votes(arena, [("quillon-1", "brevant-2", "a"), ("quillon-1", "brevant-2", "b")])
    publish_arena(arena_id=arena.pk)
    schema = schemathesis.openapi.from_wsgi(f"{API}schema/", get_wsgi_application())
    return [operation.ok() for operation in schema.get_all_operations()]


@pytest.fixture
def token(transactional_db):
    """Of a script, so that no call ends at the CSRF check."""
    return make_token(user=User.objects.create_user("ada"), name="tests")[1]


@pytest.mark.django_db(transaction=True)  # the WSGI application closes its connection after each request
def test_odd_requests_get_an_answer_that_the_schema_knows(operations, token):
    battle = Script(token).post("battles/", {"arena": "text"}).json()["id"]
    known = {"arena": "text", "model": "quillon-1", "snapshot": Snapshot.objects.get().pk}
    known |= {"other": known["snapshot"], "battle": battle}

    statuses = set()
    for operation in operations:
        statuses |= try_out(operation, known, {"Authorization": f"Token {token}"})

    assert len(operations) == 31
    assert {200, 400, 404, 422} <= statuses


def try_out(operation, known, headers):
    """The statuses that came; things that exist stand in half of the addresses."""
    statuses = set()

    @settings(
        max_examples=N_EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), is_known=booleans())
    def run(case, is_known):
        if is_known:
            case.path_parameters = {name: known[name] for name in case.path_parameters}
            if isinstance(case.body, dict) and "arena" in case.body:
                case.body["arena"] = known["arena"]
        response = case.call_and_validate(headers=headers, checks=CHECKS)
        statuses.add(response.status_code)

    run()
    return statuses


def test_schema_is_valid_and_made_without_a_warning(db):
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


@pytest.mark.parametrize("accept", ["*/*", "application/vnd.oai.openapi+json", "application/json"])
def test_schema_is_served_to_anybody_without_a_cookie(db, accept):
    response = Client(headers={"Accept": accept}).get(f"{API}schema/")

    assert response.status_code in (200, 406)
    assert not response.cookies
    if response.status_code == 200:
        assert "openapi" in response.content.decode()


def test_every_address_but_the_descriptions_is_in_the_schema(db):
    from arena.api.urls import urlpatterns

    described_paths = (
        Client(headers={"Accept": "application/vnd.oai.openapi+json"}).get(f"{API}schema/").json()["paths"]
    )

    named = [pattern for pattern in urlpatterns if pattern.name not in ("schema", "docs", None)]
    assert len(described_paths) == len(named)


def test_docs_page_loads_only_our_own_files(db):
    page = Browser().get("docs/")

    html = page.content.decode()
    policy = page["Content-Security-Policy"]
    assert page.status_code == 200
    assert "://" not in html.replace("http://www.w3.org", "")
    assert "script-src 'self';" in f"{policy};"
    assert "style-src 'self' 'unsafe-inline'" in policy
