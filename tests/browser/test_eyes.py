"""Do the browser tests see what goes wrong on a page? Small pages of our own, broken on purpose."""

import asyncio

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import path
from playwright.sync_api import expect

STRICT_POLICY = "default-src 'self'; script-src 'self'; img-src 'self' data:"
LAX_POLICY = "default-src * data:"
PAGES = {
    "good": "<h1>good</h1>",
    "inline": "<h1>x</h1><script>alert(1)</script>",
    "away": '<h1>x</h1><img alt="" src="http://192.0.2.1/x.png"><link rel="stylesheet" href="http://example.com/x.css">',
    "unlabelled": "<h1>x</h1><input>",
}


def show(request: HttpRequest, name: str) -> HttpResponse:
    policy = LAX_POLICY if name == "away" else STRICT_POLICY
    document = '<!doctype html><html lang="en"><head><title>t</title><link rel="icon" href="data:,"></head>'
    return HttpResponse(
        f"{document}<body><main>{PAGES[name]}</main></body></html>", headers={"Content-Security-Policy": policy}
    )


def count_users(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(User.objects.count()))


urlpatterns = [path("users/", count_users), path("pages/<name>/", show)]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


def test_good_page_raises_no_complaint(page, live_server_url, problems, assert_accessible):
    page.goto(f"{live_server_url}/pages/good/")

    expect(page.get_by_role("heading")).to_have_text("good")
    assert_accessible(page)
    assert (page.viewport_size, problems) == ({"width": 1440, "height": 900}, [])


@pytest.mark.allows_console("Content Security Policy")
def test_refused_policy_is_seen(page, live_server_url, problems):
    page.goto(f"{live_server_url}/pages/inline/")

    expect(page.get_by_role("heading")).to_have_text("x")
    assert len(problems) == 1
    assert "script-src 'self'" in problems[0]


@pytest.mark.allows_console("another machine")
@pytest.mark.allows_console("net::ERR")
def test_request_to_another_machine_is_seen_and_goes_nowhere(page, live_server_url, problems):
    page.goto(f"{live_server_url}/pages/away/")

    expect(page.get_by_role("heading")).to_have_text("x")
    assert sorted(problem for problem in problems if "another machine" in problem) == [
        "request to another machine: http://192.0.2.1/x.png",
        "request to another machine: http://example.com/x.css",
    ]


def test_unlabelled_field_is_inaccessible(page, live_server_url, assert_accessible):
    page.goto(f"{live_server_url}/pages/unlabelled/")

    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)


def test_phone_page_is_narrow(phone_page, live_server_url):
    phone_page.goto(f"{live_server_url}/pages/good/")

    assert phone_page.viewport_size == {"width": 390, "height": 844}


@pytest.mark.both_databases
def test_page_and_test_share_the_database(page, live_server_url, outside_browser_loop):
    User.objects.create(username="ada")

    page.goto(f"{live_server_url}/users/")
    with outside_browser_loop():
        n_users = asyncio.run(User.objects.acount())

    expect(page.locator("body")).to_have_text("1")
    assert n_users == 1
