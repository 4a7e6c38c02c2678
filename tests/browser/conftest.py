"""What does every browser test get? A real Chromium, a desktop page, a phone page, and eyes on the console.

    page, phone_page      1440 x 900 and 390 x 844; open live_server_url with them
    new_page(**options)   more pages, each in a context (cookies) of its own
    assert_accessible     axe, on a page as it is now
    outside_browser_loop  a block in which code of the site that runs asynchronous code may be called

A console error, a script error, a refused policy or a request to another machine fails the test that caused it, unless
it is marked @pytest.mark.allows_console("part of the message"). Next file to read: chromium.py.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.browser import chromium
from tests.left_out import leave_out_unless_ci

BROWSER_DIR = Path(__file__).resolve().parent
CHROMIUM = pytest.StashKey[chromium.Chromium]()
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
NETWORK_SCHEMES = ("http", "https", "ws", "wss")
ACTION_TIMEOUT_MS = 10_000


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "allows_console(text): a console message that this test causes on purpose")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.collectonly or not any(_needs_browser(item) for item in items):
        return
    if found := chromium.find_or_install():
        config.stash[CHROMIUM] = found
    else:
        leave_out_unless_ci(config, items, _needs_browser, f"no browser: {chromium.FIX}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    # Playwright's synchronous calls leave their event loop marked as running in this thread, which Django takes for
    # asynchronous code and then refuses the database. The code of a browser test and its fixtures is synchronous.
    with mock.patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="true" if _needs_browser(item) else ""):
        return (yield)


def _needs_browser(item: pytest.Item) -> bool:
    return item.path.is_relative_to(BROWSER_DIR)


@pytest.fixture(scope="session")
def browser_type_launch_args(pytestconfig: pytest.Config) -> dict[str, Any]:
    found = pytestconfig.stash[CHROMIUM]
    return {
        "executable_path": found.path,
        "args": list(found.arguments),
        "env": os.environ | found.environment,
    }


@pytest.fixture
def outside_browser_loop() -> Callable[[], AbstractContextManager[None]]:
    """For the same reason: `with outside_browser_loop(): services...`, with no call of the page within."""
    return _outside_browser_loop


@contextmanager
def _outside_browser_loop() -> Iterator[None]:
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        # Without a loop Django keeps another connection for this thread, which nobody else closes: it would go on
        # reading and writing the database of this test when the next one has a new file.
        connections.close_all()
        asyncio._set_running_loop(loop)


@pytest.fixture
def problems(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the pages of this test complained about; must be empty at the end."""
    allowed = [text for mark in request.node.iter_markers("allows_console") for text in mark.args]
    seen: list[str] = []
    yield seen
    unexpected = [problem for problem in seen if not any(text in problem for text in allowed)]
    assert unexpected == []


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext], problems: list[str]) -> Callable[..., Page]:
    """Open a page in a context of its own; options as of Playwright's new_context."""

    def open_page(**options: Any) -> Page:
        context = new_context(locale="en-US", timezone_id="UTC", reduced_motion="reduce", **(DESKTOP | options))
        context.set_default_timeout(ACTION_TIMEOUT_MS)
        context.on("console", lambda message: problems.extend(_complaints(message)))
        context.on("weberror", lambda error: problems.append(f"script error: {error.error}"))
        context.on("request", lambda request: problems.extend(_departures(request)))
        return context.new_page()

    return open_page


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def phone_page(new_page: Callable[..., Page]) -> Page:
    return new_page(**PHONE)


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fail with axe's words where a page shuts somebody out."""
    axe = Axe()

    def check(page: Page) -> None:
        results = axe.run(page)
        assert results.violations_count == 0, results.generate_report()

    return check


def _complaints(message: ConsoleMessage) -> list[str]:
    source = message.location.get("url", "")
    is_problem = message.type == "error" or "Content Security Policy" in message.text
    # The browser asks for this one by itself, now and then; no page does.
    is_problem = is_problem and not source.rstrip("/").endswith("/favicon.ico")
    return [f"console {message.type}: {message.text} ({source})"] if is_problem else []


def _departures(request: Request) -> list[str]:
    target = urlsplit(request.url)
    is_away = target.scheme in NETWORK_SCHEMES and target.hostname not in LOOPBACK_HOSTS
    return [f"request to another machine: {request.url}"] if is_away else []
