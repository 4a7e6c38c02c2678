"""Which programs make up the site that is broken? Web processes, a worker, a beat, and the servers behind them.

On SQLite as `up` runs them: one web process, a worker with beat, files as broker. On PostgreSQL as in production: two
web processes, worker and beat apart, Valkey between them. Next files to read: programs.py, client.py, books.py.
"""

import itertools
import os
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.databases import POSTGRESQL
from tests.servers import LOOPBACK, PostgreSQL, Valkey, free_port
from tests.services.books import Books
from tests.services.programs import ROOT, Program, wait_until

START_WITHIN_S = 30
COMMAND_WITHIN_S = 60
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "config.celery"]
WORKER = [*CELERY, "worker", "--queues", "quick,fits", "--concurrency", "2", "--loglevel", "WARNING"]
WORKER += ["--without-gossip", "--without-mingle"]


class Deployment:
    """A whole site of its own: data directory, ports, servers, programs."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.stack = ExitStack()
        self.directory = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="arena-site-")))
        self.postgresql = PostgreSQL() if vendor == POSTGRESQL else None
        self.valkey = Valkey() if vendor == POSTGRESQL else None
        self.ports = [free_port() for _ in range(2 if self.is_production else 1)]
        self.numbers = itertools.count(1)
        self.extra: list[Program] = []

    @property
    def is_production(self) -> bool:
        return self.valkey is not None

    def __enter__(self) -> "Deployment":
        with self.stack as stack:
            for server in (self.postgresql, self.valkey):
                if server:
                    stack.enter_context(server)
            self.books = Books(self.vendor, self.postgresql.url if self.postgresql else self.sqlite_path)
            self.webs = [self._web(port) for port in self.ports]
            self.worker, self.beat = self._worker("worker"), self._beat("beat") if self.is_production else None
            stack.callback(self._kill_all)
            seeded = self.run("-m", "tests.services.seed")
            assert seeded.returncode == 0, seeded.stderr
            self.heal()
            wait_until(lambda: self.books.n_pending() == 0, START_WITHIN_S, "the worker takes the demo's judge votes")
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    @property
    def sqlite_path(self) -> str:
        return str(self.directory / "arena.sqlite3")

    @property
    def environment(self) -> dict[str, str]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ARENA_DATA_DIR": str(self.directory),
            "ARENA_LIMITS": "off",
            "C_FORCE_ROOT": "true",
            "PYTHONWARNINGS": "ignore:You're running the worker",
            "DATABASE_URL": self.postgresql.url if self.postgresql else f"sqlite:///{self.sqlite_path}",
        }
        return environment | ({"REDIS_URL": self.valkey.url} if self.valkey else {})

    @property
    def programs(self) -> list[Program]:
        return [*self.webs, self.worker, *([self.beat] if self.beat else [])]

    @property
    def urls(self) -> list[str]:
        return [f"http://{LOOPBACK}:{port}" for port in self.ports]

    def heal(self) -> None:
        """Let everything run that should, and nothing else."""
        while self.extra:
            self.extra.pop().kill()
        for server in (self.postgresql, self.valkey):
            if server and server.process.poll() is not None:
                server.start()
        for program in self.programs:
            if not program.is_running():
                program.kill()
                program.start()
        for url in self.urls:
            self.wait_until_open(url)

    def wait_until_open(self, url: str) -> None:
        wait_until(lambda: _is_open(url), START_WITHIN_S, f"{url} answers")

    def add_worker(self, **more: str) -> Program:
        """One more worker, with a beat of its own where workers have one, until the site is healed."""
        return self._add(self._worker(f"worker{next(self.numbers)}"), more)

    def add_beat(self) -> Program:
        return self._add(self._beat(f"beat{next(self.numbers)}"), {})

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess:
        """Python with these arguments, as an operator of this site would run it, whatever it exits with."""
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=COMMAND_WITHIN_S,
        )

    def command(self, *arguments: str, **more: str) -> tuple[int, str]:
        """Exit code and words of a management command."""
        done = self.run("manage.py", *arguments, **more)
        return done.returncode, done.stdout + done.stderr

    def _add(self, program: Program, more: dict[str, str]) -> Program:
        self.extra.append(program)
        program.start(**more)
        return program

    def _web(self, port: int) -> Program:
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", LOOPBACK, "--port", str(port)]
        command += ["--lifespan", "on", "--no-access-log", "--log-level", "warning", "--ws-max-size", "8192"]
        command += ["--timeout-graceful-shutdown", "5", "--no-proxy-headers"]
        return Program(f"web{port}", command, self.environment | {"ARENA_WEB_PROCESS": "true"}, self.directory)

    def _worker(self, name: str) -> Program:
        with_beat = [] if self.is_production else ["--beat", "--schedule", str(self.directory / f"{name}-beat")]
        return Program(name, [*WORKER, "--hostname", f"{name}@%h", *with_beat], self.environment, self.directory)

    def _beat(self, name: str) -> Program:
        command = [*CELERY, "beat", "--schedule", str(self.directory / name), "--pidfile=", "--loglevel", "WARNING"]
        return Program(name, command, self.environment, self.directory)

    def _kill_all(self) -> None:
        for program in (*self.extra, *self.programs):
            program.kill()


def _is_open(url: str) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=1).close()
    except OSError:
        return False
    return True
