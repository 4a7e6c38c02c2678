"""Is what was not run said at the end, and a failure in CI, though workers and not pytest itself left it out?"""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.workers import pytest_testnodedown

ROOT = Path(__file__).resolve().parent.parent.parent
SUITE = """
import pytest

def test_plain(): pass

@pytest.mark.long
def test_long(): pass

@pytest.mark.skip(reason="no reason")
def test_skipped(): pass
"""


def test_what_a_worker_leaves_out_is_said_and_a_skip_fails(tmp_path):
    (tmp_path / "test_suite.py").write_text(SUITE)
    options = ["-c", "pyproject.toml", "-p", "tests.conftest", "-p", "no:cacheprovider", "-n", "1"]

    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, tmp_path],
        cwd=ROOT,
        env=os.environ | {"CI": "true", "ARENA_TEST_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
    )

    lines = done.stdout.splitlines()
    assert (done.returncode, [line for line in lines if line.startswith("not run")]) == (
        pytest.ExitCode.TESTS_FAILED,
        ["not run: 1 tests (long: --long runs them)", "not run: 1 tests (skipped, which counts as failed here)"],
    )
    assert "1 passed, 1 skipped" in lines[-1]


def test_worker_that_cannot_run_everything_ends_the_run_with_its_reason():
    told = {"left_out": [], "cannot_run": "no data in the folder"}
    node = SimpleNamespace(workeroutput=told, config=SimpleNamespace(stash=pytest.Stash()))

    with pytest.raises(pytest.UsageError, match="no data in"):
        pytest_testnodedown(node)
