"""How does `python3 manage.py` come to run in an environment that has what it needs?

With the standard library only: where the requirements are importable already nothing is done; otherwise `.venv` beside
manage.py is built, or brought up to date with the lock, and the command starts again inside it.
Next file to read: virtualenv.py, which builds it; then settings.py.
"""

import os
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from config import virtualenv

BASE_DIR = Path(__file__).resolve().parent.parent
VENV_DIR = BASE_DIR / ".venv"
REQUIREMENTS = BASE_DIR / "requirements.txt"
TEST_REQUIREMENTS = BASE_DIR / "tests" / "requirements.txt"
TEST_COMMANDS = ("test", "bench")
RESTARTED = "ARENA_RESTARTED_IN"
LINE = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?(?P<bounds>[^;#]*)(?P<marker>;.*)?")
BOUND = re.compile(r"(?P<operator>>=|<=|==|<|>)\s*(?P<version>[0-9.]+)")


def main(arguments: list[str]) -> None:
    """Run manage.py's command line; does not return where it starts again or runs the tests."""
    command = arguments[1] if len(arguments) > 1 else ""
    requirements = TEST_REQUIREMENTS if command in TEST_COMMANDS else REQUIREMENTS
    was_restarted = os.environ.pop(RESTARTED, "") == str(VENV_DIR)
    if Path(sys.prefix) == VENV_DIR:
        _keep_up_to_date(requirements)
    elif not is_satisfied(requirements, metadata.distributions()):
        if was_restarted:
            sys.exit(f"Fairground: {VENV_DIR} does not work; remove that folder and try again.")
        _keep_up_to_date(requirements)
        _start_again(arguments)
    if command == "test":
        os.chdir(BASE_DIR)
        _become(sys.executable, ["-m", "pytest", *arguments[2:]])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # only now is it sure to be there
    from django.db import OperationalError

    try:
        execute_from_command_line(arguments)
    except OperationalError as error:
        if type(error.__cause__).__name__ != "PoolTimeout":
            raise
        sys.exit("Fairground: the database of DATABASE_URL cannot be reached; the lines above say why.")


def is_satisfied(requirements: Path, distributions: Iterable[metadata.Distribution]) -> bool:
    """Whether a distribution of every required name is there, in a version within its bounds."""
    versions = {_normal(found.name): found.version for found in distributions if found.name}
    return all(
        name in versions and _is_within(versions[name], bounds) for name, bounds in required_versions(requirements)
    )


def required_versions(requirements: Path) -> list[tuple[str, str]]:
    """(name, bounds) of each line that holds on every platform, with those of included files."""
    found = []
    for line in requirements.read_text().splitlines():
        line = line.strip()
        if line.startswith("-r "):
            found += required_versions(requirements.parent / line.removeprefix("-r ").strip())
        elif (match := LINE.match(line)) and not match["marker"]:
            found.append((_normal(match["name"]), match["bounds"].strip()))
    return found


def _is_within(version: str, bounds: str) -> bool:
    numbers = _numbers(version)
    compare = {
        ">=": numbers.__ge__,
        "<=": numbers.__le__,
        "==": numbers.__eq__,
        "<": numbers.__lt__,
        ">": numbers.__gt__,
    }
    return all(compare[bound["operator"]](_numbers(bound["version"])) for bound in BOUND.finditer(bounds))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[^0-9.]", version)[0]))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _keep_up_to_date(requirements: Path) -> None:
    lock = requirements.with_suffix(".lock")
    if virtualenv.is_current(VENV_DIR, lock):
        return
    try:
        with virtualenv.only_one_at_a_time(BASE_DIR):
            if virtualenv.is_current(VENV_DIR, lock):
                return  # another start did it meanwhile
            if _was_made_by_hand(requirements, lock):
                virtualenv.note_current(VENV_DIR, lock)
            else:
                virtualenv.install(VENV_DIR, lock, fallback=requirements)
    except KeyboardInterrupt:
        sys.exit("Fairground: stopped while setting up .venv; the next start begins again.")


def _was_made_by_hand(requirements: Path, lock: Path) -> bool:
    is_ours = virtualenv.is_known(VENV_DIR, lock) or not virtualenv.is_whole(VENV_DIR)
    return not is_ours and is_satisfied(requirements, virtualenv.distributions(VENV_DIR))


def _start_again(arguments: list[str]) -> NoReturn:
    os.environ[RESTARTED] = str(VENV_DIR)
    _become(str(virtualenv.python_of(VENV_DIR)), [str(BASE_DIR / "manage.py"), *arguments[1:]])


def _become(program: str, arguments: list[str]) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(program, [program, *arguments])
