"""How does a third party's server come into a run of tests? Installed beside the first tests, at low priority.

The tests that need it come minutes later, so that its installation costs them almost nothing. See test_litellm.py.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

INSTALL_WITHIN_S = 300
CODE = """
import os, sys, venv
folder, packages = sys.argv[1:]
os.nice(10)
venv.create(folder, with_pip=True)
python = os.path.join(folder, "bin", "python")
options = ["--quiet", "--no-compile", "--no-deps", "--disable-pip-version-check", "--requirement", packages]
os.execv(python, [python, "-m", "pip", "install", *options])
"""


class Installation:
    """A virtual environment of its own with exactly the packages of a file; thrown away at the end."""

    def __init__(self, packages: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="arena-installation-"))
        command = [sys.executable, "-c", CODE, str(self.folder / "venv"), str(packages)]
        self.log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)

    def finish(self) -> Path:
        """The folder with the programs. Raises RuntimeError with what pip said, or TimeoutExpired."""
        if self.process.wait(INSTALL_WITHIN_S) != 0:
            raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2_000:])
        return self.folder / "venv" / "bin"

    def throw_away(self) -> None:
        self.process.kill()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
