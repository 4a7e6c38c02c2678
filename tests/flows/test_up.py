"""Does one command start everything, say what one must know, look after it, and end it without a trace?"""

import os
import re
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.servers import LOOPBACK, free_port
from tests.services.programs import Program, members_of_group, wait_until

pytestmark = pytest.mark.timeout(300)
OPEN_WITHIN_S = 90
ENDED_WITHIN_S = 40
BOARD_WITHIN_S = 60
PASSWORD = re.compile(r"Operators sign in at (?P<url>\S+) as (?P<login>\S+), password (?P<password>\S+)")
BOARD = "SELECT count(*) FROM arena_snapshotrow r JOIN arena_snapshot s ON s.id = r.snapshot_id WHERE s.voter_kind = ?"


class Up(Program):
    """`manage.py up` in a data directory of its own."""

    def __init__(self, directory, port, name="up"):
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "ARENA_DATA_DIR": str(directory / "var"),
            "PYTHONUNBUFFERED": "1",
        }
        super().__init__(name, [sys.executable, "manage.py", "up", "--port", str(port)], environment, directory)
        self.port, self.directory = port, directory
        self.groups = set()

    @property
    def url(self):
        return f"http://{LOOPBACK}:{self.port}/"

    def start_and_wait(self):
        self.start()
        wait_until(
            lambda: "Ctrl-C ends it" in self.log or not self.is_running(), OPEN_WITHIN_S, "up says that it is open"
        )
        return self.log

    def children(self):
        """Its web server and its worker, by what they run."""
        found = {}
        for pid in children_of(self.process.pid):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
            found["web" if "uvicorn" in command else "worker"] = pid
            self.groups.add(pid)
        return found

    def interrupt(self):
        """Ctrl-C; what was printed meanwhile."""
        self.children()
        n_before = len(self.log)
        os.kill(self.process.pid, signal.SIGINT)
        self.process.wait(ENDED_WITHIN_S)
        return self.log[n_before:]

    def left_over(self):
        return [pid for group in self.groups for pid in members_of_group(group)]

    def clean_up(self):
        if self.is_running():
            self.children()
        self.kill()
        for group in self.groups:
            if members_of_group(group):
                os.killpg(group, signal.SIGKILL)


def children_of(parent):
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            its_parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it ended meanwhile
        if its_parent == parent:
            found.append(int(stat.parent.name))
    return found


@pytest.fixture
def up(tmp_path):
    program = Up(tmp_path, free_port())
    yield program
    program.clean_up()


def fetch(url):
    with urlopen(url, timeout=20) as answer:
        return answer.status, answer.read().decode()


def is_answering(url):
    try:
        return fetch(url)[0] == 200
    except OSError:
        return False


def n_rows_of_judge_board(up):
    with closing(sqlite3.connect(up.directory / "var" / "arena.sqlite3", timeout=20)) as connection:
        return connection.execute(BOARD, ["judge"]).fetchone()[0]


def doctor(directory, **more):
    program = Program(
        "doctor",
        [sys.executable, "manage.py", "doctor"],
        {"PATH": os.environ.get("PATH", os.defpath), "ARENA_DATA_DIR": str(directory / "var")} | more,
        directory,
    )
    program.log_path.unlink(missing_ok=True)
    program.start()
    return program.process.wait(OPEN_WITHIN_S), program.log


def test_up_starts_everything_looks_after_it_and_ends_it(up):
    greeting = up.start_and_wait()
    status, page = fetch(up.url)
    board_s = wait_until(lambda: n_rows_of_judge_board(up) > 0, BOARD_WITHIN_S, "the worker publishes the judge board")
    well = doctor(up.directory)

    # A taken port says so.
    second = Up(up.directory, up.port, "second")
    refusal = second.start_and_wait()

    # What dies is started again, and leaves nothing behind.
    first_children = up.children()
    os.kill(first_children["web"], signal.SIGKILL)
    os.kill(first_children["worker"], signal.SIGKILL)
    wait_until(lambda: set(up.children()) == {"web", "worker"}, OPEN_WITHIN_S, "both children run again")
    wait_until(lambda: is_answering(up.url), OPEN_WITHIN_S, "the web server answers again")
    ending = up.interrupt()

    login = PASSWORD.search(greeting)
    assert f"Fairground is open at {up.url}\n" in greeting
    assert (login["url"], login["login"]) == (f"{up.url}admin/", "operator")
    assert (status, "Fairground" in page) == (200, True)
    assert board_s < BOARD_WITHIN_S
    assert well[0] == 0
    assert re.search(r"ok +worker +1 answer", well[1])
    assert second.process.returncode == 1
    assert f"Port {up.port} on {LOOPBACK} cannot be used" in refusal
    assert "Traceback" not in refusal + ending
    assert (up.process.returncode, ending.rstrip().endswith("Everything has ended.")) == (0, True)
    assert up.left_over() == []


def test_second_start_shows_no_password_and_keeps_what_is_there(up):
    first = up.start_and_wait()
    up.interrupt()
    n_before = len(up.log)
    up.start()
    wait_until(lambda: "Ctrl-C ends it" in up.log[n_before:], OPEN_WITHIN_S, "it is open again")
    status, _ = fetch(f"{up.url}a/demo/")
    up.interrupt()
    second = up.log[n_before:]

    assert ("password" in first, "Made the demo arena." in first) == (True, True)
    assert (status, f"Fairground is open at {up.url}" in second) == (200, True)
    assert ("password" in second, "Made the demo arena." in second) == (False, False)
    assert up.left_over() == []


def test_interrupt_while_it_starts_ends_it_as_well(up):
    up.start()
    wait_until(lambda: (up.directory / "var" / "arena.sqlite3").exists(), OPEN_WITHIN_S, "it begins")

    os.kill(up.process.pid, signal.SIGINT)
    up.process.wait(ENDED_WITHIN_S)

    assert "Traceback" not in up.log
    assert children_of(up.process.pid) == []
    assert not is_answering(up.url)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["terminated", "terminal closed"])
def test_other_ways_to_end_it_end_the_children_too(up, number):
    up.command.append("--no-demo")
    up.start_and_wait()
    up.children()

    os.kill(up.process.pid, number)
    up.process.wait(ENDED_WITHIN_S)

    assert (up.process.returncode, up.left_over()) == (0, [])


def test_empty_site_without_the_demo_says_what_to_do(up):
    up.command.append("--no-demo")

    greeting = up.start_and_wait()
    status, _ = fetch(up.url)
    with pytest.raises(HTTPError, match="404"):
        fetch(f"{up.url}a/demo/")
    up.interrupt()

    assert ("Made the demo arena." in greeting, status) == (False, 200)


def test_doctor_says_what_is_missing(tmp_path):
    before_tables = doctor(tmp_path)
    unreachable = doctor(tmp_path, REDIS_URL=f"redis://{LOOPBACK}:{free_port()}/0")

    assert before_tables[0] == 1
    assert re.search(r"degraded +worker +None answers", before_tables[1])
    assert re.search(r"broken +tables +\d+ migrations wait", before_tables[1])
    assert unreachable[0] == 1
    assert re.search(r"broken +redis +Not reachable", unreachable[1])
    assert "Traceback" not in before_tables[1] + unreachable[1]
