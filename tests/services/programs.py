"""How does a fault test run programs of the site? Each in a process group of its own, with a log, killed as a whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.servers import LAUNCHER

ROOT = Path(__file__).resolve().parent.parent.parent
POLL_S = 0.05
STOP_WITHIN_S = 15


class Program:
    """One program of the site; everything it starts belongs to its group."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log_dir: Path) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.log_path = log_dir / f"{name}.log"
        self.process: subprocess.Popen | None = None

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def start(self, **more: str) -> None:
        """Start with these environment variables on top."""
        assert not self.is_running(), f"{self.name} runs already"
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                ends_with_us(self.command),
                env=self.environment | more,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """kill -9 of the whole group."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """As an operator would; whatever of the group is left then is killed."""
        if self.is_running():
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_WITHIN_S)
        self.kill()

    def signal(self, number: int) -> None:
        if self.process is not None and members_of_group(self.process.pid):
            os.killpg(self.process.pid, number)


def ends_with_us(command: Sequence[str]) -> list[str]:
    """The same program; it is told to end when pytest dies without a word."""
    return [sys.executable, "-I", "-S", "-c", LAUNCHER, str(int(signal.SIGTERM)), "-1", "-1", *command]


def members_of_group(group: int) -> list[int]:
    """Processes of a group that are not zombies."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        state, _, its_group = after_name[:3]
        if int(its_group) == group and state != "Z":
            members.append(int(stat.parent.name))
    return members


def wait_until(is_so: Callable[[], bool], within_s: float, what: str) -> float:
    """Seconds until it was so. Raises AssertionError if it takes too long."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < within_s, f"not within {within_s} s: {what}"
        time.sleep(POLL_S)
    return time.monotonic() - began
