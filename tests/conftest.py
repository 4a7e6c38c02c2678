"""What does every test get? Settings, two databases in one run, real servers, the data of others, and plain words
about what was left out.

    @pytest.mark.django_db                       runs on SQLite
    @pytest.mark.both_databases                  runs on SQLite and on PostgreSQL (a whole module: pytestmark)
    @pytest.mark.postgresql                      runs on PostgreSQL only
    @pytest.mark.django_db(transaction=True)     commits for real: threads, live sites, asynchronous code
    @pytest.mark.long                            runs with --long only
    @pytest.mark.needs_data, fixture data_dir    needs the data folder that lies beside the checkout
    @pytest.mark.needs_index                     installs something from the package index into a folder of its own

Next files to read: workers.py, databases.py, servers.py, live_site.py, browser/conftest.py.
"""

import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from pytest_django import DjangoDbBlocker
from servestatic.middleware import ServeStaticMiddleware
from xdist import is_xdist_worker

from tests.databases import (
    POSTGRESQL,
    SQLITE,
    VENDORS,
    AnyDatabase,
    PostgreSQLDatabase,
    SQLiteDatabase,
    close_everywhere,
    restored_by,
)
from tests.left_out import LEFT_OUT, has_package_index, leave_out, leave_out_unless_ci, must_run_everything
from tests.live_site import live_site
from tests.servers import postgresql_url, redis_server_url

pytest_plugins = ("tests.workers",)
TESTS_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("ARENA_TEST_DATA") or TESTS_DIR.parent.parent / "shared" / "data").resolve()
# Fast ones first, so that a mistake shows early.
FOLDERS_IN_ORDER = ("rules", "ratings", "arena", "config", "services", "flows", "browser")
WORK_DIR = Path(tempfile.mkdtemp(prefix="arena-tests-"))

# Before Django reads its settings: a throw-away site, whatever the shell of the developer says.
for name in (
    *("DATABASE_URL", "REDIS_URL", "ARENA_PUBLIC_URL", "ARENA_KEYS_FILE", "ARENA_TRUSTED_PROXIES"),
    "ARENA_OIDC_ISSUER",
):
    os.environ.pop(name, None)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "ARENA_DATA_DIR": str(WORK_DIR / "var"),
    "ARENA_LIMITS": "off",
    "ARENA_WEB_PROCESS": "false",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the long fault and tamper matrices")


def pytest_configure() -> None:
    settings.DATABASES  # noqa: B018  (loads the settings, so that pytest-django sets Django up right after this)


def pytest_unconfigure() -> None:
    shutil.rmtree(WORK_DIR, ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    data = DATA_DIR if DATA_DIR.is_dir() else f"{DATA_DIR} is missing"
    long_tests = "included" if config.getoption("--long") else "left out (--long runs them)"
    return [f"data: {data}", f"long tests: {long_tests}"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Name the databases of each test that uses one."""
    item = metafunc.definition
    if item.get_closest_marker("django_db") and "vendor" not in metafunc.fixturenames:
        metafunc.fixturenames.append("vendor")
    if "vendor" not in metafunc.fixturenames:
        return
    if item.get_closest_marker("both_databases"):
        metafunc.parametrize("vendor", VENDORS, indirect=True, scope="session")
    else:
        # PostgreSQL is named: workers.py gives the tests out by their names.
        vendor, name = (POSTGRESQL, None) if item.get_closest_marker("postgresql") else (SQLITE, pytest.HIDDEN_PARAM)
        metafunc.parametrize("vendor", [vendor], ids=[name], indirect=True, scope="session")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        leave_out(config, items, lambda item: item.get_closest_marker("long") is not None, "long: --long runs them")
    if not DATA_DIR.is_dir():
        leave_out_unless_ci(config, items, _needs_data, f"no data in {DATA_DIR}: set ARENA_TEST_DATA to its folder")
    if any(_needs_index(item) for item in items) and not has_package_index():
        leave_out_unless_ci(config, items, _needs_index, "no package index can be reached from here")
    items.sort(key=_place_in_order)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if is_xdist_worker(session):
        return  # what it reports is counted by the process that started it
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    n_skipped = sum(len(reporter.stats.get(outcome, ())) for outcome in ("skipped", "xfailed")) if reporter else 0
    if n_skipped and must_run_everything():
        session.config.stash.setdefault(LEFT_OUT, []).append((n_skipped, "skipped, which counts as failed here"))
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for n_tests, why in config.stash.get(LEFT_OUT, []):
        terminalreporter.line(f"not run: {n_tests} tests ({why})", yellow=True)


def _needs_data(item: pytest.Item) -> bool:
    return item.get_closest_marker("needs_data") is not None or "data_dir" in getattr(item, "fixturenames", ())


def _needs_index(item: pytest.Item) -> bool:
    return item.get_closest_marker("needs_index") is not None


def _place_in_order(item: pytest.Item) -> tuple[int, int]:
    folder = item.path.relative_to(TESTS_DIR).parts[0] if item.path.is_relative_to(TESTS_DIR) else ""
    vendor = getattr(item, "callspec", None) and item.callspec.params.get("vendor")
    return FOLDERS_IN_ORDER.index(folder) if folder in FOLDERS_IN_ORDER else 0, int(vendor == POSTGRESQL)


@pytest.fixture(scope="session")
def vendor(request: pytest.FixtureRequest) -> str:
    """The database of this test: "sqlite" or "postgresql"."""
    return request.param


@pytest.fixture(scope="session")
def find_database() -> Iterator[Callable[[str], AnyDatabase]]:
    """The test database of a vendor, made when it is first asked for and kept to the end."""
    with ExitStack() as stack:

        @functools.cache
        def find(vendor: str) -> AnyDatabase:
            if vendor == POSTGRESQL:
                database: AnyDatabase = PostgreSQLDatabase(stack.enter_context(postgresql_url()))
            else:
                database = SQLiteDatabase(Path(stack.enter_context(TemporaryDirectory(dir=WORK_DIR))))
            stack.callback(database.destroy)
            return database

        yield find


@pytest.fixture(scope="session")
def django_db_setup(
    vendor: str,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    find_database: Callable[[str], AnyDatabase],
) -> Iterator[None]:
    """In the place of pytest-django's: point Django at the database that the test asks for."""
    database = find_database(vendor)
    with django_db_blocker.unblock():
        database.use()
    with restored_by(database.restore):
        yield
    close_everywhere()


@pytest.fixture
def fresh_database_url(vendor: str, find_database: Callable[[str], AnyDatabase]) -> str:
    """DATABASE_URL of an empty, not yet migrated database of this test's own, for processes that it starts."""
    return find_database(vendor).fresh_url()


@pytest.fixture
def live_server_url(transactional_db: None) -> Iterator[str]:
    """The address of the whole site, HTTP and WebSockets, over the test database."""
    with live_site() as url:
        yield url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of the Redis that all tests share; see redis_url."""
    with redis_server_url() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """URL of a real, empty Redis."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Real data of others: prompts, outputs, votes. Read only, and never copied into the repository."""
    return DATA_DIR


@pytest.fixture(scope="session", autouse=True)
def _static_files_looked_for_once() -> Iterator[None]:
    """As in production. Each client of a test makes the middleware anew, and that took a quarter of its test."""
    with mock.patch("arena.web.middleware.ServeStaticMiddleware", functools.cache(ServeStaticMiddleware)):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test finds what another one cached."""
    for name in settings.CACHES:
        caches[name].clear()
