"""Which tests were not run, and how can they be? Left out loudly: never as a silent skip, and in CI not at all."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable

import pytest

INDEX_WITHIN_S = 60
LEFT_OUT = pytest.StashKey[list[tuple[int, str]]]()
CANNOT_RUN = pytest.StashKey[str]()


def must_run_everything() -> bool:
    return bool(os.environ.get("CI"))


def has_package_index() -> bool:
    """Whether a pip of its own (this environment may have none) finds anything, wherever it is told to look."""
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/venv/bin/python"
        ask = [python, "-m", "pip", "--retries", "0", "--timeout", "10", "index", "versions", "pip"]
        try:
            subprocess.run([sys.executable, "-m", "venv", f"{folder}/venv"], check=True, timeout=INDEX_WITHIN_S)
            return subprocess.run(ask, capture_output=True, timeout=INDEX_WITHIN_S, check=False).returncode == 0
        except (subprocess.SubprocessError, OSError):
            return False


def leave_out(config: pytest.Config, items: list[pytest.Item], needs: Callable[[pytest.Item], bool], why: str) -> None:
    """Deselect the items that need something which is missing; `why` says what, and the fix."""
    chosen = [item for item in items if needs(item)]
    if not chosen:
        return
    items[:] = [item for item in items if not needs(item)]
    config.hook.pytest_deselected(items=chosen)
    config.stash.setdefault(LEFT_OUT, []).append((len(chosen), why))


def leave_out_unless_ci(
    config: pytest.Config, items: list[pytest.Item], needs: Callable[[pytest.Item], bool], why: str
) -> None:
    """As leave_out, but an error where everything must run."""
    if must_run_everything() and any(needs(item) for item in items):
        config.stash[CANNOT_RUN] = f"cannot run everything: {why}"
        raise pytest.UsageError(config.stash[CANNOT_RUN])
    leave_out(config, items, needs, why)
