"""`python3 manage.py up`: everything an arena needs, on this machine, until Ctrl-C."""

import os
import socket
import sys
import time
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.management.supervisor import Child, Supervisor
from arena.services.demo import seed_demo
from arena.services.operators import create_first_operator

START_WITHIN_S = 60.0
LOOK_EVERY_S = 0.1
WORKER_PROCESSES = "2"
LONGEST_CLIENT_FRAME = "8192"


class Command(BaseCommand):
    help = "Starts the arena: database, demo, web server and worker. Ctrl-C ends everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--no-demo", action="store_true", help="start without the demo arena")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _check_port(host, port)
        try:
            operator = self._prepare(with_demo=not options["no_demo"])
        except KeyboardInterrupt:
            raise CommandError("Stopped while setting up; the next start goes on from here.", returncode=130) from None
        supervisor = Supervisor(_children(host, port))
        supervisor.start()
        if _wait_until_open(host, port, supervisor):
            self._greet(host, port, operator)
        supervisor.wait()
        self.stdout.write("Everything has ended.")

    def _prepare(self, *, with_demo: bool) -> tuple[str, str] | None:
        call_command("migrate", verbosity=0)
        if with_demo and seed_demo(rng=np.random.default_rng()):
            self.stdout.write("Made the demo arena.")
        return create_first_operator()

    def _greet(self, host: str, port: int, operator: tuple[str, str] | None) -> None:
        url = f"http://{_shown(host)}:{port}/"
        self.stdout.write(f"\n  Fairground is open at {url}")
        if operator:
            login, password = operator
            self.stdout.write(f"  Operators sign in at {url}{settings.ADMIN_PATH} as {login}, password {password}")
            self.stdout.write("  (shown this once; `python3 manage.py changepassword operator` makes a new one)")
        self.stdout.write("  Ctrl-C ends it.\n")
        self.stdout.flush()


def _children(host: str, port: int) -> list[Child]:
    # A model server on this very machine may be called: that is what a laptop arena is for.
    # One thread of linear algebra a process: the matrices are small, and more threads only wait for each other.
    defaults = {"ARENA_EGRESS_ALLOW": "127.0.0.1,localhost", "OPENBLAS_NUM_THREADS": "1"}
    environment = defaults | os.environ | {"HOST": host, "PORT": str(port)}
    web = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--host", host, "--port", str(port)]
    web += ["--lifespan", "on", "--no-access-log", "--log-level", "warning", "--no-server-header"]
    # Whose word about the client's address counts is ARENA_TRUSTED_PROXIES: uvicorn would believe any local program.
    web += ["--no-proxy-headers", "--ws-max-size", LONGEST_CLIENT_FRAME, "--timeout-graceful-shutdown", "5"]
    # Celery warns against root, which is who runs many a container; the tasks take ids only, as JSON.
    worker = [
        sys.executable,
        "-W",
        "ignore:You're running the worker",
        "-m",
        "celery",
        "--quiet",
        "-A",
        "config.celery",
        "worker",
        "--beat",
    ]
    worker += ["--queues", "quick,fits", "--concurrency", WORKER_PROCESSES, "--loglevel", "WARNING"]
    worker += ["--schedule", str(settings.DATA_DIR / "beat"), "--without-gossip", "--without-mingle"]
    return [
        Child("the web server", web, environment | {"ARENA_WEB_PROCESS": "true"}),
        Child("the worker", worker, environment | {"C_FORCE_ROOT": "true"}),
    ]


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} cannot be used ({error.strerror}). Perhaps Fairground runs there already; "
                f"otherwise choose another: python3 manage.py up --port {port + 1}"
            ) from None


def _wait_until_open(host: str, port: int, supervisor: Supervisor) -> bool:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline and not supervisor.is_stopping:
        try:
            socket.create_connection((_shown(host), port), timeout=1).close()
        except OSError:
            time.sleep(LOOK_EVERY_S)
        else:
            return True
    return False


def _shown(host: str) -> str:
    """Where a browser on this machine finds a server that listens everywhere."""
    return {"0.0.0.0": "127.0.0.1", "::": "localhost"}.get(host, host)
