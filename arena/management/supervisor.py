"""How do web and worker run side by side until Ctrl-C? Next file to read: commands/up.py."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

STOP_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2
RESTART_AFTER_S = 1.0


@dataclass
class Child:
    """One process in a session of its own: Ctrl-C reaches us, and we end it in order."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start, and end first what an earlier one left behind, such as the pool processes of a killed worker."""
        self.send(signal.SIGKILL)
        self.process = subprocess.Popen(self.command, env=dict(self.environment), start_new_session=True)

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        """Ask the first process of the group only; it ends the others in order."""
        if self.process is not None:
            self.process.terminate()

    def send(self, number: signal.Signals) -> None:
        """To the whole group, so that pool processes of a worker end with it."""
        if self.process is not None:
            with suppress(ProcessLookupError):  # it may be gone already
                os.killpg(self.process.pid, number)


class Supervisor:
    """Starts children, starts again what dies, ends all on Ctrl-C, on SIGTERM, and when the terminal is closed."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.is_stopping = False

    def start(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup asks to outlive the terminal
                signal.signal(number, self._stop_soon)
        for child in self.children:
            child.start()

    def wait(self) -> None:
        """Until a signal; then end the children."""
        while not self.is_stopping:
            time.sleep(LOOK_EVERY_S)
            for child in self.children:
                if not child.is_running() and not self.is_stopping:
                    self._start_again(child)
        self.stop()

    def stop(self) -> None:
        for child in self.children:
            if child.is_running():
                child.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        while any(child.is_running() for child in self.children) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)
        for child in self.children:
            child.send(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def _start_again(self, child: Child) -> None:
        print(f"{child.name} ended unexpectedly; starting it again", file=sys.stderr)
        time.sleep(RESTART_AFTER_S)
        if not self.is_stopping:
            child.start()

    def _stop_soon(self, number: int, frame: FrameType | None) -> None:
        self.is_stopping = True
