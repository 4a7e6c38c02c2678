"""Which process runs which tests? Whole folders are shared by workers of pytest-xdist, named files run in one process.

There is a worker a core, each with databases, servers and a browser of its own. They get the tests file by file, in
order. `-n 0` runs all in one process, `-n 3` takes three workers whatever is named. What pytest without workers says
and does, and xdist leaves out, is added by the hooks at the end. Next file to read: left_out.py.
"""

import os
from collections.abc import Generator

import pytest
from xdist import is_xdist_worker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.databases import POSTGRESQL
from tests.left_out import CANNOT_RUN, LEFT_OUT

N_WORKERS_MAX = 4  # each has a PostgreSQL, a Valkey, a Chromium and a site of its own
# What one worker runs as a whole: a site on each database is started once for all the tests that break it.
FOLDERS_WITH_A_SITE = ("tests/services/",)


def n_workers(arguments: list[str], n_cores: int) -> int:
    """How many to start; 0 for none beside this process."""
    names_files = any("::" in argument or argument.endswith(".py") for argument in arguments)
    # Tests empty the Redis that they use, so several workers cannot share the developer's.
    if names_files or n_cores == 1 or "TEST_REDIS_URL" in os.environ:
        return 0
    return min(n_cores, N_WORKERS_MAX)


class FileByFile(LoadScopeScheduling):
    """Gives out the tests of a file on one database together, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        path, _, name = nodeid.partition("::")
        folder = next((folder for folder in FOLDERS_WITH_A_SITE if path.startswith(folder)), path)
        return f"{folder} {POSTGRESQL in name.partition('[')[2]}"


@pytest.hookimpl(wrapper=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    return n_workers(config.args, n_cores=(yield))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    return FileByFile(config, log)


def pytest_xdist_node_collection_finished(node: WorkerController) -> None:
    """A file that cannot be imported ends the run before the first test."""
    has_errors = "error" in node.config.pluginmanager.get_plugin("terminalreporter").stats
    if has_errors and not node.config.option.continue_on_collection_errors:
        raise pytest.Session.Interrupted("errors during collection")


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """What failed is named at once; of a run with workers pytest shows nothing but letters before the end."""
    if report.failed and hasattr(report, "node"):
        reporter = report.node.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write_line(f"\nfailed: {report.nodeid}", red=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker leaves word of what it left out: the process that started it collects nothing itself."""
    if is_xdist_worker(session):
        stash = session.config.stash
        session.config.workeroutput |= {"left_out": stash.get(LEFT_OUT, []), "cannot_run": stash.get(CANNOT_RUN, "")}


def pytest_testnodedown(node: WorkerController) -> None:
    """The other end of it. All workers leave out the same; one that crashed says nothing."""
    if told := getattr(node, "workeroutput", {}):
        node.config.stash[LEFT_OUT] = told["left_out"]
        if told["cannot_run"]:
            raise pytest.UsageError(told["cannot_run"])
