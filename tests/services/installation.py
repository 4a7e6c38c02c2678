"""How does a third party's server come into a run of tests? In an environment of its own, for as long as it is used.

The worker that runs its tests waits for it; the others go on meanwhile. See test_litellm.py.
"""

import subprocess
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALL_WITHIN_S = 300
OPTIONS = ("--quiet", "--no-compile", "--no-deps", "--disable-pip-version-check")


@contextmanager
def installed(packages: Path) -> Iterator[Path]:
    """The folder with the programs of exactly these packages. Raises RuntimeError with what pip said."""
    with tempfile.TemporaryDirectory(prefix="arena-installation-") as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / "bin"
        command = [programs / "python", "-m", "pip", "install", *OPTIONS, "--requirement", packages]
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_WITHIN_S)
        if done.returncode:
            raise RuntimeError((done.stdout + done.stderr)[-2_000:])
        yield programs
